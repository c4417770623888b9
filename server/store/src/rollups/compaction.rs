//! Few large segments in place of many small ones: of a finished hour one of everybody, of a finished day one for each
//! partner, so that a report of their own reads no others'.

use std::ops::Range;

use domain::{Day, Timestamp};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    column::Damaged,
    conversion_segment::{ConversionFacts, pack_conversions, unpack_conversions},
    conversions::{self, CONVERSION_SEGMENT_COLUMNS, ConversionSegmentRow, unsorted_day},
    packing::{HOUR_MILLIS, Span, insert_segments},
    segment::{ClickColumns, ClickFacts, LinkList, pack_clicks, unpack_clicks, unpack_runs},
};
use crate::{Conn, Db, StoreError, owned_task};

/// A segment of clicks, as either engine hands it out.
#[derive(sqlx::FromRow)]
pub(crate) struct ClickSegmentRow {
    pub(crate) clicks: i64,
    pub(crate) runs: Vec<u8>,
    pub(crate) kinds: Vec<u8>,
    pub(crate) countries: Vec<u8>,
    pub(crate) agents: Vec<u8>,
    pub(crate) sites: Vec<u8>,
}

/// The columns of [`ClickSegmentRow`].
pub(super) const CLICK_SEGMENT_COLUMNS: &str =
    "cast(clicks as bigint) as clicks, runs, kinds, countries, agents, sites";

impl From<ClickSegmentRow> for ClickColumns {
    fn from(row: ClickSegmentRow) -> Self {
        let ClickSegmentRow { clicks, runs, kinds, countries, agents, sites } = row;
        Self { clicks: usize::try_from(clicks).unwrap_or_default(), runs, kinds, countries, agents, sites }
    }
}

/// Bytes of a segment that can't be read.
pub(crate) fn damaged(_: Damaged) -> StoreError {
    StoreError::bad_row("click_segments", "runs")
}

/// Makes the next few large segments, if small ones are left of a finished hour or day. Says whether there may be more.
pub async fn compact_segments(db: &Db) -> Result<bool, StoreError> {
    let mut conn = db.read().await?;
    let hour = next_hour(&mut conn).await?;
    let day = next_day(&mut conn).await?;
    let conversions = unsorted_day(&mut conn).await?;
    drop(conn);
    if let Some(start) = hour {
        compact_clicks(db, start, start.plus_millis(HOUR_MILLIS), Split::None).await?;
    }
    if let (None, Some(day)) = (hour, day) {
        compact_clicks(db, day.start(), day.hour_start(24), Split::ByPartner).await?;
    }
    if let Some(day) = conversions {
        compact_conversions(db, day).await?;
    }
    Ok(hour.is_some() || day.is_some() || conversions.is_some())
}

/// The start of an hour that is packed and of which there are several segments of everybody's.
async fn next_hour(conn: &mut Conn) -> Result<Option<Timestamp>, StoreError> {
    const SQL: &str = "select starts_at - starts_at % 3600000 from click_segments
        where starts_at < (select clicks_until - clicks_until % 3600000 from packed) and partner_id = $1
          and not (starts_at % 3600000 = 0 and ends_at = starts_at + 3600000)
        order by 1 limit 1";
    let start: Option<i64> = run!(conn, |c| query_scalar(SQL).bind(Uuid::nil()).fetch_optional(c).await)?;
    Ok(start.map(Timestamp::from_millis))
}

/// A day that is packed and of which there are segments of everybody's still.
async fn next_day(conn: &mut Conn) -> Result<Option<Day>, StoreError> {
    const SQL: &str = "select starts_at from click_segments
        where starts_at < (select clicks_until - clicks_until % 86400000 from packed) and partner_id = $1
        order by starts_at limit 1";
    let start: Option<i64> = run!(conn, |c| query_scalar(SQL).bind(Uuid::nil()).fetch_optional(c).await)?;
    Ok(start.map(|millis| Timestamp::from_millis(millis).day()))
}

/// How large segments are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    None,
    ByPartner,
}

async fn compact_clicks(db: &Db, start: Timestamp, end: Timestamp, split: Split) -> Result<(), StoreError> {
    let sql = format!(
        "select {CLICK_SEGMENT_COLUMNS} from click_segments where partner_id = $1 and starts_at >= $2 and starts_at < $3"
    );
    let mut conn = db.read().await?;
    let (from, to) = (start.as_millis(), end.as_millis());
    let rows: Vec<ClickSegmentRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(Uuid::nil()).bind(from).bind(to).fetch_all(c).await)?;
    drop(conn);
    let count = rows.len();
    let packed = merge(rows.into_iter().map(Into::into).collect(), split)?;
    let db = db.clone();
    owned_task(async move {
        let mut conn = db.begin().await?;
        if !take_away(&mut conn, "click_segments", from..to, count).await? {
            return Ok(());
        }
        for (partner, segments) in &packed {
            let span = Span { starts_at: start, ends_at: end, partner: *partner };
            insert_segments(&mut conn, span, segments).await?;
        }
        conn.commit().await
    })
    .await
}

/// Deletes everybody's segments that begin between two moments. Says whether they were as many as were read: if not, another
/// worker has put them together meanwhile.
async fn take_away(conn: &mut Conn, table: &str, between: Range<i64>, read: usize) -> Result<bool, StoreError> {
    let sql = format!("delete from {table} where partner_id = $1 and starts_at >= $2 and starts_at < $3");
    let gone = run!(conn, |c| query(AssertSqlSafe(sql))
        .bind(Uuid::nil())
        .bind(between.start)
        .bind(between.end)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(usize::try_from(gone).ok() == Some(read))
}

/// Few segments of many.
pub(super) fn merge(segments: Vec<ClickColumns>, split: Split) -> Result<Divided, StoreError> {
    let mut links = Vec::new();
    for segment in &segments {
        let runs = unpack_runs(&segment.runs, segment.clicks).map_err(damaged)?;
        links.extend(runs.into_iter().map(|run| run.ids));
        links.sort_unstable();
        links.dedup();
    }
    let links = LinkList::new(links);
    let mut facts = Vec::new();
    for segment in segments {
        facts.extend(unpack_clicks(&links, &segment).map_err(damaged)?);
    }
    Ok(divide(&links, facts, split))
}

pub(super) type Divided = Vec<(Uuid, Vec<ClickColumns>)>;

/// Facts as segments, all together or by partner.
fn divide(links: &LinkList, mut facts: Vec<ClickFacts>, split: Split) -> Divided {
    if split == Split::None {
        return vec![(Uuid::nil(), pack_clicks(links, &mut facts))];
    }
    facts.sort_unstable();
    let owner = |fact: &ClickFacts| links.get(fact.link).partner;
    // Links are in the order of partners.
    let groups = facts.chunk_by_mut(|one, next| owner(one) == owner(next));
    groups.map(|group| (owner(&group[0]), pack_clicks(links, group))).collect()
}

async fn compact_conversions(db: &Db, day: Day) -> Result<(), StoreError> {
    let sql = format!(
        "select {CONVERSION_SEGMENT_COLUMNS} from conversion_segments
        where partner_id = $1 and starts_at >= $2 and starts_at < $3"
    );
    let (start, end) = (day.start(), day.hour_start(24));
    let (from, to) = (start.as_millis(), end.as_millis());
    let mut conn = db.read().await?;
    let rows: Vec<ConversionSegmentRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(Uuid::nil()).bind(from).bind(to).fetch_all(c).await)?;
    drop(conn);
    let count = rows.len();
    let mut facts: Vec<ConversionFacts> = Vec::new();
    for row in rows {
        facts.extend(unpack_conversions(&row.into()).map_err(damaged)?);
    }
    facts.sort_unstable();
    let db = db.clone();
    owned_task(async move {
        let mut conn = db.begin().await?;
        if !take_away(&mut conn, "conversion_segments", from..to, count).await? {
            return Ok(());
        }
        for group in facts.chunk_by(|one, next| one.ids.partner == next.ids.partner) {
            let span = Span { starts_at: start, ends_at: end, partner: group[0].ids.partner };
            conversions::insert_segments(&mut conn, span, &pack_conversions(group.to_vec())).await?;
        }
        conn.commit().await
    })
    .await
}
