//! All clicks of a list.

use domain::{AppError, ClickFilter, ClickRow, Cursor, ListQuery, Place, report::ZoneName};
use jiff::tz::TimeZone;
use store::clicks::next_clicks;

use super::{BATCH, Export, ExportCell, ExportRow, batches, columns, moment, optional, text};
use crate::{Service, Session, reports::BuiltIn};

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
        let permits = self.report_permits.clone();
        let (db, scope, filter) = (self.db.clone(), session.scope(), list.filter.clone());
        let most = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let rows = batches(Some(Place::First), move |place: Option<Place>| {
            let (db, filter, picked, clock) =
                (db.clone(), filter.clone(), selected.picked.clone(), selected.clock.clone());
            let (permits, _running) = (permits.clone(), &permit);
            async move {
                let Some(place) = place else { return Ok(None) };
                let _place = permits.place().await?;
                let mut conn = db.read().await?;
                let clicks = next_clicks(&mut conn, scope, &filter, &picked, &BuiltIn, &place, most).await?;
                drop(conn);
                let is_last = clicks.len() < BATCH;
                let next =
                    clicks.last().filter(|_| !is_last).map(|last| Cursor { key: String::new(), id: last.id.uuid() });
                let rows = clicks.into_iter().map(|click| row(click, &clock, sees_visitors)).collect();
                Ok(Some((rows, next.map(Place::After))))
            }
        });
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
