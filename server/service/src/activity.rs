//! What was done, as it is read. [Units of work](crate::unit_of_work) write it.

use domain::{ActivityFilter, ActivityRow, AppError, ListQuery, Page};

use crate::{Service, Session};

impl Service {
    /// What was done that concerns this person, newest first.
    pub async fn list_activity(
        &self,
        session: &Session,
        list: &ListQuery<ActivityFilter>,
    ) -> Result<Page<ActivityRow>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(store::activity::list_activity(&mut conn, session.scope(), session.user_id(), list).await?)
    }
}
