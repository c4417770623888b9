//! Admins see everybody, suspend and restore.

use domain::{AppError, ListQuery, Page, UserId, UserRow};
use store::owned_task;

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
            if !store::sign_in::users::set_suspended(&mut conn, id, since).await? {
                return Err(AppError::NotFound);
            }
            if suspended {
                store::sign_in::sessions::delete_sessions_of(&mut conn, id).await?;
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
        Ok(store::sign_in::users::list_users(&mut conn, list).await?)
    }
}
