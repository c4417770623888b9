//! The server's recorder: a batch is one statement wherever that can be, fed with arrays whatever its size. Every further
//! one is a way to the server and back, for which all who wait wait longer.

mod clicks;
mod conversions;

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::Slug;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, PgPool, postgres::PgConnectOptions, raw_sql};
use tokio::runtime::{Builder, Runtime};

use self::{
    clicks::{Trust, insert, live_ones, number_headers, resolve, tally_offers},
    conversions::record_conversions,
};
use super::{Answers, OfferTally};
use crate::{
    StoreError,
    clicks::{NewClick, ResolvedLink},
    conversions::NewConversion,
};

/// How many of each are remembered; at this number all of them are forgotten.
const REMEMBERED: usize = 20_000;
/// Statement timeout, in milliseconds; well before the recorder gives up, because a statement that nobody waits for any
/// more would still commit.
const LIMIT: u64 = 3_600;
/// On another connection a batch is tried again only this soon, while all that wait for it still do.
const SOON: Duration = Duration::from_millis(300);

/// See [`super::BatchRecorder`].
#[derive(Debug)]
pub struct PostgresRecorder {
    options: PgConnectOptions,
    /// Its own, while nothing is wrong with it. A pool would hand out one after the other of those that a silent
    /// network has taken, and each would be waited for.
    kept: Option<PgConnection>,
    runtime: OwnRuntime,
    timeout: Duration,
    memory: Memory,
}

/// What need not be looked up again.
#[derive(Debug, Default)]
struct Memory {
    /// Numbers of headers' texts. What a number stands for never changes.
    numbers: HashMap<String, i32>,
    /// Live links, as they were a moment ago. The statement that records by them wants them to be so still.
    links: Links,
}

impl Memory {
    fn forget_some(&mut self) {
        if self.numbers.len() > REMEMBERED {
            self.numbers.clear();
        }
        if self.links.len() > REMEMBERED {
            self.links.clear();
        }
    }

    fn knows_headers_of(&self, click: &NewClick) -> bool {
        [click.user_agent.as_str(), click.referer.as_str()].iter().all(|text| self.numbers.contains_key(*text))
    }
}

/// Drives the connection in the recorder's own thread: another's would first have to be woken for every answer.
#[derive(Debug)]
struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    fn new() -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        runtime.map(|runtime| Self(Some(runtime))).map_err(|error| StoreError::Setup(error.to_string()))
    }

    /// A server that vanished without a word would keep the only recorder waiting for a quarter of an hour.
    fn in_time<T>(
        &self,
        timeout: Duration,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let late = || StoreError::Unavailable("the database did not answer in time".into());
        let Some(runtime) = &self.0 else { return Err(late()) };
        runtime.block_on(async { tokio::time::timeout(timeout, work).await }).map_err(|_| late())?
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        // Waiting for it is not allowed where this may be dropped.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A link as it was found, and in the database's own words what decides on it.
#[derive(Debug, Clone)]
struct FoundLink {
    link: Arc<ResolvedLink>,
    facts: Arc<str>,
}

type Links = HashMap<Slug, FoundLink>;

impl PostgresRecorder {
    /// Has a connection like those of the pool, but for its limits.
    pub(crate) fn new(pool: &PgPool, timeout: Duration) -> Result<Self, StoreError> {
        let options = (*pool.connect_options()).clone();
        let limit = LIMIT.to_string();
        let options = options.options([("statement_timeout", &limit), ("lock_timeout", &limit)]);
        let runtime = OwnRuntime::new()?;
        Ok(Self { options, kept: None, runtime, timeout, memory: Memory::default() })
    }

    pub(super) fn begin(&mut self) -> Result<OpenBatch<'_>, StoreError> {
        let (conn, was_kept) = if let Some(conn) = self.kept.take() {
            (conn, true)
        } else {
            // Another server may have taken the place of the one that gave the numbers.
            self.memory = Memory::default();
            (self.runtime.in_time(self.timeout, connect(&self.options))?, false)
        };
        Ok(OpenBatch { conn, was_kept, recorder: self })
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    Ok(options.connect().await?)
}

/// See [`super::OpenBatch`].
#[derive(Debug)]
pub struct OpenBatch<'r> {
    /// Goes back to the recorder when all is committed; closed otherwise, which undoes what is not.
    conn: PgConnection,
    /// Whether it may have been closed by the server since it was used.
    was_kept: bool,
    recorder: &'r mut PostgresRecorder,
}

impl OpenBatch<'_> {
    pub(super) fn record(self, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Result<Answers, StoreError> {
        let Self { mut conn, was_kept, recorder } = self;
        let PostgresRecorder { options, runtime, timeout, memory, .. } = &mut *recorder;
        memory.forget_some();
        let begun = Instant::now();
        let mut is_as_opened = true;
        let recorded = runtime.in_time(*timeout, async {
            let mut recorded = record(&mut conn, memory, clicks, conversions).await;
            while let (Err(error), Some(left)) = (&recorded, time_left(begun)) {
                if !error.was_undone() {
                    break;
                }
                is_as_opened = false;
                *memory = Memory::default();
                limit(&mut conn, left).await?;
                recorded = record(&mut conn, memory, clicks, conversions).await;
            }
            if !was_kept || !matches!(recorded, Err(StoreError::Unavailable(_))) || begun.elapsed() > SOON {
                return recorded;
            }
            // Most likely the server has closed the connection since it was used.
            conn = connect(options).await?;
            if begun.elapsed() > SOON {
                return recorded;
            }
            *memory = Memory::default();
            match record(&mut conn, memory, clicks, conversions).await {
                // By the first try, whose answer was lost: no reason to record its halves.
                Err(StoreError::Duplicate) => recorded,
                again => again,
            }
        });
        if recorded.is_ok() {
            recorder.kept = Some(conn).filter(|_| is_as_opened);
        } else {
            // Numbers of a transaction that was undone stand for nothing.
            recorder.memory = Memory::default();
        }
        recorded
    }
}

/// What is left of the limit of a batch, in milliseconds; nothing where that is too little for another try.
fn time_left(begun: Instant) -> Option<u64> {
    const LEAST: u64 = 500;
    let taken = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    LIMIT.checked_sub(taken).filter(|left| *left >= LEAST)
}

/// Makes a connection ready for another try of a transaction that the server has undone. It ends when the first try would
/// have had to.
async fn limit(conn: &mut PgConnection, left: u64) -> Result<(), StoreError> {
    let sql = format!("rollback; set statement_timeout = {left}; set lock_timeout = {left}");
    raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
    Ok(())
}

async fn record(
    conn: &mut PgConnection,
    memory: &mut Memory,
    clicks: &[&NewClick],
    conversions: &[&NewConversion],
) -> Result<Answers, StoreError> {
    if let Some(answers) = record_at_once(conn, memory, clicks, conversions).await? {
        return Ok(answers);
    }
    record_in_steps(conn, memory, clicks, conversions).await
}

/// Records clicks in a single statement, where nothing else has to be done. Nothing where more is needed; then nothing
/// was stored.
async fn record_at_once(
    conn: &mut PgConnection,
    memory: &mut Memory,
    clicks: &[&NewClick],
    conversions: &[&NewConversion],
) -> Result<Option<Answers>, StoreError> {
    if !conversions.is_empty() {
        return Ok(None);
    }
    let unknown: Vec<_> = clicks.iter().filter(|click| !memory.links.contains_key(&click.slug)).copied().collect();
    let others = resolve(conn, memory, &unknown).await?;
    let find = |click: &&NewClick| memory.links.get(&click.slug).or_else(|| others.get(&click.slug)).cloned();
    let links: Vec<_> = clicks.iter().map(find).collect();
    let live = live_ones(clicks, &links);
    if !live.iter().all(|(click, _)| memory.knows_headers_of(click)) {
        return Ok(None);
    }
    if insert(conn, &memory.numbers, &live, &tally_offers(&live), Trust::Checked).await? {
        return Ok(Some(Answers { links: answers_of(links), conversions: Vec::new() }));
    }
    for click in clicks {
        memory.links.remove(&click.slug);
    }
    Ok(None)
}

/// Records whatever a batch may hold, in a transaction of several statements.
async fn record_in_steps(
    conn: &mut PgConnection,
    memory: &mut Memory,
    clicks: &[&NewClick],
    conversions: &[&NewConversion],
) -> Result<Answers, StoreError> {
    raw_sql("begin").execute(&mut *conn).await?;
    let found = resolve(conn, memory, clicks).await?;
    let links: Vec<_> = clicks.iter().map(|click| found.get(&click.slug).cloned()).collect();
    let live = live_ones(clicks, &links);
    number_headers(conn, &mut memory.numbers, &live).await?;
    insert(conn, &memory.numbers, &live, &OfferTally::default(), Trust::JustRead).await?;
    let mut offers = tally_offers(&live);
    let conversions = record_conversions(conn, conversions, &mut offers).await?;
    insert(conn, &memory.numbers, &[], &offers, Trust::JustRead).await?;
    raw_sql("commit").execute(conn).await?;
    Ok(Answers { links: answers_of(links), conversions })
}

fn answers_of(links: Vec<Option<FoundLink>>) -> Vec<Option<Arc<ResolvedLink>>> {
    links.into_iter().map(|found| found.map(|found| found.link)).collect()
}
