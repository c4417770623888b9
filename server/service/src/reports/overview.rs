//! The numbers of the last days, of what somebody may see.

use domain::{AppError, Overview};
use store::Scope;

use crate::{Service, Session};

impl Service {
    /// The numbers of the last days, of what this person may see.
    pub async fn overview(&self, session: &Session, days: u32) -> Result<Overview, AppError> {
        self.overview_of(session.scope(), days).await
    }

    pub(crate) async fn overview_of(&self, scope: Scope, days: u32) -> Result<Overview, AppError> {
        let mut conn = self.db.read().await?;
        let (today, days) = (self.clock.now().day(), days.clamp(1, 366));
        Ok(store::reports::read_overview(&mut conn, scope, today, days).await?)
    }
}
