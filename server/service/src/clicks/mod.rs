//! Clicks: recorded where a tracking link is opened, and listed.

mod countries;
mod track;

use domain::{AppError, ClickFilter, ClickRow, ListQuery, Page};

pub use self::{
    countries::Countries,
    track::{ClickRequest, TrackOutcome},
};
use crate::{Service, Session};

impl Service {
    /// The clicks this person may see, in the order of the filter.
    pub async fn list_clicks(
        &self,
        session: &Session,
        list: &ListQuery<ClickFilter>,
    ) -> Result<Page<ClickRow>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(store::clicks::list_clicks(&mut conn, session.scope(), list).await?)
    }
}
