//! Whether segments hold all there is. They do unless something was committed long after the moment in its id, as where a
//! node's clock is wrong: then its day is packed again.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::RangeInclusive,
};

use domain::{ClickId, ClickKind, ConversionId, Day, Timestamp};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    column::unpack,
    compaction::{CLICK_SEGMENT_COLUMNS, ClickSegmentRow, Split, damaged, merge},
    conversion_segment::unpack_conversions,
    conversions::{CONVERSION_SEGMENT_COLUMNS, ConversionSegmentRow},
    known::Known,
    packing::{Span, facts, insert_segments},
    raw_clicks::read_step,
    segment::{ClickColumns, FactKind, pack_clicks, unpack_runs},
    visitors::{RecentVisitors, VisitorKeys},
};
use crate::{Conn, Db, StoreError, owned_task, reports::HeaderClasses};

/// Days of which segments hold something else than there is: reports read them row by row, and a worker packs them again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WrongDays {
    /// Of clicks.
    pub clicks: BTreeSet<Day>,
    /// Of conversions, by the moments in their ids.
    pub conversions: BTreeSet<Day>,
}

/// The first day of which there are clicks or conversions, and that of the watermark.
pub async fn packed_days(conn: &mut Conn) -> Result<RangeInclusive<i64>, StoreError> {
    const SQL: &str = "select coalesce(least_of.day, 0), packed.clicks_until / 86400000 from packed, (
        select min(day) as day from (select min(day) as day from partnership_click_days
            union all select min(day) from partnership_conversion_days) both_sides) least_of";
    let (first, last): (i64, i64) = run!(conn, |c| query_as(SQL).fetch_one(c).await)?;
    Ok(first.max(0)..=last)
}

/// What is known of some UTC days.
#[derive(Debug, Default)]
pub(crate) struct PackedDays {
    /// The days that were packed as something else than there is.
    pub(crate) wrong: WrongDays,
    /// How many clicks there are of each.
    pub(crate) clicks: BTreeMap<i64, i64>,
    /// How many conversions were packed of each.
    pub(crate) conversions: BTreeMap<i64, i64>,
}

/// Which of some UTC days were packed as something else than there is, on a [`snapshot`](crate::Db::snapshot).
pub async fn find_wrong_days(conn: &mut Conn, days: RangeInclusive<i64>) -> Result<WrongDays, StoreError> {
    Ok(check_days(conn, days).await?.wrong)
}

/// The same, and what the days were told by.
pub(crate) async fn check_days(conn: &mut Conn, days: RangeInclusive<i64>) -> Result<PackedDays, StoreError> {
    const UNTIL: &str = "select clicks_until, conversions_until from packed";
    let (clicks, conversions): (i64, i64) = run!(conn, |c| query_as(UNTIL).fetch_one(c).await)?;
    let [clicks_until, conversions_until] = [clicks, conversions].map(Timestamp::from_millis);
    let until = |moment: Timestamp| *days.start()..=(*days.end()).min(moment.day().number());
    let mut found = PackedDays::default();
    check_clicks(conn, until(clicks_until), clicks_until, &mut found).await?;
    check_conversions(conn, until(conversions_until), conversions_until, &mut found).await?;
    Ok(found)
}

async fn check_clicks(
    conn: &mut Conn,
    days: RangeInclusive<i64>,
    until: Timestamp,
    found: &mut PackedDays,
) -> Result<(), StoreError> {
    const COUNTED: &str = "select day, cast(sum(clicks) as bigint) from partnership_click_days
        where day between $1 and $2 group by day";
    const PACKED: &str = "select starts_at / 86400000, cast(sum(clicks) as bigint) from click_segments
        where starts_at >= $1 and starts_at < $2 group by 1";
    const BEHIND: &str = "select count(*) from clicks where id >= $1 and id < $2";
    if days.is_empty() {
        return Ok(());
    }
    let (first, last) = (*days.start(), *days.end());
    let counted: Vec<(i64, i64)> = run!(conn, |c| query_as(COUNTED).bind(first).bind(last).fetch_all(c).await)?;
    let (from, to) = (Day::from_number(first).start().as_millis(), Day::from_number(last).hour_start(24).as_millis());
    let packed: Vec<(i64, i64)> = run!(conn, |c| query_as(PACKED).bind(from).bind(to).fetch_all(c).await)?;
    found.clicks = counted.into_iter().collect();
    let mut left = found.clicks.clone();
    for (day, clicks) in packed {
        *left.entry(day).or_default() -= clicks;
    }
    // Of the watermark's own day some are packed, and some not yet.
    let newest = until.day();
    if days.contains(&newest.number()) {
        let [first, last] = [until, newest.hour_start(24)].map(|moment| ClickId::first_at(moment).uuid());
        let behind: i64 = run!(conn, |c| query_scalar(BEHIND).bind(first).bind(last).fetch_one(c).await)?;
        *left.entry(newest.number()).or_default() -= behind;
    }
    found.wrong.clicks =
        left.into_iter().filter(|(_, left)| *left != 0).map(|(day, _)| Day::from_number(day)).collect();
    Ok(())
}

async fn check_conversions(
    conn: &mut Conn,
    days: RangeInclusive<i64>,
    until: Timestamp,
    found: &mut PackedDays,
) -> Result<(), StoreError> {
    const SOLD: &str = "select count(*) from conversions where id >= $1 and id < $2";
    const PACKED: &str = "select starts_at / 86400000, cast(sum(conversions) as bigint) from conversion_segments
        where starts_at >= $1 and starts_at < $2 group by 1";
    if days.is_empty() {
        return Ok(());
    }
    let from = Day::from_number(*days.start()).start().as_millis();
    let to = Day::from_number(*days.end()).hour_start(24).as_millis();
    let packed: Vec<(i64, i64)> = run!(conn, |c| query_as(PACKED).bind(from).bind(to).fetch_all(c).await)?;
    found.conversions = packed.into_iter().collect();
    for day in days.map(Day::from_number) {
        let [first, last] =
            [day.start(), day.hour_start(24).min(until)].map(|moment| ConversionId::first_at(moment).uuid());
        let sold: i64 = run!(conn, |c| query_scalar(SOLD).bind(first).bind(last).fetch_one(c).await)?;
        if sold != found.conversions.get(&day.number()).copied().unwrap_or_default() {
            found.wrong.conversions.insert(day);
        }
    }
    Ok(())
}

async fn read_segments(conn: &mut Conn, start: Timestamp, end: Timestamp) -> Result<Vec<ClickColumns>, StoreError> {
    let sql = format!("select {CLICK_SEGMENT_COLUMNS} from click_segments where starts_at >= $1 and starts_at < $2");
    let rows: Vec<ClickSegmentRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(start.as_millis()).bind(end.as_millis()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Takes a segment's clicks from those that were counted: human ones, bots and prefetches.
fn subtract(links: &mut BTreeMap<Uuid, [i64; 3]>, segment: &ClickColumns) -> Result<(), StoreError> {
    let kinds = unpack(&segment.kinds, segment.clicks).map_err(damaged)?;
    let mut row = 0;
    for run in unpack_runs(&segment.runs, segment.clicks).map_err(damaged)? {
        let left = links.entry(run.ids.link).or_default();
        for place in &kinds.places[row..row + run.rows] {
            let code = kinds.distinct[usize::from(*place)];
            let kind = FactKind::from_code(code).ok_or(StoreError::bad_row("click_segments", "kinds"))?;
            left[kind.click_kind() as usize] -= 1;
        }
        row += run.rows;
    }
    Ok(())
}

/// Packs the clicks of a day again, up to the watermark, in place of what was packed.
pub async fn repack_clicks(
    db: &Db,
    day: Day,
    classes: &dyn HeaderClasses,
    keys: &VisitorKeys,
) -> Result<(), StoreError> {
    const UNTIL: &str = "select clicks_until from packed";
    let mut conn = db.read().await?;
    let until: i64 = run!(conn, |c| query_scalar(UNTIL).fetch_one(c).await)?;
    drop(conn);
    let (whole, mut packed, mut known) = (day.hour_start(24), Vec::new(), Known::default());
    let (mut start, end) = (day.start(), whole.min(Timestamp::from_millis(until)));
    // Who was there on the day before: what is known of this day may be of a later time.
    let before = day.minus_days(1);
    let mut recent = RecentVisitors::read(&mut db.read().await?, before..=before, end).await?;
    while start < end {
        let (clicks, next) = read_step(db, start, end).await?;
        start = next;
        known.learn(db, &clicks, classes).await?;
        let (links, mut new) = facts(&clicks, &known, keys, &mut recent)?;
        packed.extend(pack_clicks(&links, &mut new));
        tokio::task::yield_now().await;
    }
    let merged = merge(packed, if end == whole { Split::ByPartner } else { Split::None })?;
    let db = db.clone();
    owned_task(async move {
        const DELETE: &str = "delete from click_segments where starts_at >= $1 and starts_at < $2";
        let mut conn = db.begin().await?;
        let still: i64 = run!(conn, |c| query_scalar(UNTIL).fetch_one(c).await)?;
        // Another worker has packed more of this day meanwhile: it is looked at again.
        if end < whole && still != until {
            return Ok(());
        }
        let (from, to) = (day.start().as_millis(), whole.as_millis());
        run!(conn, |c| query(DELETE).bind(from).bind(to).execute(c).await.map(|_| ()))?;
        for (partner, segments) in merged.iter().filter(|(_, segments)| !segments.is_empty()) {
            let span = Span { starts_at: day.start(), ends_at: end, partner: *partner };
            insert_segments(&mut conn, span, segments).await?;
        }
        conn.commit().await
    })
    .await
}

/// Of how many links and days the segments hold something else than the rows before the watermark.
pub(crate) async fn count_wrong_click_segments(conn: &mut Conn) -> Result<i64, StoreError> {
    const UNTIL: &str = "select clicks_until from packed";
    const DAYS: &str = "select distinct day from click_days where day * 86400000 < $1 order by day";
    const ROWS: &str = "select link_id, kind, count(*) from clicks where id >= $1 and id < $2 group by link_id, kind";
    const ALL: &str = "select cast(coalesce(sum(clicks), 0) as bigint) from click_segments";
    let until: i64 = run!(conn, |c| query_scalar(UNTIL).fetch_one(c).await)?;
    let until = Timestamp::from_millis(until);
    let days: Vec<i64> = run!(conn, |c| query_scalar(DAYS).bind(until.as_millis()).fetch_all(c).await)?;
    let known = packed_days(conn).await?;
    let unread = find_wrong_days(conn, known).await?.clicks;
    let (mut wrong, mut seen) = (0, 0_i64);
    for day in days.into_iter().map(Day::from_number) {
        let (start, end) = (day.start(), day.hour_start(24));
        // Reports don't read what is packed of it.
        if unread.contains(&day) {
            for segment in read_segments(conn, start, end).await? {
                seen += i64::try_from(segment.clicks).unwrap_or(i64::MAX);
            }
            continue;
        }
        let [first, behind] = [start, end.min(until)].map(|moment| ClickId::first_at(moment).uuid());
        let mut links: BTreeMap<Uuid, [i64; 3]> = BTreeMap::new();
        let rows: Vec<(Uuid, i16, i64)> = run!(conn, |c| query_as(ROWS).bind(first).bind(behind).fetch_all(c).await)?;
        for (link, kind, clicks) in rows {
            let kind = ClickKind::from_code(kind).ok_or(StoreError::bad_row("clicks", "kind"))?;
            links.entry(link).or_default()[kind as usize] = clicks;
        }
        for segment in read_segments(conn, start, end).await? {
            seen += i64::try_from(segment.clicks).unwrap_or(i64::MAX);
            subtract(&mut links, &segment)?;
        }
        wrong += i64::try_from(links.values().filter(|left| **left != [0; 3]).count()).unwrap_or(i64::MAX);
    }
    // Those of days on which nothing was counted.
    let all: i64 = run!(conn, |c| query_scalar(ALL).fetch_one(c).await)?;
    Ok(wrong + (all - seen).abs())
}

#[derive(sqlx::FromRow)]
struct DatedSegment {
    starts_at: i64,
    #[sqlx(flatten)]
    segment: ConversionSegmentRow,
}

/// A link's conversions of a status and currency: how many, and their amount and commission.
type Sold = BTreeMap<(Uuid, String, String), [i128; 3]>;

/// The same as the database adds it up: amount and commission in units and what is beyond.
type SoldRow = (Uuid, String, String, i64, i64, i64, i64, i64);

/// Of how many links, statuses and currencies the segments hold other sums than the rows before the watermark.
pub(crate) async fn count_wrong_conversion_segments(conn: &mut Conn) -> Result<i64, StoreError> {
    const UNTIL: &str = "select conversions_until from packed";
    const WORDS: &str = "select cast(number as bigint), word from report_words";
    const ROWS: &str = "select link_id, status, currency, count(*), cast(sum(amount / 1000000) as bigint),
            cast(sum(amount % 1000000) as bigint), cast(sum(commission / 1000000) as bigint),
            cast(sum(commission % 1000000) as bigint)
        from conversions where id >= $1 and id < $2 group by link_id, status, currency";
    let until: i64 = run!(conn, |c| query_scalar(UNTIL).fetch_one(c).await)?;
    let words: Vec<(i64, String)> = run!(conn, |c| query_as(WORDS).fetch_all(c).await)?;
    let words: HashMap<i64, String> = words.into_iter().collect();
    let known = packed_days(conn).await?;
    let unread = find_wrong_days(conn, known).await?.conversions;
    let mut sums = Sold::new();
    // From one of the days that reports read row by row to the next.
    let ends = unread.iter().map(|day| (day.start().as_millis(), day.hour_start(24).as_millis()));
    let mut from = 0;
    for (end, next) in ends.chain([(until, until)]) {
        let [first, last] =
            [from, end.min(until)].map(|millis| ConversionId::first_at(Timestamp::from_millis(millis)).uuid());
        from = next;
        let rows: Vec<SoldRow> = run!(conn, |c| query_as(ROWS).bind(first).bind(last).fetch_all(c).await)?;
        for (link, status, currency, count, amount, amount_rest, commission, commission_rest) in rows {
            let micros = |units: i64, rest: i64| i128::from(units) * 1_000_000 + i128::from(rest);
            let of_rows = [i128::from(count), micros(amount, amount_rest), micros(commission, commission_rest)];
            let sum = sums.entry((link, status, currency)).or_default();
            sum.iter_mut().zip(of_rows).for_each(|(sum, part)| *sum += part);
        }
    }
    let sql = format!("select starts_at, {CONVERSION_SEGMENT_COLUMNS} from conversion_segments order by starts_at");
    let segments: Vec<DatedSegment> = run!(conn, |c| query_as(AssertSqlSafe(sql)).fetch_all(c).await)?;
    for DatedSegment { starts_at, segment } in segments {
        if unread.contains(&Timestamp::from_millis(starts_at).day()) {
            continue;
        }
        for facts in unpack_conversions(&segment.into()).map_err(damaged)? {
            let word = |number: u32| words.get(&i64::from(number)).cloned().unwrap_or_default();
            let left = sums.entry((facts.ids.link, word(facts.status), word(facts.currency))).or_default();
            for (sum, part) in left.iter_mut().zip([1, i128::from(facts.amount), i128::from(facts.commission)]) {
                *sum -= part;
            }
        }
    }
    Ok(i64::try_from(sums.values().filter(|left| **left != [0; 3]).count()).unwrap_or(i64::MAX))
}
