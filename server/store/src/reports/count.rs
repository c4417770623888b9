//! Counting a report.

use std::collections::HashMap;

use domain::{ConversionId, Currency, Day, Timestamp, report::Numbers};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

use super::{
    axis::{Axis, ReportPlan},
    counter::Counter,
    facts::HeaderClasses,
    groups::Groups,
    lexicon::Lexicon,
    memory::{Begun, CountMemory, Grounds},
    numbered::Needs,
    rows::Rows,
    segments::{Counting, Segments},
};
use crate::{Conn, Scope, StoreError, rollups::check_days};

/// A moment that nobody lives to see.
const END: Timestamp = Timestamp::from_millis(1 << 47);

/// A day that nobody lives to see.
const LAST_DAY: i64 = 1 << 20;

/// A row that something was counted in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedRow {
    /// What it is in each of the table's axes: ids, words or parts of the period; empty for what isn't known.
    pub keys: Vec<String>,
    /// What was counted.
    pub numbers: Numbers,
}

/// A table that was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedTable {
    /// In no order. Rows without any click or conversion aren't there.
    pub rows: Vec<CountedRow>,
    /// All of them together.
    pub total: Numbers,
}

impl CountedTable {
    /// One in which nothing was counted.
    pub fn empty() -> Self {
        Self { rows: Vec::new(), total: Numbers::default() }
    }
}

/// Counts all tables of a plan in one state of the database; for that the connection must be a snapshot. Nothing where one
/// has more rows than can be told apart.
///
/// Of days that are over it is `memory` that knows, if they were counted for this plan before.
pub async fn count(
    conn: &mut Conn,
    plan: &ReportPlan,
    classes: &dyn HeaderClasses,
    memory: &CountMemory,
) -> Result<Option<Vec<CountedTable>>, StoreError> {
    let packed = read_packed(conn).await?;
    let paid_in = currencies_of_offers(conn, plan.scope, packed.conversions_until).await?;
    let days = check_days(conn, plan.utc_days()).await?;
    let grounds = Grounds::new(packed.clicks_until.min(packed.conversions_until).day(), &days, paid_in);
    let over = Day::from_number(0)..grounds.until;
    let (needs, wrong) = (Needs::of(plan), &days.wrong);
    let segments = Segments { plan, needs, wrong };
    let Begun { mut lexicon, mut numbered, groups } = if let Some(begun) = memory.find(plan, &grounds) {
        begun
    } else {
        let mut begun = grounds.begin(plan);
        begun.numbered.read(conn, needs, &mut begun.lexicon).await?;
        let mut counter = Counter::new(plan, std::mem::take(&mut begun.groups));
        let Begun { lexicon, numbered, .. } = &mut begun;
        let mut counting = Counting { lexicon, numbered, counter: &mut counter };
        segments.count(conn, over.clone(), &mut counting).await?;
        begun.groups = counter.into_groups();
        memory.keep(plan, grounds, &begun);
        begun
    };
    numbered.read(conn, needs, &mut lexicon).await?;
    let mut counter = Counter::new(plan, groups);
    let mut counting = Counting { lexicon: &mut lexicon, numbered: &mut numbered, counter: &mut counter };
    segments.count(conn, over.end..Day::from_number(LAST_DAY), &mut counting).await?;
    // What came late to be packed is read row by row, and what isn't packed yet.
    let mut rows = Rows::new(plan, needs, classes);
    if plan.counts_clicks() {
        for day in &wrong.clicks {
            let (start, end) = (day.start(), day.hour_start(24).min(packed.clicks_until));
            rows.count_clicks(conn, start..end, &mut lexicon, &mut counter).await?;
        }
        rows.count_clicks(conn, packed.clicks_until..END, &mut lexicon, &mut counter).await?;
    }
    for day in &wrong.conversions {
        let (start, end) = (day.start(), day.hour_start(24).min(packed.conversions_until));
        rows.count_conversions(conn, start..end, &mut lexicon, &mut counter).await?;
    }
    rows.count_conversions(conn, packed.conversions_until..END, &mut lexicon, &mut counter).await?;
    let groups = counter.into_groups();
    if groups.iter().any(Groups::is_too_large) {
        return Ok(None);
    }
    Ok(Some(plan.tables.iter().zip(groups).map(|(axes, groups)| table(axes, groups, &lexicon)).collect()))
}

fn table(axes: &[Axis], groups: Groups, lexicon: &Lexicon) -> CountedTable {
    let currency = |code| lexicon.currency_of(code).cloned().unwrap_or_default();
    let (rows, total) = groups.finish(|set| lexicon.currency_set(set), currency);
    let rows = rows.into_iter().map(|(key, numbers)| {
        let keys = axes.iter().zip([key.0, key.1]).map(|(axis, code)| axis.key(lexicon, code)).collect();
        CountedRow { keys, numbers }
    });
    CountedTable { rows: rows.collect(), total }
}

/// Until when everything is packed: what is behind is read from the rows themselves.
struct Packed {
    clicks_until: Timestamp,
    conversions_until: Timestamp,
}

async fn read_packed(conn: &mut Conn) -> Result<Packed, StoreError> {
    const SQL: &str = "select clicks_until, conversions_until from packed";
    let (clicks, conversions): (i64, i64) = run!(conn, |c| query_as(SQL).fetch_one(c).await)?;
    let [clicks_until, conversions_until] = [clicks, conversions].map(Timestamp::from_millis);
    Ok(Packed { clicks_until, conversions_until })
}

/// In which currencies each offer of a scope ever had a conversion: those that are packed, and those behind.
async fn currencies_of_offers(
    conn: &mut Conn,
    scope: Scope,
    conversions_until: Timestamp,
) -> Result<HashMap<Uuid, Vec<Currency>>, StoreError> {
    // An affiliate's clicks are divided by as everybody's: whether the offer pays in a currency, not whether it paid them.
    let offers = match scope {
        Scope::Network => "$1 is null and $2 is null",
        Scope::Partner(_) => "known.offer_id in (select id from offers where partner_id = $1) and $2 is null",
        Scope::Affiliate(_) => "known.offer_id in (select offer_id from links where affiliate_id = $2) and $1 is null",
    };
    let sql = format!(
        "select known.offer_id, known.currency from (
            select offer_id, currency from offer_currencies
            union select l.offer_id, v.currency from conversions v join links l on l.id = v.link_id where v.id >= $3
        ) known where {offers} order by 1, 2"
    );
    let rows: Vec<(Uuid, String)> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(scope.partner())
        .bind(scope.affiliate())
        .bind(ConversionId::first_at(conversions_until).uuid())
        .fetch_all(c)
        .await)?;
    let mut currencies: HashMap<Uuid, Vec<Currency>> = HashMap::new();
    for (offer, currency) in rows {
        let currency = Currency::parse(&currency).map_err(|_| StoreError::bad_row("offer_currencies", "currency"))?;
        currencies.entry(offer).or_default().push(currency);
    }
    Ok(currencies)
}
