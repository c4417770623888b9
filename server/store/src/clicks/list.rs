//! The list of clicks, read from the parts of the table in which the counters say that there are some.
//!
//! `clicks` lies in the order of time and has no index by link. The counters of a day know how many clicks there were
//! and in which hours, of each link and of each partnership; so a page of the list is found by skipping whole days by
//! their counts, and by reading only the hours of the others.

use std::collections::BTreeMap;

use domain::{ClickId, ClickKind, ClickRow, Day, ListQuery, OfferId, Page};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

use crate::{Conn, Scope, StoreError};

/// Days with more clicks than this are skipped through by the database, row by row; the rows of others are taken.
const FEW: i64 = 500;
/// Days whose counts are looked at together.
const SPAN: u8 = 32;

#[derive(sqlx::FromRow)]
struct DayRow {
    day: i64,
    hours: i64,
    clicks: i64,
    visits: i64,
    bots: i64,
}

/// A day on which the scope had clicks of the wanted kind.
#[derive(Debug, Clone, Copy, Default)]
struct BusyDay {
    clicks: i64,
    /// Bit n is set when there was a click in hour n.
    hours: i64,
}

#[derive(sqlx::FromRow)]
struct ListedClick {
    id: Uuid,
    kind: i16,
    offer_name: String,
    affiliate_name: String,
    referer: String,
    user_agent: String,
    ip: String,
}

/// The clicks of a scope, newest first. `status` filters by kind, `offer` by offer, `sort` may be `oldest`.
pub async fn list_clicks(conn: &mut Conn, scope: Scope, list: &ListQuery) -> Result<Page<ClickRow>, StoreError> {
    let status = list.status_word();
    let search =
        Search { scope, kind: ClickKind::parse(&status), offer: list.offer_id(), is_ascending: list.sort == "oldest" };
    // No click is of a kind that doesn't exist.
    if search.kind.is_none() && !status.is_empty() {
        return Ok(Page::from_rows(Vec::new(), list));
    }
    let (mut skip, mut found) = (list.offset(), Vec::new());
    for (first, last) in search.spans(conn).await? {
        for (day, busy) in search.busy_days(conn, first, last).await? {
            let wanted = ListQuery::PER_PAGE + 1 - i64::try_from(found.len()).unwrap_or(i64::MAX);
            if wanted <= 0 {
                return Ok(Page::from_rows(found, list));
            }
            if busy.clicks <= skip {
                skip -= busy.clicks;
                continue;
            }
            found.extend(search.read_day(conn, Day::from_number(day), busy, skip, wanted).await?);
            skip = 0;
        }
    }
    Ok(Page::from_rows(found, list))
}

struct Search {
    scope: Scope,
    kind: Option<ClickKind>,
    offer: Option<OfferId>,
    is_ascending: bool,
}

impl Search {
    /// All days on which anybody had clicks, some at a time, in the order of the list.
    async fn spans(&self, conn: &mut Conn) -> Result<Vec<(i64, i64)>, StoreError> {
        const SQL: &str =
            "select (select min(day) from partnership_click_days), (select max(day) from partnership_click_days)";
        let ends: (Option<i64>, Option<i64>) = run!(conn, |c| query_as(SQL).fetch_one(c).await)?;
        let (Some(first), Some(last)) = ends else { return Ok(Vec::new()) };
        let (step, more) = (usize::from(SPAN), i64::from(SPAN) - 1);
        Ok(if self.is_ascending {
            (first..=last).step_by(step).map(|day| (day, last.min(day + more))).collect()
        } else {
            (-last..=-first).step_by(step).map(|day| (first.max(-day - more), -day)).collect()
        })
    }

    /// The days of a span on which the scope had clicks, in the order of the list.
    async fn busy_days(&self, conn: &mut Conn, first: i64, last: i64) -> Result<Vec<(i64, BusyDay)>, StoreError> {
        const COUNTS: &str = "d.day, cast(d.hours as bigint) as hours, cast(sum(d.clicks) as bigint) as clicks,
            cast(sum(d.visits) as bigint) as visits, cast(sum(d.bots) as bigint) as bots";
        let of_all =
            || format!("{} select {COUNTS} {}", self.scope.days(), self.scope.partnerships("partnership_click_days"));
        let of_offer = || {
            format!(
                "select {COUNTS} from offers o join links l on l.offer_id = o.id join click_days d on d.link_id = l.id
                where o.id = $5 and {} and d.day between $3 and $4",
                self.scope.condition("$1", "$2")
            )
        };
        let sql = if self.offer.is_some() { of_offer() } else { format!("{} and $5 is null", of_all()) };
        let rows: Vec<DayRow> = run!(conn, |c| query_as(AssertSqlSafe(format!("{sql} group by d.day, d.hours")))
            .bind(self.scope.partner())
            .bind(self.scope.affiliate())
            .bind(first)
            .bind(last)
            .bind(self.offer.map(OfferId::uuid))
            .fetch_all(c)
            .await)?;
        let mut days: BTreeMap<i64, BusyDay> = BTreeMap::new();
        for row in rows {
            let clicks = match self.kind {
                None => row.clicks,
                Some(ClickKind::Visit) => row.visits,
                Some(ClickKind::Bot) => row.bots,
                Some(ClickKind::Prefetch) => row.clicks - row.visits - row.bots,
            };
            if clicks > 0 {
                let day = days.entry(row.day).or_default();
                day.clicks += clicks;
                day.hours |= row.hours;
            }
        }
        let days = days.into_iter();
        Ok(if self.is_ascending { days.collect() } else { days.rev().collect() })
    }

    /// Some clicks of one day, after those to skip.
    async fn read_day(
        &self,
        conn: &mut Conn,
        day: Day,
        busy: BusyDay,
        skip: i64,
        wanted: i64,
    ) -> Result<Vec<ClickRow>, StoreError> {
        if busy.clicks > FEW {
            let first = i64::from(busy.hours.trailing_zeros());
            let end = 64 - i64::from(busy.hours.leading_zeros());
            return self.read_hours(conn, day, first..end, skip, wanted).await;
        }
        let mut runs = runs_of(busy.hours);
        if !self.is_ascending {
            runs.reverse();
        }
        let mut found = Vec::new();
        for hours in runs {
            let missing = skip + wanted - i64::try_from(found.len()).unwrap_or(i64::MAX);
            if missing <= 0 {
                break;
            }
            found.extend(self.read_hours(conn, day, hours, 0, missing).await?);
        }
        Ok(found.into_iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).collect())
    }

    async fn read_hours(
        &self,
        conn: &mut Conn,
        day: Day,
        hours: std::ops::Range<i64>,
        skip: i64,
        wanted: i64,
    ) -> Result<Vec<ClickRow>, StoreError> {
        let order = if self.is_ascending { "asc" } else { "desc" };
        let ip = conn.address_text();
        let sql = format!(
            "select c.id, c.kind, o.name as offer_name, u.name as affiliate_name, r.value as referer,
                a.value as user_agent, {ip} as ip
            from clicks c join links l on l.id = c.link_id join offers o on o.id = l.offer_id
            join affiliates f on f.id = l.affiliate_id join users u on u.id = f.user_id
            join header_values a on a.number = c.user_agent join header_values r on r.number = c.referer
            where c.id >= $1 and c.id < $2 and ($3 is null or o.partner_id = $3)
              and ($4 is null or l.affiliate_id = $4) and ($5 is null or l.offer_id = $5) and ($6 is null or c.kind = $6)
            order by c.id {order} limit $7 offset $8"
        );
        let rows: Vec<ListedClick> = run!(conn, |c| query_as(AssertSqlSafe(sql))
            .bind(ClickId::first_at(day.hour_start(hours.start)).uuid())
            .bind(ClickId::first_at(day.hour_start(hours.end)).uuid())
            .bind(self.scope.partner())
            .bind(self.scope.affiliate())
            .bind(self.offer.map(OfferId::uuid))
            .bind(self.kind.map(ClickKind::code))
            .bind(wanted)
            .bind(skip)
            .fetch_all(c)
            .await)?;
        let sees_addresses = !matches!(self.scope, Scope::Affiliate(_));
        rows.into_iter()
            .map(|row| {
                let id = ClickId::from_uuid(row.id);
                Ok(ClickRow {
                    id,
                    at: id.made_at(),
                    kind: ClickKind::from_code(row.kind).ok_or(StoreError::bad_row("clicks", "kind"))?,
                    offer_name: row.offer_name,
                    affiliate_name: row.affiliate_name,
                    referer: row.referer,
                    user_agent: row.user_agent,
                    ip: sees_addresses.then_some(row.ip),
                })
            })
            .collect()
    }
}

/// The hours of a day whose bits are set, neighbours together.
fn runs_of(hours: i64) -> Vec<std::ops::Range<i64>> {
    let mut runs: Vec<std::ops::Range<i64>> = Vec::new();
    for hour in (0..24).filter(|hour| hours & (1 << hour) != 0) {
        match runs.last_mut() {
            Some(run) if run.end == hour => run.end = hour + 1,
            _ => runs.push(hour..hour + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::runs_of;

    #[test]
    fn neighbouring_hours_are_read_together() {
        assert_eq!(runs_of(0), []);
        assert_eq!(runs_of(0b1011), [0..2, 3..4]);
        assert_eq!(runs_of((1 << 24) - 1), vec![0..24]);
    }
}
