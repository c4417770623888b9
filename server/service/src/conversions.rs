//! Conversions, listed. They are made by [postbacks](crate::postbacks).

use domain::{AppError, ConversionFilter, ConversionRow, ListQuery, Page};

use crate::{Service, Session};

impl Service {
    /// The conversions this person may see, in the order of the filter.
    pub async fn list_conversions(
        &self,
        session: &Session,
        list: &ListQuery<ConversionFilter>,
    ) -> Result<Page<ConversionRow>, AppError> {
        let mut conn = self.db.read().await?;
        Ok(store::conversions::list_conversions(&mut conn, session.scope(), list).await?)
    }
}
