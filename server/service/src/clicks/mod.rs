//! Clicks: recorded where a tracking link is opened, and listed.

mod countries;
mod track;

use domain::{AppError, ClickDetail, ClickFilter, ClickId, ClickRow, ListQuery, report::ZoneName};
use store::{clicks, conversions};

pub use self::{
    countries::Countries,
    track::{ClickRequest, TrackOutcome},
};
use crate::{Listed, Service, Session, reports::BuiltIn};

impl Service {
    /// The clicks this person may see, in the order of the filter. Its days are those of the zone that it asks for, or else
    /// of the reader's own.
    pub async fn list_clicks(
        &self,
        session: &Session,
        list: &ListQuery<ClickFilter>,
        own: &ZoneName,
    ) -> Result<Listed<ClickRow>, AppError> {
        let _turn = self.turn_for(&list.filter.selection).await?;
        let mut conn = self.db.read().await?;
        let selected = self.select(&mut conn, session, &list.filter.selection, own).await?;
        let page = clicks::list_clicks(&mut conn, session.scope(), list, &selected.picked, &BuiltIn).await?;
        Ok(selected.with(page))
    }

    /// Everything that is known of a click.
    pub async fn read_click(&self, session: &Session, id: ClickId) -> Result<ClickDetail, AppError> {
        let mut conn = self.db.read().await?;
        let scope = session.scope();
        let click = clicks::find_click(&mut conn, scope, id, &BuiltIn).await?.ok_or(AppError::NotFound)?;
        let conversions = conversions::conversions_of_click(&mut conn, scope, id, &BuiltIn).await?;
        Ok(ClickDetail { click, conversions })
    }
}
