//! The step of the worker that packs clicks.

use std::time::Duration;

use domain::{ClickId, ClickKind, Day, Timestamp, report::QUARTER_MILLIS};
use rustc_hash::FxHashMap;
use sqlx::{query, query_scalar};
use uuid::Uuid;

use super::{
    known::Known,
    raw_clicks::{RawClick, read_step},
    segment::{ClickColumns, ClickFacts, FactKind, LinkList, pack_clicks},
    visitors::{RecentVisitors, VisitorKeys, is_person, store_seen},
    words::small,
};
use crate::{Conn, Db, StoreError, owned_task, reports::HeaderClasses};

/// How old clicks are packed. None is committed later than that after the moment in its id, unless a node's clock is wrong
/// or a commit hangs: the check of whole days finds what was.
pub(super) const LAG_MILLIS: i64 = 10_000;
pub(super) const HOUR_MILLIS: i64 = 3_600_000;

/// What a worker that packs knows from its steps before. To begin with nothing costs it some reading.
#[derive(Debug, Default)]
pub struct PackerMemory {
    known: Known,
    recent: RecentVisitors,
}

/// A stretch of time within a UTC hour whose clicks are packed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Where the watermark is.
    from: Timestamp,
    /// Where the first click is.
    start: Timestamp,
    /// Where it ends.
    end: Timestamp,
}

impl Stretch {
    /// Whether it ends where clicks are too young to be packed: what follows is packed another time.
    pub const fn is_newest(self, now: Timestamp) -> bool {
        self.end.as_millis() >= now.as_millis() - LAG_MILLIS
    }

    /// How long its first click has waited.
    pub fn age(self, now: Timestamp) -> Duration {
        let waited = now.as_millis() - LAG_MILLIS - self.start.as_millis();
        Duration::from_millis(u64::try_from(waited).unwrap_or_default())
    }

    /// The UTC day that it is in.
    pub const fn day(self) -> Day {
        self.start.day()
    }
}

/// The next stretch with clicks that are old enough to be packed, if there is one.
pub async fn next_stretch(conn: &mut Conn, now: Timestamp) -> Result<Option<Stretch>, StoreError> {
    const WATERMARK: &str = "select clicks_until from packed";
    const NEXT: &str = "select id from clicks where id >= $1 order by id limit 1";
    let from: i64 = run!(conn, |c| query_scalar(WATERMARK).fetch_one(c).await)?;
    let from = Timestamp::from_millis(from);
    let next: Option<Uuid> =
        run!(conn, |c| query_scalar(NEXT).bind(ClickId::first_at(from).uuid()).fetch_optional(c).await)?;
    let Some(start) = next.map(|id| ClickId::from_uuid(id).made_at()) else { return Ok(None) };
    let hour_end = Timestamp::from_millis((start.as_millis().div_euclid(HOUR_MILLIS) + 1) * HOUR_MILLIS);
    let end = hour_end.min(now.plus_millis(-LAG_MILLIS));
    Ok((start < end).then_some(Stretch { from, start, end }))
}

/// Packs the clicks of a stretch, or so many of them as one step takes, unless another worker has done so. Says whether the
/// stretch was packed whole. Nobody waits for it but while few large pieces are written.
pub async fn pack_clicks_of(
    db: &Db,
    mut stretch: Stretch,
    classes: &dyn HeaderClasses,
    keys: &VisitorKeys,
    memory: &mut PackerMemory,
) -> Result<bool, StoreError> {
    let (clicks, end) = read_step(db, stretch.start, stretch.end).await?;
    let is_whole = end == stretch.end;
    stretch.end = end;
    let PackerMemory { mut known, mut recent } = std::mem::take(memory);
    known.learn(db, &clicks, classes).await?;
    recent.catch_up(db, stretch.from, stretch.day()).await?;
    let keys = keys.clone();
    let step = move || {
        let (links, mut facts) = facts(&clicks, &known, &keys, &mut recent)?;
        let seen = RecentVisitors::seen(&keys, &clicks);
        Ok::<_, StoreError>((pack_clicks(&links, &mut facts), seen, known, recent))
    };
    let (segments, seen, known, mut recent) = in_thread(step).await?;
    let db = db.clone();
    let is_moved = owned_task(async move {
        let mut conn = db.begin().await?;
        if !move_watermark(&mut conn, stretch).await? {
            return Ok(false);
        }
        let span = Span { starts_at: stretch.start, ends_at: stretch.end, partner: Uuid::nil() };
        insert_segments(&mut conn, span, &segments).await?;
        if let Some((day, seen)) = seen.filter(|(_, seen)| !seen.is_empty()) {
            store_seen(&mut conn, day, stretch.end, &seen).await?;
        }
        conn.commit().await?;
        Ok::<_, StoreError>(true)
    })
    .await;
    if matches!(is_moved, Ok(true)) {
        recent.is_stored_until(end);
    } else {
        recent.forget();
    }
    *memory = PackerMemory { known, recent };
    // What another worker has packed is whole.
    is_moved.map(|is_moved| is_whole || !is_moved)
}

/// Computes where no request waits for it.
async fn in_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let lost = |error: tokio::task::JoinError| StoreError::Setup(format!("a thread ended early: {error}"));
    tokio::task::spawn_blocking(work).await.map_err(lost)?
}

/// What reports know of some clicks, and their links.
pub(super) fn facts(
    clicks: &[RawClick],
    known: &Known,
    keys: &VisitorKeys,
    recent: &mut RecentVisitors,
) -> Result<(LinkList, Vec<ClickFacts>), StoreError> {
    let mut places: FxHashMap<Uuid, u32> = clicks.iter().map(|click| (click.link, 0)).collect();
    let links = LinkList::new(places.keys().map(|link| known.ids(*link)).collect::<Result<_, _>>()?);
    for (link, place) in &mut places {
        *place = links.place(&known.ids(*link)?);
    }
    let facts = clicks.iter().map(|click| {
        let kind = match ClickKind::from_code(click.kind) {
            Some(ClickKind::Bot) => FactKind::Bot,
            Some(ClickKind::Prefetch) => FactKind::Prefetch,
            Some(ClickKind::Human) if is_person(click) && recent.is_first(keys, click) => FactKind::Unique,
            // Of an address that was erased nobody knows whose it was.
            Some(ClickKind::Human) => FactKind::Again,
            None => return Err(StoreError::bad_row("clicks", "kind")),
        };
        Ok(ClickFacts {
            link: places.get(&click.link).copied().unwrap_or_default(),
            quarter: click.at().as_millis().div_euclid(QUARTER_MILLIS),
            kind,
            country: small(click.country, "clicks")?,
            agent: known.agent(click),
            site: known.site(click),
        })
    });
    let facts = facts.collect::<Result<_, _>>()?;
    Ok((links, facts))
}

/// Moves the watermark behind a stretch, unless another worker has moved it.
async fn move_watermark(conn: &mut Conn, stretch: Stretch) -> Result<bool, StoreError> {
    const SQL: &str = "update packed set clicks_until = $2 where clicks_until = $1";
    let (from, end) = (stretch.from.as_millis(), stretch.end.as_millis());
    let moved = run!(conn, |c| query(SQL).bind(from).bind(end).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(moved == 1)
}

/// What segments are about: some time, of one partner, or of everybody where that is nil.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    pub(super) partner: Uuid,
}

pub(super) async fn insert_segments(conn: &mut Conn, span: Span, segments: &[ClickColumns]) -> Result<(), StoreError> {
    const SQL: &str = "insert into click_segments
        (starts_at, ends_at, partner_id, part, clicks, runs, kinds, countries, agents, sites)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    for (part, columns) in (0_i32..).zip(segments) {
        let clicks = i32::try_from(columns.clicks).unwrap_or(i32::MAX);
        run!(conn, |c| query(SQL)
            .bind(span.starts_at.as_millis())
            .bind(span.ends_at.as_millis())
            .bind(span.partner)
            .bind(part)
            .bind(clicks)
            .bind(&columns.runs)
            .bind(&columns.kinds)
            .bind(&columns.countries)
            .bind(&columns.agents)
            .bind(&columns.sites)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}
