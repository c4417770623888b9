//! The numbers of the last days, of what somebody may see.

use domain::{ActivityId, AppError, Overview};
use store::Scope;

use crate::{Service, Session};

/// What tells apart two states of what somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    clicks: i64,
    conversions: i64,
    newest_entry: Option<ActivityId>,
}

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

    /// What changes with every click, conversion and entry of the activity that this person may see.
    pub async fn version(&self, session: &Session) -> Result<Version, AppError> {
        // A click of the last moment before midnight may be committed after it, and another server's clock be ahead.
        let today = self.clock.now().day();
        let (scope, first, last) = (session.scope(), today.minus_days(1), today.minus_days(-1));
        let mut conn = self.db.read().await?;
        let (clicks, conversions) = store::reports::read_version(&mut conn, scope, first, last).await?;
        let newest_entry = store::activity::find_newest(&mut conn, scope).await?;
        Ok(Version { clicks, conversions, newest_entry })
    }
}
