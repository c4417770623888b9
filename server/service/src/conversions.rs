//! Conversions, listed. They are made by [postbacks](crate::postbacks).

use domain::{AppError, ConversionDetail, ConversionFilter, ConversionId, ConversionRow, ListQuery, report::ZoneName};
use store::{clicks, conversions};

use crate::{Listed, Service, Session, reports::BuiltIn};

impl Service {
    /// The conversions this person may see, in the order of the filter. Its days are those of the zone that it asks for, or
    /// else of the reader's own.
    pub async fn list_conversions(
        &self,
        session: &Session,
        list: &ListQuery<ConversionFilter>,
        own: &ZoneName,
    ) -> Result<Listed<ConversionRow>, AppError> {
        let _turn = self.turn_for(&list.filter.selection).await?;
        let mut conn = self.db.read().await?;
        let selected = self.select(&mut conn, session, &list.filter.selection, own).await?;
        let page = conversions::list_conversions(&mut conn, session.scope(), list, &selected.picked, &BuiltIn).await?;
        Ok(selected.with(page))
    }

    /// Everything that is known of a conversion.
    pub async fn read_conversion(&self, session: &Session, id: ConversionId) -> Result<ConversionDetail, AppError> {
        let mut conn = self.db.read().await?;
        let scope = session.scope();
        let conversion = conversions::find_conversion(&mut conn, scope, id, &BuiltIn).await?;
        let conversion = conversion.ok_or(AppError::NotFound)?;
        let click = clicks::find_click(&mut conn, scope, conversion.click_id, &BuiltIn).await?;
        Ok(ConversionDetail { click: click.ok_or(AppError::NotFound)?, conversion })
    }
}
