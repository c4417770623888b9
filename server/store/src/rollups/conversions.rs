//! Conversions, packed as clicks are: behind the watermark of these, so that what their clicks' headers are is known.

use std::collections::{BTreeSet, HashMap};

use domain::{ClickId, ConversionId, Day, Timestamp, report::QUARTER_MILLIS};
use sqlx::{query, query_as};
use uuid::Uuid;

use super::{
    conversion_segment::{ConversionColumns, ConversionFacts, pack_conversions},
    packing::{HOUR_MILLIS, LAG_MILLIS, Span},
    segment::LinkIds,
    words::{WordKind, number_words, small},
};
use crate::{Conn, Db, StoreError, owned_task};

/// Conversions of one step.
const STEP: i64 = 5_000;

#[derive(sqlx::FromRow)]
pub(crate) struct RawConversion {
    pub(crate) id: Uuid,
    pub(crate) at: i64,
    pub(crate) click_id: Uuid,
    pub(crate) link_id: Uuid,
    pub(crate) offer_id: Uuid,
    pub(crate) partner_id: Uuid,
    pub(crate) affiliate_id: Uuid,
    pub(crate) status: String,
    pub(crate) amount: i64,
    pub(crate) commission: i64,
    pub(crate) currency: String,
    pub(crate) kind: i16,
    pub(crate) country: i64,
    pub(crate) agent: i64,
    pub(crate) site: i64,
}

const UNTIL: &str = "select clicks_until, conversions_until from packed";
const NEXT: &str = "select v.id, v.at, v.click_id, v.link_id, l.offer_id, o.partner_id, l.affiliate_id, v.status,
        v.amount, v.commission, v.currency, c.kind, cast(coalesce(c.country, 0) as bigint) as country,
        cast(coalesce(a.agent, 0) as bigint) as agent, cast(coalesce(r.site, 0) as bigint) as site
    from conversions v cross join clicks c cross join links l cross join offers o
    cross join header_values a cross join header_values r
    where c.id = v.click_id and l.id = v.link_id and o.id = l.offer_id and a.number = c.user_agent
      and r.number = c.referer and v.id >= $1 and v.id < $2 order by v.id limit $3";

/// The conversions from one moment to another, one more than one step packs at most.
async fn read_conversions(conn: &mut Conn, from: i64, until: i64) -> Result<Vec<RawConversion>, StoreError> {
    let id = |millis| ConversionId::first_at(Timestamp::from_millis(millis)).uuid();
    Ok(run!(conn, |c| query_as(NEXT).bind(id(from)).bind(id(until)).bind(STEP + 1).fetch_all(c).await)?)
}

const MOVE: &str = "update packed set conversions_until = $2 where conversions_until = $1";

/// Packs the next conversions that are old enough and whose clicks are packed. Says whether there may be more.
pub async fn pack_next_conversions(db: &Db, now: Timestamp) -> Result<bool, StoreError> {
    let mut conn = db.read().await?;
    let (clicks_until, from): (i64, i64) = run!(conn, |c| query_as(UNTIL).fetch_one(c).await)?;
    let newest = clicks_until.min(now.as_millis() - LAG_MILLIS);
    // Few are read one by one as fast: an hour is packed when it is over, or when there are many.
    let mut until = newest - newest.rem_euclid(HOUR_MILLIS);
    let mut rows = read_conversions(&mut conn, from, until).await?;
    if rows.is_empty() {
        rows = read_conversions(&mut conn, from, newest).await?;
        if i64::try_from(rows.len()).is_ok_and(|read| read <= STEP) {
            return Ok(false);
        }
        until = newest;
    }
    drop(conn);
    let made_at = |row: &RawConversion| ConversionId::from_uuid(row.id).made_at();
    let Some(first) = rows.first().map(made_at) else { return Ok(false) };
    let has_more = rows.len() > usize::try_from(STEP).unwrap_or(usize::MAX);
    // Each step lies within one day, and those of its last millisecond stay together.
    let mut end = Timestamp::from_millis(until).min(first.day().hour_start(24));
    if has_more {
        // Of one millisecond there are never so many.
        end = end.min(rows.last().map_or(end, made_at)).max(first.plus_millis(1));
    }
    rows.retain(|row| made_at(row) < end);
    let db = db.clone();
    owned_task(async move {
        let mut conn = db.begin().await?;
        let end_millis = end.as_millis();
        let moved =
            run!(conn, |c| query(MOVE).bind(from).bind(end_millis).execute(c).await.map(|done| done.rows_affected()))?;
        if moved != 1 {
            return Ok(true);
        }
        let facts = facts(&mut conn, &rows).await?;
        let span = Span { starts_at: first, ends_at: end, partner: Uuid::nil() };
        insert_segments(&mut conn, span, &pack_conversions(facts)).await?;
        remember_currencies(&mut conn, &rows).await?;
        conn.commit().await?;
        Ok(true)
    })
    .await
}

/// Packs the conversions of a day again, by the moments in their ids, in place of what was packed.
pub async fn repack_conversions(db: &Db, day: Day) -> Result<(), StoreError> {
    let mut conn = db.read().await?;
    let (_, packed_until): (i64, i64) = run!(conn, |c| query_as(UNTIL).fetch_one(c).await)?;
    let end = day.hour_start(24).as_millis().min(packed_until);
    let id = |millis| ConversionId::first_at(Timestamp::from_millis(millis)).uuid();
    let (first, behind) = (id(day.start().as_millis()), id(end));
    let rows: Vec<RawConversion> =
        run!(conn, |c| query_as(NEXT).bind(first).bind(behind).bind(i64::MAX).fetch_all(c).await)?;
    drop(conn);
    let db = db.clone();
    owned_task(async move {
        const DELETE: &str = "delete from conversion_segments where starts_at >= $1 and starts_at < $2";
        let mut conn = db.begin().await?;
        let (_, still): (i64, i64) = run!(conn, |c| query_as(UNTIL).fetch_one(c).await)?;
        if still != packed_until {
            return Ok(());
        }
        let (start, end) = (day.start(), Timestamp::from_millis(end));
        let (from, to) = (start.as_millis(), day.hour_start(24).as_millis());
        run!(conn, |c| query(DELETE).bind(from).bind(to).execute(c).await.map(|_| ()))?;
        let facts = facts(&mut conn, &rows).await?;
        // As new ones: a day that is over is divided afterwards.
        let span = Span { starts_at: start, ends_at: end, partner: Uuid::nil() };
        insert_segments(&mut conn, span, &pack_conversions(facts)).await?;
        remember_currencies(&mut conn, &rows).await?;
        conn.commit().await
    })
    .await
}

async fn facts(conn: &mut Conn, rows: &[RawConversion]) -> Result<Vec<ConversionFacts>, StoreError> {
    let texts = |of: fn(&RawConversion) -> &str| rows.iter().map(of).collect::<BTreeSet<_>>();
    let statuses = number_words(conn, WordKind::Status, &texts(|row| &row.status)).await?;
    let currencies = number_words(conn, WordKind::Currency, &texts(|row| &row.currency)).await?;
    let number = |words: &HashMap<String, u32>, word: &str| {
        words.get(word).copied().ok_or(StoreError::bad_row("report_words", "word"))
    };
    let facts = rows.iter().map(|row| {
        let clicked_at = ClickId::from_uuid(row.click_id).made_at().as_millis();
        Ok(ConversionFacts {
            ids: LinkIds {
                partner: row.partner_id,
                affiliate: row.affiliate_id,
                offer: row.offer_id,
                link: row.link_id,
            },
            quarter: row.at.div_euclid(QUARTER_MILLIS),
            click_quarter: clicked_at.div_euclid(QUARTER_MILLIS),
            delay: row.at.saturating_sub(clicked_at),
            amount: row.amount,
            commission: row.commission,
            status: number(&statuses, &row.status)?,
            currency: number(&currencies, &row.currency)?,
            click_kind: small(i64::from(row.kind), "clicks")?,
            country: small(row.country, "clicks")?,
            agent: small(row.agent, "header_values")?,
            site: small(row.site, "header_values")?,
        })
    });
    facts.collect()
}

async fn remember_currencies(conn: &mut Conn, rows: &[RawConversion]) -> Result<(), StoreError> {
    const SQL: &str = "insert into offer_currencies (offer_id, currency) values ($1, $2)
        on conflict (offer_id, currency) do nothing";
    let pairs: BTreeSet<_> = rows.iter().map(|row| (row.offer_id, row.currency.as_str())).collect();
    for (offer, currency) in pairs {
        run!(conn, |c| query(SQL).bind(offer).bind(currency).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

pub(super) async fn insert_segments(
    conn: &mut Conn,
    span: Span,
    segments: &[ConversionColumns],
) -> Result<(), StoreError> {
    const SQL: &str = "insert into conversion_segments (starts_at, ends_at, partner_id, part, conversions,
            runs, sums, statuses, currencies, kinds, countries, agents, sites)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    for (part, columns) in (0_i32..).zip(segments) {
        let conversions = i32::try_from(columns.conversions).unwrap_or(i32::MAX);
        run!(conn, |c| query(SQL)
            .bind(span.starts_at.as_millis())
            .bind(span.ends_at.as_millis())
            .bind(span.partner)
            .bind(part)
            .bind(conversions)
            .bind(&columns.runs)
            .bind(&columns.sums)
            .bind(&columns.statuses)
            .bind(&columns.currencies)
            .bind(&columns.click_kinds)
            .bind(&columns.countries)
            .bind(&columns.agents)
            .bind(&columns.sites)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// A segment of conversions, as either engine hands it out.
#[derive(sqlx::FromRow)]
pub(crate) struct ConversionSegmentRow {
    pub(crate) conversions: i64,
    pub(crate) runs: Vec<u8>,
    pub(crate) sums: Vec<u8>,
    pub(crate) statuses: Vec<u8>,
    pub(crate) currencies: Vec<u8>,
    pub(crate) kinds: Vec<u8>,
    pub(crate) countries: Vec<u8>,
    pub(crate) agents: Vec<u8>,
    pub(crate) sites: Vec<u8>,
}

/// The columns of [`ConversionSegmentRow`].
pub(crate) const CONVERSION_SEGMENT_COLUMNS: &str = "cast(conversions as bigint) as conversions, runs, sums, statuses,
    currencies, kinds, countries, agents, sites";

impl From<ConversionSegmentRow> for ConversionColumns {
    fn from(row: ConversionSegmentRow) -> Self {
        let ConversionSegmentRow { conversions, runs, sums, statuses, currencies, kinds, countries, agents, sites } =
            row;
        let conversions = usize::try_from(conversions).unwrap_or_default();
        Self { conversions, runs, sums, statuses, currencies, click_kinds: kinds, countries, agents, sites }
    }
}

/// The days from which everybody's conversions lie in small segments still, before the day of the watermark.
pub(super) async fn unsorted_day(conn: &mut Conn) -> Result<Option<Day>, StoreError> {
    const SQL: &str = "select starts_at from conversion_segments
        where starts_at < (select conversions_until - conversions_until % 86400000 from packed) and partner_id = $1
        order by starts_at limit 1";
    let first: Option<i64> = run!(conn, |c| sqlx::query_scalar(SQL).bind(Uuid::nil()).fetch_optional(c).await)?;
    Ok(first.map(|millis| Timestamp::from_millis(millis).day()))
}
