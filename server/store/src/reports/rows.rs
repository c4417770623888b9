//! Facts from the rows of clicks and conversions themselves: of what isn't packed yet.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

use domain::{
    AgentClass, ClickId, ClickKind, ConversionId, ConversionStatus, Currency, Timestamp, referring_site,
    report::{Basis, QUARTER_MILLIS},
};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

use super::{
    axis::ReportPlan,
    counter::Counter,
    facts::{ClickFact, ConversionFact, HeaderClasses},
    lexicon::Lexicon,
    numbered::Needs,
};
use crate::{
    Conn, StoreError,
    clicks::class_of,
    rollups::{FactKind, LinkIds},
};

/// How many rows are in memory at a time.
const CHUNK: i64 = 10_000;

/// An id and the time beside it are made one after the other; further apart than that they never are.
pub(crate) const MARGIN_MILLIS: i64 = 3_600_000;

/// Reads the rows that a plan is about.
pub(super) struct Rows<'p> {
    plan: &'p ReportPlan,
    needs: Needs,
    classes: &'p dyn HeaderClasses,
    /// What texts of headers are, by their numbers.
    agents: HashMap<i64, u32>,
    sites: HashMap<i64, u32>,
}

/// A click, or that of a conversion.
#[derive(sqlx::FromRow)]
struct RawClick {
    id: Uuid,
    link_id: Uuid,
    offer_id: Uuid,
    partner_id: Uuid,
    affiliate_id: Uuid,
    kind: i16,
    country: i64,
    user_agent: i64,
    referer: i64,
}

#[derive(sqlx::FromRow)]
struct RawConversion {
    conversion_id: Uuid,
    at: i64,
    status: String,
    amount: i64,
    commission: i64,
    currency: String,
    #[sqlx(flatten)]
    click: RawClick,
}

/// The columns of [`RawClick`].
const CLICK_COLUMNS: &str = "c.id, c.link_id, l.offer_id, o.partner_id, l.affiliate_id, c.kind,
    cast(coalesce(c.country, 0) as bigint) as country, cast(c.user_agent as bigint) as user_agent, cast(c.referer as bigint) as referer";

impl<'p> Rows<'p> {
    pub(super) fn new(plan: &'p ReportPlan, needs: Needs, classes: &'p dyn HeaderClasses) -> Self {
        Self { plan, needs, classes, agents: HashMap::new(), sites: HashMap::new() }
    }

    /// The first moment of the plan, and the one after its last.
    fn moments(&self) -> [Timestamp; 2] {
        let quarters = &self.plan.quarters;
        [quarters.start, quarters.end].map(|quarter| Timestamp::from_millis(quarter.saturating_mul(QUARTER_MILLIS)))
    }

    pub(super) async fn count_clicks(
        &mut self,
        conn: &mut Conn,
        between: Range<Timestamp>,
        lexicon: &mut Lexicon,
        counter: &mut Counter<'_>,
    ) -> Result<(), StoreError> {
        let scope = self.plan.scope;
        let sql = format!(
            "select {CLICK_COLUMNS} from clicks c cross join links l cross join offers o
            where l.id = c.link_id and o.id = l.offer_id and c.id >= $3 and c.id < $4 and {}
            order by c.id limit $5",
            scope.condition("$1", "$2")
        );
        let [start, end] = self.moments();
        let (start, end) = (start.max(between.start), end.min(between.end));
        let (mut from, end) = (ClickId::first_at(start).uuid(), ClickId::first_at(end).uuid());
        loop {
            let clicks: Vec<RawClick> = run!(conn, |c| query_as(AssertSqlSafe(sql.as_str()))
                .bind(scope.partner())
                .bind(scope.affiliate())
                .bind(from)
                .bind(end)
                .bind(CHUNK)
                .fetch_all(c)
                .await)?;
            self.learn_headers(conn, lexicon, clicks.iter()).await?;
            for click in &clicks {
                let made_at = ClickId::from_uuid(click.id).made_at();
                let fact = self.fact(lexicon, click, made_at)?;
                counter.count_click(lexicon, &fact);
            }
            match clicks.last() {
                Some(last) if is_full(&clicks) => from = behind(last.id),
                _ => return Ok(()),
            }
        }
    }

    pub(super) async fn count_conversions(
        &mut self,
        conn: &mut Conn,
        between: Range<Timestamp>,
        lexicon: &mut Lexicon,
        counter: &mut Counter<'_>,
    ) -> Result<(), StoreError> {
        let scope = self.plan.scope;
        let sql = format!(
            "select v.id as conversion_id, v.at, v.status, v.amount, v.commission, v.currency, {CLICK_COLUMNS}
            from conversions v cross join clicks c cross join links l cross join offers o
            where c.id = v.click_id and l.id = v.link_id and o.id = l.offer_id and v.id >= $3 and v.id < $4 and {}
            order by v.id limit $5",
            scope.condition("$1", "$2")
        );
        let [start, end] = self.moments();
        // A conversion counts at its own time, which isn't quite that of its id; and it comes after its click.
        let start = start.plus_millis(-MARGIN_MILLIS).max(between.start);
        let end = match self.plan.basis {
            Basis::Conversion => end.plus_millis(MARGIN_MILLIS).min(between.end),
            Basis::Click => between.end,
        };
        let (mut from, end) = (ConversionId::first_at(start).uuid(), ConversionId::first_at(end).uuid());
        loop {
            let conversions: Vec<RawConversion> = run!(conn, |c| query_as(AssertSqlSafe(sql.as_str()))
                .bind(scope.partner())
                .bind(scope.affiliate())
                .bind(from)
                .bind(end)
                .bind(CHUNK)
                .fetch_all(c)
                .await)?;
            self.learn_headers(conn, lexicon, conversions.iter().map(|conversion| &conversion.click)).await?;
            for conversion in &conversions {
                let fact = self.conversion_fact(lexicon, conversion)?;
                if self.plan.quarters.contains(&fact.click.quarter) {
                    counter.count_conversion(lexicon, &fact);
                }
            }
            match conversions.last() {
                Some(last) if is_full(&conversions) => from = behind(last.conversion_id),
                _ => return Ok(()),
            }
        }
    }

    fn fact(&self, lexicon: &mut Lexicon, click: &RawClick, counts_at: Timestamp) -> Result<ClickFact, StoreError> {
        let RawClick { link_id: link, offer_id: offer, partner_id: partner, affiliate_id: affiliate, .. } = *click;
        Ok(ClickFact {
            link: lexicon.link(LinkIds { partner, affiliate, offer, link }),
            quarter: counts_at.as_millis().div_euclid(QUARTER_MILLIS),
            kind: ClickKind::from_code(click.kind).map(FactKind::of).ok_or(StoreError::bad_row("clicks", "kind"))?,
            country: u32::try_from(click.country).map_err(|_| StoreError::bad_row("clicks", "country"))?,
            agent: self.agents.get(&click.user_agent).copied().unwrap_or_default(),
            site: self.sites.get(&click.referer).copied().unwrap_or_default(),
        })
    }

    fn conversion_fact(&self, lexicon: &mut Lexicon, row: &RawConversion) -> Result<ConversionFact, StoreError> {
        let bad = |column| StoreError::bad_row("conversions", column);
        let clicked_at = ClickId::from_uuid(row.click.id).made_at();
        let at = Timestamp::from_millis(row.at);
        let counts_at = if self.plan.basis == Basis::Click { clicked_at } else { at };
        let status = ConversionStatus::parse(&row.status).map_err(|_| bad("status"))?;
        let currency = Currency::parse(&row.currency).map_err(|_| bad("currency"))?;
        Ok(ConversionFact {
            click: self.fact(lexicon, &row.click, counts_at)?,
            status: lexicon.status(&status),
            currency: lexicon.currency(&currency),
            amount: row.amount,
            commission: row.commission,
            delay: at.as_millis().saturating_sub(clicked_at.as_millis()),
        })
    }

    /// Finds out what the texts of headers are that weren't met before.
    async fn learn_headers(
        &mut self,
        conn: &mut Conn,
        lexicon: &mut Lexicon,
        clicks: impl Iterator<Item = &RawClick> + Clone,
    ) -> Result<(), StoreError> {
        let unknown = |known: &HashMap<i64, u32>, of: fn(&RawClick) -> i64| {
            clicks.clone().map(of).filter(|number| !known.contains_key(number)).collect::<BTreeSet<_>>()
        };
        let agents = if self.needs.agents { unknown(&self.agents, |click| click.user_agent) } else { BTreeSet::new() };
        for (number, class) in read_agents(conn, &agents, self.classes).await? {
            self.agents.insert(number, lexicon.agent(&class));
        }
        let referers = if self.needs.sites { unknown(&self.sites, |click| click.referer) } else { BTreeSet::new() };
        for (number, text) in read_texts(conn, &referers).await? {
            let site = referring_site(&text).unwrap_or_default();
            self.sites.insert(number, lexicon.site(&site));
        }
        Ok(())
    }
}

/// The classes of some user agents, by the numbers of their texts: as they were found to be, or are where nobody has looked.
async fn read_agents(
    conn: &mut Conn,
    numbers: &BTreeSet<i64>,
    classes: &dyn HeaderClasses,
) -> Result<Vec<(i64, AgentClass)>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let list = conn.numbers_of("$1");
    let sql = format!(
        "select cast(h.number as bigint), h.value, g.device, g.os, g.browser from header_values h
        left join agents g on g.number = h.agent where h.number in {list}"
    );
    let numbers = serde_json::to_string(numbers).unwrap_or_default();
    let rows: Vec<AgentRow> = run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(numbers).fetch_all(c).await)?;
    let classes = rows
        .into_iter()
        .map(|(number, text, device, os, browser)| Ok((number, class_of(device, os, browser, &text, classes)?)));
    classes.collect()
}

type AgentRow = (i64, String, Option<String>, Option<String>, Option<String>);

/// The texts of some headers, by their numbers.
async fn read_texts(conn: &mut Conn, numbers: &BTreeSet<i64>) -> Result<HashMap<i64, String>, StoreError> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let list = conn.numbers_of("$1");
    let sql = format!("select cast(number as bigint), value from header_values where number in {list}");
    let numbers = serde_json::to_string(numbers).unwrap_or_default();
    let rows: Vec<(i64, String)> = run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(numbers).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

fn is_full<T>(rows: &[T]) -> bool {
    i64::try_from(rows.len()).is_ok_and(|read| read >= CHUNK)
}

/// The next id there can be.
fn behind(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().saturating_add(1))
}
