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

    /// A number that changes with every click and conversion this person may see.
    pub async fn version(&self, session: &Session) -> Result<(i64, i64), AppError> {
        // A click of the last moment before midnight may be committed after it, and another server's clock be ahead.
        let today = self.clock.now().day();
        let mut conn = self.db.read().await?;
        let version =
            store::reports::read_version(&mut conn, session.scope(), today.minus_days(1), today.minus_days(-1));
        Ok(version.await?)
    }
}
