//! What only admins do: suspending people, and looking at everything. What they decide about offers is in `reviews`.

use domain::{Application, ListQuery, Offer, Page, Refusal, UserId, UserRow};
use store::{Scope, StoreError, audit::Finding, offers as rows, owned_task};

use crate::{
    AdminSession, Service, SessionsEnded,
    settings::{Failure, unavailable},
};

impl Service {
    /// Suspends a partner or an affiliate: their sessions end, their links and key stop, at once.
    pub async fn suspend_user(&self, _: &AdminSession, id: UserId) -> Result<(), Refusal> {
        self.set_suspended(id, true).await
    }

    /// Restores an account.
    pub async fn restore_user(&self, _: &AdminSession, id: UserId) -> Result<(), Refusal> {
        self.set_suspended(id, false).await
    }

    async fn set_suspended(&self, id: UserId, suspended: bool) -> Result<(), Refusal> {
        let (db, ended, since) = (self.db.clone(), self.ended.clone(), suspended.then(|| self.clock.now()));
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            if !store::users::set_suspended(&mut conn, id, since).await? {
                return Err(Refusal::NotFound.into());
            }
            if suspended {
                store::sessions::delete_sessions_of(&mut conn, id).await?;
            }
            conn.commit().await?;
            if suspended {
                let _ = ended.send(SessionsEnded::AllOf(id));
            }
            Ok::<_, Failure>(())
        });
        Ok(done.await?)
    }

    /// Everybody.
    pub async fn list_users(&self, _: &AdminSession, list: &ListQuery) -> Result<Page<UserRow>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        store::users::list_users(&mut conn, list).await.map_err(unavailable)
    }

    /// Every offer.
    pub async fn list_all_offers(&self, _: &AdminSession, list: &ListQuery) -> Result<Page<Offer>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        rows::list_offers(&mut conn, Scope::Network, list).await.map_err(unavailable)
    }

    /// Every application with its tracking link and counters.
    pub async fn list_all_links(&self, _: &AdminSession, list: &ListQuery) -> Result<Page<Application>, Refusal> {
        let mut conn = self.db.read().await.map_err(unavailable)?;
        store::applications::list_applications(&mut conn, Scope::Network, list).await.map_err(unavailable)
    }

    /// Checks the invariants; for tests of what the use cases have left.
    pub async fn audit(&self) -> Result<Vec<Finding>, StoreError> {
        let mut conn = self.db.snapshot().await?;
        store::audit::check_invariants(&mut conn).await
    }
}
