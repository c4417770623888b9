//! All conversions of a list.

use domain::{AppError, ConversionFilter, ConversionRow, ListQuery, Place, report::ZoneName};
use jiff::tz::TimeZone;
use store::conversions::{cursor_of, next_conversions};

use super::{BATCH_ROWS, Export, ExportCell, ExportRow, columns, moment, optional, placed, text};
use crate::{
    Service, Session,
    reports::{BuiltIn, Selected},
};

/// Up to the partner's own name of the order, which affiliates don't see.
const FIRST: &str = "conversion_id time click_id click_time";
const TRANSACTION: &str = "transaction_id";
const REST: &str = "offer_id offer affiliate_id affiliate status state counts_toward_earnings amount commission currency \
                    country device";

impl Service {
    /// The conversions of a list, from its first page to its last. What is recorded meanwhile may be in it or not.
    pub async fn export_conversions(
        &self,
        session: &Session,
        list: &ListQuery<ConversionFilter>,
        own: &ZoneName,
    ) -> Result<Export, AppError> {
        let permit = self.report_permits.admit(session.user_id())?;
        let mut conn = self.db.read().await?;
        let selected = self.select(&mut conn, session, &list.filter.selection, own).await?;
        drop(conn);
        let transaction = if matches!(session, Session::Affiliate(_)) { "" } else { TRANSACTION };
        let names = [FIRST, transaction, REST].into_iter().flat_map(columns).collect();
        let (db, scope, filter) = (self.db.clone(), session.scope(), list.filter.clone());
        let order = filter.order;
        let Selected { picked, clock, .. } = selected;
        let read = move |place: Place| {
            let (db, filter, picked) = (db.clone(), filter.clone(), picked.clone());
            async move {
                let mut conn = db.read().await?;
                Ok(next_conversions(&mut conn, scope, &filter, &picked, &BuiltIn, &place, BATCH_ROWS).await?)
            }
        };
        let rows = placed(
            self.report_permits.clone(),
            permit,
            read,
            move |sold: &ConversionRow| cursor_of(order, sold),
            move |sold| row(sold, &clock),
        );
        Ok(Export { name: "conversions".to_owned(), columns: names, rows })
    }
}

fn row(sold: ConversionRow, zone: &TimeZone) -> ExportRow {
    let mut row = vec![
        text(sold.id.to_string()),
        moment(sold.at, zone),
        text(sold.click_id.to_string()),
        moment(sold.click_id.made_at(), zone),
    ];
    row.extend(sold.transaction_id.map(text));
    row.extend([
        text(sold.offer_id.to_string()),
        text(sold.offer_name),
        text(sold.affiliate_id.to_string()),
        text(sold.affiliate_name),
        text(sold.status.as_str()),
        text(sold.status.state().as_str()),
        text(if sold.status.counts_toward_earnings() { "yes" } else { "no" }),
        ExportCell::Number(sold.amount.to_string()),
        ExportCell::Number(sold.commission.to_string()),
        text(sold.currency.to_string()),
        optional(sold.country),
        text(sold.device.as_str()),
    ]);
    row
}
