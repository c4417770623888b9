//! The partner's API key.

use domain::{Action, ApiKey, AppError, Organisation, PartnerId};
use store::{
    StoreError,
    organisations::{self, api_keys},
};

use crate::{PartnerSession, Service, secrets::new_api_key, unit_of_work::Entry};

impl Service {
    /// The own key, unsealed.
    pub async fn find_api_key(&self, partner: &PartnerSession) -> Result<ApiKey, AppError> {
        let mut conn = self.db.read().await?;
        let owner = Organisation::Partner(partner.partner_id);
        let sealed = api_keys::find_sealed_key(&mut conn, owner).await?;
        let sealed = sealed.ok_or(AppError::NotFound)?;
        self.sealer.open(&sealed, owner).ok_or_else(|| {
            tracing::error!("an API key can't be unsealed: SECRET_KEY_FILE is not the one it was sealed with");
            AppError::KeyUnreadable
        })
    }

    /// How many of the first and the last partners' keys were sealed with another secret than this program's. Some are
    /// enough to tell: an operator who lost the file has new partners beside the old ones.
    pub async fn count_foreign_keys(&self) -> Result<usize, StoreError> {
        let mut conn = self.db.read().await?;
        let keys = api_keys::list_outer_sealed_keys(&mut conn).await?;
        let is_foreign = |(partner, sealed): &&(PartnerId, Vec<u8>)| {
            self.sealer.open(sealed, Organisation::Partner(*partner)).is_none()
        };
        Ok(keys.iter().filter(is_foreign).count())
    }

    /// Makes a new key; the old one is invalid from the answer on, on every node.
    pub async fn regenerate_api_key(&self, partner: &PartnerSession) -> Result<ApiKey, AppError> {
        let (partner_id, key, now) = (partner.partner_id, new_api_key(), self.clock.now());
        let owner = Organisation::Partner(partner_id);
        let stored = self.sealer.seal(self.clock.new_id(), &key, owner).ok_or(AppError::Unavailable)?;
        self.write(partner.actor(), move |unit| {
            Box::pin(async move {
                api_keys::replace_key(&mut unit.conn, owner, &stored, now).await?;
                let name = organisations::find_name(&mut unit.conn, owner).await?.unwrap_or_default();
                let entry = Entry::new(Action::ApiKeyRegenerated, &owner, &name).for_partner(partner_id);
                Ok((key, unit.record(entry).await?))
            })
        })
        .await
    }
}
