//! The partner's API key.

use domain::{Action, ApiKey, AppError};
use store::{StoreError, organisations};

use crate::{PartnerSession, Service, secrets::new_api_key, unit_of_work::Entry};

impl Service {
    /// The own key, unsealed.
    pub async fn find_api_key(&self, partner: &PartnerSession) -> Result<ApiKey, AppError> {
        let mut conn = self.db.read().await?;
        let sealed = organisations::find_sealed_key(&mut conn, partner.partner_id).await?;
        let sealed = sealed.ok_or(AppError::NotFound)?;
        self.sealer.open(&sealed, partner.partner_id).ok_or_else(|| {
            tracing::error!("an API key can't be unsealed: SECRET_KEY_FILE is not the one it was sealed with");
            AppError::KeyUnreadable
        })
    }

    /// How many of the first and the last partners' keys were sealed with another secret than this program's. Some are
    /// enough to tell: whoever lost the file has new partners beside the old ones.
    pub async fn count_foreign_keys(&self) -> Result<usize, StoreError> {
        let mut conn = self.db.read().await?;
        let keys = organisations::list_outer_sealed_keys(&mut conn).await?;
        Ok(keys.iter().filter(|(partner, sealed)| self.sealer.open(sealed, *partner).is_none()).count())
    }

    /// Makes a new key; the old one is invalid from the answer on, on every node.
    pub async fn regenerate_api_key(&self, partner: &PartnerSession) -> Result<ApiKey, AppError> {
        let (owner, key, now) = (partner.partner_id, new_api_key(), self.clock.now());
        let stored = self.sealer.seal(&key, owner).ok_or(AppError::Unavailable)?;
        self.write(partner.actor(), move |unit| {
            Box::pin(async move {
                organisations::set_key(&mut unit.conn, owner, &stored, now).await?;
                let name = organisations::find_partner_name(&mut unit.conn, owner).await?.unwrap_or_default();
                let entry = Entry::new(Action::ApiKeyRegenerated, &owner, &name).for_partner(owner);
                Ok((key, unit.record(entry).await?))
            })
        })
        .await
    }
}
