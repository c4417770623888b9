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

use domain::{
    AffiliateId, AgentClass, ClickFilter, ClickId, ClickKind, ClickOrder, ClickRow, Country, Day, Device, ListQuery,
    OfferId, Page, Place, ROWS_PER_PAGE, Slug, report::Dimension,
};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

use crate::{
    Conn, Scope, StoreError,
    keyset::{Keyset, Order, by_id},
    maintenance::is_erased,
    picked::{Conditions, Picked, Tables},
    reports::HeaderClasses,
};

/// Days whose counts are looked at together.
const SPAN: u8 = 32;

#[derive(sqlx::FromRow)]
struct ListedClick {
    id: Uuid,
    kind: i16,
    slug: String,
    offer_id: Uuid,
    offer_name: String,
    affiliate_id: Uuid,
    affiliate_name: String,
    country: i64,
    referer: String,
    user_agent: String,
    device: Option<String>,
    os: Option<String>,
    browser: Option<String>,
    ip: String,
}

/// What is read of a click.
const COLUMNS: &str = "c.id, c.kind, l.slug, l.offer_id, o.name as offer_name, l.affiliate_id, f.name as affiliate_name,
    cast(coalesce(c.country, 0) as bigint) as country, r.value as referer, a.value as user_agent, g.device, g.os, g.browser";

/// Where it stands.
const TABLES: &str = "clicks c join links l on l.id = c.link_id join offers o on o.id = l.offer_id
    join organisations f on f.id = l.affiliate_id
    join header_values a on a.number = c.user_agent join header_values r on r.number = c.referer
    left join agents g on g.number = a.agent";

/// A page of the clicks of a scope that are picked.
pub async fn list_clicks(
    conn: &mut Conn,
    scope: Scope,
    ListQuery { place, filter }: &ListQuery<ClickFilter>,
    picked: &Picked,
    classes: &dyn HeaderClasses,
) -> Result<Page<ClickRow>, StoreError> {
    let rows = next_clicks(conn, scope, filter, picked, classes, place, ROWS_PER_PAGE + 1).await?;
    Ok(Page::from_rows(rows, place, |row| by_id(row.id.uuid())))
}

/// So many of them from a place on, in the order of reading.
pub async fn next_clicks(
    conn: &mut Conn,
    scope: Scope,
    filter: &ClickFilter,
    picked: &Picked,
    classes: &dyn HeaderClasses,
    place: &Place,
    most: i64,
) -> Result<Vec<ClickRow>, StoreError> {
    let order = match filter.order {
        ClickOrder::Newest => Order::newest("c.id"),
        ClickOrder::Oldest => Order::oldest("c.id"),
    };
    let keyset = Keyset::of(order, place);
    let tables = Tables { click: "c", conversion: None };
    let conditions = Conditions::of(conn, picked, classes, tables, 8).await?;
    let search = Search {
        scope,
        kind: filter.kind.or_else(|| picked.only(Dimension::ClickKind).and_then(ClickKind::parse)),
        offer: filter.offer.or_else(|| OfferId::parse(picked.only(Dimension::Offer)?).ok()),
        ids: ids_of(picked, &filter.text.normalised()),
        conditions,
        classes,
        is_ascending: keyset.is_ascending(),
        beside: keyset.id().map(ClickId::from_uuid),
        most,
    };
    search.read(conn).await
}

/// The ids of a stretch of time that begin with a text, if there is one.
fn ids_of(picked: &Picked, text: &str) -> Range<Uuid> {
    let first = |moment| ClickId::first_at(moment).uuid();
    let times = picked.moments().map_or(Uuid::nil()..Uuid::max(), |moments| first(moments.start)..first(moments.end));
    if text.is_empty() {
        return times;
    }
    // What is no beginning of an id is the beginning of none.
    let Some(begun) = ClickId::range_of(text) else { return Uuid::nil()..Uuid::nil() };
    let behind = Uuid::from_u128(begun.end().uuid().as_u128().saturating_add(1));
    max(times.start, begun.start().uuid())..min(times.end, behind)
}

/// A click of a scope.
pub async fn find_click(
    conn: &mut Conn,
    scope: Scope,
    id: ClickId,
    classes: &dyn HeaderClasses,
) -> Result<Option<ClickRow>, StoreError> {
    let ip = conn.address_text();
    let whose = scope.condition("$2", "$3");
    let sql = format!("select {COLUMNS}, coalesce({ip}, '') as ip from {TABLES} where c.id = $1 and {whose}");
    let row: Option<ListedClick> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(id.uuid())
        .bind(scope.partner())
        .bind(scope.affiliate())
        .fetch_optional(c)
        .await)?;
    row.map(|row| row.into_row(scope, classes)).transpose()
}

/// What is looked for, and in which direction.
struct Search<'c> {
    scope: Scope,
    kind: Option<ClickKind>,
    offer: Option<OfferId>,
    /// Where they can be: by their time, and by what their ids begin with.
    ids: Range<Uuid>,
    conditions: Conditions,
    classes: &'c dyn HeaderClasses,
    is_ascending: bool,
    /// The click beside the page: reading begins behind it.
    beside: Option<ClickId>,
    most: i64,
}

impl Search<'_> {
    async fn read(&self, conn: &mut Conn) -> Result<Vec<ClickRow>, StoreError> {
        let mut found = Vec::new();
        for (first, last) in self.spans(conn).await? {
            for (day, hours) in self.busy_days(conn, first, last).await? {
                for ids in self.runs(Day::from_number(day), hours) {
                    if self.read_run(conn, ids, &mut found).await? {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Adds what is wanted of a range of ids. Says whether that is enough.
    async fn read_run(
        &self,
        conn: &mut Conn,
        mut ids: Range<Uuid>,
        found: &mut Vec<ClickRow>,
    ) -> Result<bool, StoreError> {
        loop {
            let missing = self.most - i64::try_from(found.len()).unwrap_or(i64::MAX);
            if missing <= 0 {
                return Ok(true);
            }
            let chunk = self.conditions.chunk(missing);
            let rows = self.read_rows(conn, &ids, chunk).await?;
            let is_full = i64::try_from(rows.len()).is_ok_and(|read| read >= chunk);
            match rows.last().map(|row| row.id.uuid()).filter(|_| is_full) {
                Some(last) if self.is_ascending => ids.start = Uuid::from_u128(last.as_u128().saturating_add(1)),
                Some(last) => ids.end = last,
                None => ids.end = ids.start,
            }
            let missing = usize::try_from(missing).unwrap_or_default();
            found.extend(rows.into_iter().filter(|row| self.conditions.admits(row.at)).take(missing));
            if ids.is_empty() {
                return Ok(false);
            }
        }
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
        let day = |id: Uuid| ClickId::from_uuid(id).made_at().day().number();
        let (first, last) = (first.max(day(self.ids.start)), last.min(day(self.ids.end)));
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
            .map(|ids| max(ids.start, self.ids.start)..min(ids.end, self.ids.end))
            .filter(|ids| !ids.is_empty())
            .collect();
        if !self.is_ascending {
            runs.reverse();
        }
        runs
    }

    /// Some clicks of a range of ids.
    async fn read_rows(&self, conn: &mut Conn, ids: &Range<Uuid>, most: i64) -> Result<Vec<ClickRow>, StoreError> {
        let order = if self.is_ascending { "asc" } else { "desc" };
        let (ip, conditions) = (conn.address_text(), &self.conditions);
        let sql = format!(
            "select {COLUMNS}, coalesce({ip}, '') as ip from {TABLES}
            where c.id >= $1 and c.id < $2 and ($3 is null or o.partner_id = $3)
              and ($4 is null or l.affiliate_id = $4) and ($5 is null or l.offer_id = $5) and ($6 is null or c.kind = $6)
              {} order by c.id {order} limit $7",
            conditions.sql
        );
        let rows: Vec<ListedClick> = run!(conn, |c| {
            let mut rows = query_as(AssertSqlSafe(sql))
                .bind(ids.start)
                .bind(ids.end)
                .bind(self.scope.partner())
                .bind(self.scope.affiliate())
                .bind(self.offer.map(OfferId::uuid))
                .bind(self.kind.map(ClickKind::code))
                .bind(most);
            for list in &conditions.binds {
                rows = rows.bind(list);
            }
            rows.fetch_all(c).await
        })?;
        rows.into_iter().map(|row| row.into_row(self.scope, self.classes)).collect()
    }
}

impl ListedClick {
    /// A click as the scope sees it: no affiliate sees addresses, nor what would tell a visitor from others.
    fn into_row(self, scope: Scope, classes: &dyn HeaderClasses) -> Result<ClickRow, StoreError> {
        let (id, sees_visitors) = (ClickId::from_uuid(self.id), !matches!(scope, Scope::Affiliate(_)));
        let agent = class_of(self.device, self.os, self.browser, &self.user_agent, classes)?;
        Ok(ClickRow {
            id,
            at: id.made_at(),
            kind: ClickKind::from_code(self.kind).ok_or(StoreError::bad_row("clicks", "kind"))?,
            slug: Slug::parse(&self.slug).map_err(|_| StoreError::bad_row("links", "slug"))?,
            offer_id: OfferId::from_uuid(self.offer_id),
            offer_name: self.offer_name,
            affiliate_id: AffiliateId::from_uuid(self.affiliate_id),
            affiliate_name: self.affiliate_name,
            country: i16::try_from(self.country).ok().and_then(Country::from_code),
            agent,
            referer: self.referer,
            user_agent: if sees_visitors && !is_erased(&self.user_agent) { self.user_agent } else { String::new() },
            ip: sees_visitors.then_some(self.ip),
        })
    }
}

/// What an agent was found to be, or is where nobody has looked yet.
pub(crate) fn class_of(
    device: Option<String>,
    os: Option<String>,
    browser: Option<String>,
    user_agent: &str,
    classes: &dyn HeaderClasses,
) -> Result<AgentClass, StoreError> {
    let (Some(device), Some(os), Some(browser)) = (device, os, browser) else { return Ok(classes.agent(user_agent)) };
    let device = Device::parse(&device).ok_or(StoreError::bad_row("agents", "device"))?;
    Ok(AgentClass { device, os, browser })
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
