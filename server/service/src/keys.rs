//! The partner's API key.

use domain::{ApiKey, Refusal};
use store::{StoreError, owned_task, partners};

use crate::{
    PartnerSession, Service,
    secrets::new_api_key,
    settings::{Failure, unavailable},
};

impl Service {
    /// The own key, unsealed.
    pub async fn find_api_key(&self, partner: &PartnerSession) -> Result<ApiKey, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        let sealed = partners::find_sealed_key(&mut conn, partner.partner_id).await.map_err(unavailable)?;
        let sealed = sealed.ok_or(Refusal::NotFound)?;
        self.sealer.open(&sealed, partner.partner_id).ok_or_else(|| {
            tracing::error!("an API key can't be unsealed: SECRET_KEY_FILE is not the one it was sealed with");
            Refusal::KeyUnreadable
        })
    }

    /// How many of the first and the last partners' keys were sealed with another secret than this program's. Some are
    /// enough to tell: whoever lost the file has new partners beside the old ones.
    pub async fn count_foreign_keys(&self) -> Result<usize, StoreError> {
        let mut conn = self.db.read().await?;
        let keys = partners::list_outer_sealed_keys(&mut conn).await?;
        Ok(keys.iter().filter(|(partner, sealed)| self.sealer.open(sealed, *partner).is_none()).count())
    }

    /// Makes a new key; the old one is invalid from the answer on, on every node.
    pub async fn regenerate_api_key(&self, partner: &PartnerSession) -> Result<ApiKey, Refusal> {
        let (owner, key, now) = (partner.partner_id, new_api_key(), self.clock.now());
        let stored = self.sealer.seal(&key, owner).ok_or(Refusal::Unavailable)?;
        let db = self.db.clone();
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            partners::set_key(&mut conn, owner, &stored, now).await?;
            conn.commit().await?;
            Ok::<_, Failure>(())
        });
        done.await?;
        Ok(key)
    }
}
