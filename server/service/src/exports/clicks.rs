//! All clicks of a list.

use domain::{AppError, ClickFilter, ClickRow, Cursor, ListQuery, Place, report::ZoneName};
use jiff::tz::TimeZone;
use store::clicks::next_clicks;

use super::{BATCH_ROWS, Export, ExportCell, ExportRow, columns, moment, optional, placed, text};
use crate::{
    Service, Session,
    reports::{BuiltIn, Selected},
};

const COLUMNS: &str = "click_id time slug offer_id offer affiliate_id affiliate kind country device os browser referer";
/// What affiliates don't see.
const OF_VISITORS: &str = "ip user_agent";

impl Service {
    /// The clicks of a list, from its first page to its last. What is recorded meanwhile may be in it or not.
    pub async fn export_clicks(
        &self,
        session: &Session,
        list: &ListQuery<ClickFilter>,
        own: &ZoneName,
    ) -> Result<Export, AppError> {
        let permit = self.report_permits.admit(session.user_id())?;
        let mut conn = self.db.read().await?;
        let selected = self.select(&mut conn, session, &list.filter.selection, own).await?;
        drop(conn);
        let sees_visitors = !matches!(session, Session::Affiliate(_));
        let mut names = columns(COLUMNS);
        if sees_visitors {
            names.extend(columns(OF_VISITORS));
        }
        let (db, scope, filter) = (self.db.clone(), session.scope(), list.filter.clone());
        let Selected { picked, clock, .. } = selected;
        let read = move |place: Place| {
            let (db, filter, picked) = (db.clone(), filter.clone(), picked.clone());
            async move {
                let mut conn = db.read().await?;
                Ok(next_clicks(&mut conn, scope, &filter, &picked, &BuiltIn, &place, BATCH_ROWS).await?)
            }
        };
        let rows = placed(
            self.report_permits.clone(),
            permit,
            read,
            |click: &ClickRow| Cursor { key: String::new(), id: click.id.uuid() },
            move |click| row(click, &clock, sees_visitors),
        );
        Ok(Export { name: "clicks".to_owned(), columns: names, rows })
    }
}

fn row(click: ClickRow, zone: &TimeZone, sees_visitors: bool) -> ExportRow {
    let mut row = vec![
        text(click.id.to_string()),
        moment(click.at, zone),
        text(click.slug.to_string()),
        text(click.offer_id.to_string()),
        text(click.offer_name),
        text(click.affiliate_id.to_string()),
        text(click.affiliate_name),
        text(click.kind.as_str()),
        optional(click.country),
        text(click.agent.device.as_str()),
        text(click.agent.os),
        text(click.agent.browser),
        text(click.referer),
    ];
    if sees_visitors {
        row.extend([click.ip.map_or(ExportCell::Empty, text), text(click.user_agent)]);
    }
    row
}
