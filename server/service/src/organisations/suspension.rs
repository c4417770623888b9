//! Admins see everybody, suspend and restore.

use domain::{Action, AppError, ListQuery, Page, UserFilter, UserId, UserRow};
use store::{
    organisations::{memberships::find_organisation, suspensions},
    sign_in::{sessions, users},
};

use crate::{
    AdminSession, Service, SessionsEnded,
    unit_of_work::{Entry, Recorded},
};

impl Service {
    /// Suspends a partner or an affiliate: their sessions end, their links and key stop, at once.
    pub async fn suspend_user(&self, admin: &AdminSession, id: UserId) -> Result<(), AppError> {
        self.set_suspended(admin, id, true).await
    }

    /// Restores an account.
    pub async fn restore_user(&self, admin: &AdminSession, id: UserId) -> Result<(), AppError> {
        self.set_suspended(admin, id, false).await
    }

    async fn set_suspended(&self, admin: &AdminSession, id: UserId, suspended: bool) -> Result<(), AppError> {
        let since = suspended.then(|| self.clock.now());
        self.write(admin.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                let was_suspended = users::lock_credentials(conn, id).await?.ok_or(AppError::NotFound)?.suspended;
                // Admins are in no organisation, and are left alone.
                let organisation = find_organisation(conn, id).await?.ok_or(AppError::NotFound)?;
                match since {
                    Some(since) => suspensions::suspend(conn, organisation, since).await?,
                    None => suspensions::restore(conn, organisation).await?,
                }
                let name = users::find_name(conn, id).await?.unwrap_or_default();
                if suspended {
                    sessions::delete_sessions_of(conn, id).await?;
                    unit.end_sessions(SessionsEnded::AllOf(id));
                }
                if was_suspended == suspended {
                    return Ok(((), Recorded::nothing()));
                }
                let action = if suspended { Action::UserSuspended } else { Action::UserRestored };
                Ok(((), unit.record(Entry::new(action, &id, &name).for_account(id)).await?))
            })
        })
        .await
    }

    /// Everybody.
    pub async fn list_users(&self, _: &AdminSession, list: &ListQuery<UserFilter>) -> Result<Page<UserRow>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(users::list_users(&mut conn, list).await?)
    }
}
