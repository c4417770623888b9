//! The list of clicks, read from the parts of the table in which the counters say that there are some.
//!
//! `clicks` lies in the order of time and has no index by link. The counters of a day know whether there were clicks and
//! in which hours, of each link and of each partnership; so a page of the list is found by reading these hours alone,
//! from the day and hour of the click beside the page on.

use std::{
    cmp::{max, min},
    collections::BTreeMap,
    ops::Range,
};

use domain::{ClickFilter, ClickId, ClickKind, ClickOrder, ClickRow, Day, ListQuery, OfferId, Page, ROWS_PER_PAGE};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

use crate::{
    Conn, Scope, StoreError,
    keyset::{Keyset, Order, by_id},
};

/// Days whose counts are looked at together.
const SPAN: u8 = 32;

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

/// The clicks of a scope.
pub async fn list_clicks(
    conn: &mut Conn,
    scope: Scope,
    ListQuery { place, filter }: &ListQuery<ClickFilter>,
) -> Result<Page<ClickRow>, StoreError> {
    let order = match filter.order {
        ClickOrder::Newest => Order::newest("c.id"),
        ClickOrder::Oldest => Order::oldest("c.id"),
    };
    let keyset = Keyset::of(order, place);
    let search = Search {
        scope,
        kind: filter.kind,
        offer: filter.offer,
        is_ascending: keyset.is_ascending(),
        beside: keyset.id().map(ClickId::from_uuid),
    };
    let rows = search.read(conn).await?;
    Ok(keyset.page(rows, |row| by_id(row.id.uuid())))
}

/// What is looked for, and in which direction.
struct Search {
    scope: Scope,
    kind: Option<ClickKind>,
    offer: Option<OfferId>,
    is_ascending: bool,
    /// The click beside the page: reading begins behind it.
    beside: Option<ClickId>,
}

impl Search {
    /// The clicks of a page, and one more if there is.
    async fn read(&self, conn: &mut Conn) -> Result<Vec<ClickRow>, StoreError> {
        let mut found = Vec::new();
        for (first, last) in self.spans(conn).await? {
            for (day, hours) in self.busy_days(conn, first, last).await? {
                for ids in self.runs(Day::from_number(day), hours) {
                    let missing = ROWS_PER_PAGE + 1 - i64::try_from(found.len()).unwrap_or(i64::MAX);
                    if missing <= 0 {
                        return Ok(found);
                    }
                    found.extend(self.read_run(conn, &ids, missing).await?);
                }
            }
        }
        Ok(found)
    }

    /// Windows of [`SPAN`] days between the first and the last day with clicks of anybody, from the click beside the
    /// page on, in the order of reading: the first and the last day of each.
    async fn spans(&self, conn: &mut Conn) -> Result<Vec<(i64, i64)>, StoreError> {
        const SQL: &str =
            "select (select min(day) from partnership_click_days), (select max(day) from partnership_click_days)";
        let ends: (Option<i64>, Option<i64>) = run!(conn, |c| query_as(SQL).fetch_one(c).await)?;
        let (Some(first), Some(last)) = ends else { return Ok(Vec::new()) };
        let beside = self.beside.map(|click| click.made_at().day().number());
        let (step, more) = (usize::from(SPAN), i64::from(SPAN) - 1);
        Ok(if self.is_ascending {
            let first = beside.map_or(first, |day| first.max(day));
            (first..=last).step_by(step).map(|day| (day, last.min(day + more))).collect()
        } else {
            let last = beside.map_or(last, |day| last.min(day));
            (-last..=-first).step_by(step).map(|day| (first.max(-day - more), -day)).collect()
        })
    }

    /// The days of a span on which the scope had clicks of the wanted kind, in the order of reading, and their hours:
    /// bit n is set when there was a click in hour n.
    async fn busy_days(&self, conn: &mut Conn, first: i64, last: i64) -> Result<Vec<(i64, i64)>, StoreError> {
        const HOURS: &str = "d.day, cast(d.hours as bigint) as hours";
        let wanted = match self.kind {
            None => "d.clicks",
            Some(ClickKind::Human) => "d.visits",
            Some(ClickKind::Bot) => "d.bots",
            Some(ClickKind::Prefetch) => "d.clicks - d.visits - d.bots",
        };
        let of_all =
            || format!("{} select {HOURS} {}", self.scope.days(), self.scope.partnerships("partnership_click_days"));
        let of_offer = || {
            format!(
                "select {HOURS} from offers o join links l on l.offer_id = o.id join click_days d on d.link_id = l.id
                where o.id = $5 and {} and d.day between $3 and $4",
                self.scope.condition("$1", "$2")
            )
        };
        let sql = if self.offer.is_some() { of_offer() } else { format!("{} and $5 is null", of_all()) };
        let sql = format!("{sql} group by d.day, d.hours having sum({wanted}) > 0");
        let rows: Vec<(i64, i64)> = run!(conn, |c| query_as(AssertSqlSafe(sql))
            .bind(self.scope.partner())
            .bind(self.scope.affiliate())
            .bind(first)
            .bind(last)
            .bind(self.offer.map(OfferId::uuid))
            .fetch_all(c)
            .await)?;
        let mut days: BTreeMap<i64, i64> = BTreeMap::new();
        for (day, hours) in rows {
            *days.entry(day).or_default() |= hours;
        }
        let days = days.into_iter();
        Ok(if self.is_ascending { days.collect() } else { days.rev().collect() })
    }

    /// The ids to look through of a day, in the order of reading: those of its busy hours, neighbours together, behind the
    /// click beside the page.
    fn runs(&self, day: Day, hours: i64) -> Vec<Range<Uuid>> {
        let id = |hour| ClickId::first_at(day.hour_start(hour)).uuid();
        let behind = self.beside.map(|click| Uuid::from_u128(click.uuid().as_u128().saturating_add(1)));
        let mut runs: Vec<_> = runs_of(hours)
            .into_iter()
            .map(|run| match (self.beside, behind) {
                (Some(_), Some(behind)) if self.is_ascending => max(id(run.start), behind)..id(run.end),
                (Some(beside), _) => id(run.start)..min(id(run.end), beside.uuid()),
                (None, _) => id(run.start)..id(run.end),
            })
            .filter(|ids| !ids.is_empty())
            .collect();
        if !self.is_ascending {
            runs.reverse();
        }
        runs
    }

    /// Some clicks of a range of ids.
    async fn read_run(&self, conn: &mut Conn, ids: &Range<Uuid>, wanted: i64) -> Result<Vec<ClickRow>, StoreError> {
        let order = if self.is_ascending { "asc" } else { "desc" };
        let ip = conn.address_text();
        let sql = format!(
            "select c.id, c.kind, o.name as offer_name, f.name as affiliate_name, r.value as referer,
                a.value as user_agent, {ip} as ip
            from clicks c join links l on l.id = c.link_id join offers o on o.id = l.offer_id
            join organisations f on f.id = l.affiliate_id
            join header_values a on a.number = c.user_agent join header_values r on r.number = c.referer
            where c.id >= $1 and c.id < $2 and ($3 is null or o.partner_id = $3)
              and ($4 is null or l.affiliate_id = $4) and ($5 is null or l.offer_id = $5) and ($6 is null or c.kind = $6)
            order by c.id {order} limit $7"
        );
        let rows: Vec<ListedClick> = run!(conn, |c| query_as(AssertSqlSafe(sql))
            .bind(ids.start)
            .bind(ids.end)
            .bind(self.scope.partner())
            .bind(self.scope.affiliate())
            .bind(self.offer.map(OfferId::uuid))
            .bind(self.kind.map(ClickKind::code))
            .bind(wanted)
            .fetch_all(c)
            .await)?;
        rows.into_iter().map(|row| self.row(row)).collect()
    }

    /// A click as the scope sees it: no affiliate sees addresses.
    fn row(&self, row: ListedClick) -> Result<ClickRow, StoreError> {
        let id = ClickId::from_uuid(row.id);
        Ok(ClickRow {
            id,
            at: id.made_at(),
            kind: ClickKind::from_code(row.kind).ok_or(StoreError::bad_row("clicks", "kind"))?,
            offer_name: row.offer_name,
            affiliate_name: row.affiliate_name,
            referer: row.referer,
            user_agent: row.user_agent,
            ip: (!matches!(self.scope, Scope::Affiliate(_))).then_some(row.ip),
        })
    }
}

/// The hours of a day whose bits are set, neighbours together.
fn runs_of(hours: i64) -> Vec<Range<i64>> {
    let mut runs: Vec<Range<i64>> = Vec::new();
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
