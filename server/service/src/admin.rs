//! What only admins do: suspending people, and looking at everything. What they decide about offers is in `reviews`.

use domain::{AppError, Application, ListQuery, Offer, Page, UserId, UserRow};
use store::{Scope, StoreError, audit::Finding, offers as rows, owned_task};

use crate::{AdminSession, Service, SessionsEnded};

impl Service {
    /// Suspends a partner or an affiliate: their sessions end, their links and key stop, at once.
    pub async fn suspend_user(&self, _: &AdminSession, id: UserId) -> Result<(), AppError> {
        self.set_suspended(id, true).await
    }

    /// Restores an account.
    pub async fn restore_user(&self, _: &AdminSession, id: UserId) -> Result<(), AppError> {
        self.set_suspended(id, false).await
    }

    async fn set_suspended(&self, id: UserId, suspended: bool) -> Result<(), AppError> {
        let (db, ended, since) = (self.db.clone(), self.ended.clone(), suspended.then(|| self.clock.now()));
        let done = owned_task(async move {
            let mut conn = db.begin().await?;
            if !store::users::set_suspended(&mut conn, id, since).await? {
                return Err(AppError::NotFound);
            }
            if suspended {
                store::sessions::delete_sessions_of(&mut conn, id).await?;
            }
            conn.commit().await?;
            if suspended {
                let _ = ended.send(SessionsEnded::AllOf(id));
            }
            Ok::<_, AppError>(())
        });
        done.await
    }

    /// Everybody.
    pub async fn list_users(&self, _: &AdminSession, list: &ListQuery) -> Result<Page<UserRow>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(store::users::list_users(&mut conn, list).await?)
    }

    /// Every offer.
    pub async fn list_all_offers(&self, _: &AdminSession, list: &ListQuery) -> Result<Page<Offer>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(rows::list_offers(&mut conn, Scope::Network, list).await?)
    }

    /// Every application with its tracking link and counters.
    pub async fn list_all_links(&self, _: &AdminSession, list: &ListQuery) -> Result<Page<Application>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(store::applications::list_applications(&mut conn, Scope::Network, list).await?)
    }

    /// Checks the invariants; for tests of what the use cases have left.
    pub async fn audit(&self) -> Result<Vec<Finding>, StoreError> {
        let mut conn = self.db.snapshot().await?;
        store::audit::check_invariants(&mut conn).await
    }
}
