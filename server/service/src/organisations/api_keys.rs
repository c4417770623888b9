//! The partner's API key.

use domain::{ApiKey, AppError};
use store::{StoreError, organisations, owned_task};

use crate::{PartnerSession, Service, secrets::new_api_key};

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
        let db = self.db.clone();
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            organisations::set_key(&mut conn, owner, &stored, now).await?;
            conn.commit().await?;
            Ok::<_, AppError>(())
        });
        done.await?;
        Ok(key)
    }
}
