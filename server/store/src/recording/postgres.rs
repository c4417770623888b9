//! The server's recorder: a group is one statement wherever that can be, fed with arrays whatever its size. Every further
//! one is a way to the server and back, for which all who wait wait longer.

mod conversions;

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::Slug;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, PgConnection, PgPool, Postgres,
    postgres::{PgArguments, PgConnectOptions},
    query,
    query::QueryScalar,
    query_as, query_scalar, raw_sql,
};
use tokio::runtime::{Builder, Runtime};

use self::conversions::record_conversions;
use super::{ADD_CLICKS, Answers, ClickSums, ClickTally, OfferTally};
use crate::{
    StoreError,
    clicks::{LINK_COLUMNS, LINK_JOINS, NewClick, ResolvedLink, ResolvedRow},
    conversions::NewConversion,
};

/// Of what is remembered, how many of each; then it is forgotten and begins anew.
const REMEMBERED: usize = 20_000;
/// For what a server waits at most in one statement, in milliseconds. That is well before the recorder gives up: a
/// statement that nobody waits for any more would still commit.
const LIMIT: &str = "3600";
/// A group is tried again only this soon, while all that wait for it still do.
const SOON: Duration = Duration::from_millis(300);

/// See [`super::GroupRecorder`].
#[derive(Debug)]
pub struct PostgresRecorder {
    options: PgConnectOptions,
    /// Its own, while nothing is wrong with it. A pool would hand out one after the other of those that a silent
    /// network has taken, and each would be waited for.
    kept: Option<PgConnection>,
    runtime: OwnRuntime,
    patience: Duration,
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

#[derive(sqlx::FromRow)]
struct WantedRow {
    /// Which of those that were asked for, counted from 1.
    n: i64,
    #[sqlx(flatten)]
    link: ResolvedRow,
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
        patience: Duration,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let late = || StoreError::Unavailable("the database did not answer in time".into());
        let Some(runtime) = &self.0 else { return Err(late()) };
        runtime.block_on(async { tokio::time::timeout(patience, work).await }).map_err(|_| late())?
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

type Links = HashMap<Slug, Arc<ResolvedLink>>;
/// A click of a live link.
type LiveClick<'g> = (&'g NewClick, Arc<ResolvedLink>);
/// A statement that lacks some of its values.
type Statement<'q> = QueryScalar<'q, Postgres, bool, PgArguments>;

impl PostgresRecorder {
    /// Has a connection like those of the pool, but for its limits.
    pub(crate) fn new(pool: &PgPool, patience: Duration) -> Result<Self, StoreError> {
        let options = (*pool.connect_options()).clone();
        let options = options.options([("statement_timeout", LIMIT), ("lock_timeout", LIMIT)]);
        let runtime = OwnRuntime::new()?;
        Ok(Self { options, kept: None, runtime, patience, memory: Memory::default() })
    }

    pub(super) fn begin(&mut self) -> Result<OpenGroup<'_>, StoreError> {
        let (conn, was_kept) = if let Some(conn) = self.kept.take() {
            (conn, true)
        } else {
            // Another server may have taken the place of the one that gave the numbers.
            self.memory = Memory::default();
            (self.runtime.in_time(self.patience, connect(&self.options))?, false)
        };
        Ok(OpenGroup { conn, was_kept, recorder: self })
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    Ok(options.connect().await?)
}

/// See [`super::OpenGroup`].
#[derive(Debug)]
pub struct OpenGroup<'r> {
    /// Goes back to the recorder when all is committed; closed otherwise, which undoes what is not.
    conn: PgConnection,
    /// Whether it may have been closed by the server since it was used.
    was_kept: bool,
    recorder: &'r mut PostgresRecorder,
}

impl OpenGroup<'_> {
    pub(super) fn record(self, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Result<Answers, StoreError> {
        let Self { mut conn, was_kept, recorder } = self;
        let PostgresRecorder { options, runtime, patience, memory, .. } = &mut *recorder;
        memory.forget_some();
        let begun = Instant::now();
        let recorded = runtime.in_time(*patience, async {
            let recorded = record(&mut conn, memory, clicks, conversions).await;
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
                // By the first try, whose answer was lost: no reason to record one by one.
                Err(StoreError::Duplicate) => recorded,
                again => again,
            }
        });
        if recorded.is_ok() {
            recorder.kept = Some(conn);
        } else {
            // Numbers of a transaction that was undone stand for nothing.
            recorder.memory = Memory::default();
        }
        recorded
    }
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
        return Ok(Some(Answers { links, conversions: Vec::new() }));
    }
    for click in clicks {
        memory.links.remove(&click.slug);
    }
    Ok(None)
}

/// Records whatever a group may hold, in a transaction of several statements.
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
    Ok(Answers { links, conversions })
}

fn live_ones<'g>(clicks: &[&'g NewClick], links: &[Option<Arc<ResolvedLink>>]) -> Vec<LiveClick<'g>> {
    let of_live = |(click, link): (&&'g NewClick, &Option<Arc<ResolvedLink>>)| {
        Some((*click, Arc::clone(link.as_ref().filter(|link| link.live)?)))
    };
    clicks.iter().zip(links).filter_map(of_live).collect()
}

fn tally_offers(clicks: &[LiveClick<'_>]) -> OfferTally {
    let mut offers = OfferTally::default();
    for (_, link) in clicks {
        offers.add_click(link.offer_id);
    }
    offers
}

/// What the slugs of these clicks stand for; live ones are remembered.
async fn resolve(conn: &mut PgConnection, memory: &mut Memory, clicks: &[&NewClick]) -> Result<Links, StoreError> {
    if clicks.is_empty() {
        return Ok(Links::new());
    }
    let sql = format!(
        "select wanted.n, {LINK_COLUMNS} from unnest($1::text[]) with ordinality wanted (slug, n)
        join links l on l.slug = wanted.slug {LINK_JOINS}"
    );
    let mut slugs: Vec<&Slug> = clicks.iter().map(|click| &click.slug).collect();
    slugs.sort_unstable_by_key(|slug| slug.as_str());
    slugs.dedup();
    let texts: Vec<&str> = slugs.iter().map(|slug| slug.as_str()).collect();
    let rows: Vec<WantedRow> = query_as(AssertSqlSafe(sql)).bind(texts).fetch_all(conn).await?;
    let mut links = Links::new();
    for row in rows {
        let place = usize::try_from(row.n).ok().and_then(|n| slugs.get(n.checked_sub(1)?));
        let slug = place.ok_or(StoreError::bad_row("links", "slug"))?;
        let link = Arc::new(ResolvedLink::try_from(row.link)?);
        if link.live {
            memory.links.insert((*slug).clone(), Arc::clone(&link));
        }
        links.insert((*slug).clone(), link);
    }
    Ok(links)
}

/// Finds the numbers of the texts that aren't remembered, and gives one to those that have none.
async fn number_headers(
    conn: &mut PgConnection,
    numbers: &mut HashMap<String, i32>,
    clicks: &[LiveClick<'_>],
) -> Result<(), StoreError> {
    // In one order everywhere, so that nodes that meet the same new texts don't wait for each other in a circle.
    const INSERT: &str = "insert into header_values (value)
        select text from unnest($1::text[]) new (text)
        where not exists (select 1 from header_values h where h.value = new.text)
        order by text on conflict do nothing";
    const FIND: &str = "select value, number from header_values where value = any($1)";
    let mut texts: Vec<&str> = clicks
        .iter()
        .flat_map(|(click, _)| [click.user_agent.as_str(), click.referer.as_str()])
        .filter(|text| !numbers.contains_key(*text))
        .collect();
    if texts.is_empty() {
        return Ok(());
    }
    texts.sort_unstable();
    texts.dedup();
    query(INSERT).bind(&texts).execute(&mut *conn).await?;
    let found: Vec<(String, i32)> = query_as(FIND).bind(&texts).fetch_all(conn).await?;
    numbers.extend(found);
    Ok(())
}

/// Why links may be taken for what they are taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// They were read in this transaction.
    JustRead,
    /// The statement looks itself, and does nothing where one isn't as it is remembered.
    Checked,
}

/// Inserts clicks, and adds them to their counters and `offers` to theirs, in the order of keys: several nodes never wait
/// for each other in a circle. Says whether it was done.
async fn insert(
    conn: &mut PgConnection,
    numbers: &HashMap<String, i32>,
    clicks: &[LiveClick<'_>],
    OfferTally(offers): &OfferTally,
    trust: Trust,
) -> Result<bool, StoreError> {
    if clicks.is_empty() && offers.is_empty() {
        return Ok(true);
    }
    let mut tally = ClickTally::default();
    let mut remembered = HashMap::new();
    for (click, link) in clicks {
        tally.add(click, link);
        if trust == Trust::Checked {
            remembered.insert(click.slug.as_str(), link.destination.as_str());
        }
    }
    let ClickTally { links, partnerships } = tally;
    let number = |text: &str| numbers.get(text).copied().ok_or(StoreError::bad_row("header_values", "number"));
    let agents: Result<Vec<i32>, _> = clicks.iter().map(|(click, _)| number(click.user_agent.as_str())).collect();
    let referers: Result<Vec<i32>, _> = clicks.iter().map(|(click, _)| number(click.referer.as_str())).collect();
    let sql = insert_sql();
    let statement = query_scalar(AssertSqlSafe(sql))
        .bind(remembered.keys().copied().collect::<Vec<_>>())
        .bind(remembered.values().copied().collect::<Vec<_>>())
        .bind(clicks.iter().map(|(click, _)| click.id.uuid()).collect::<Vec<_>>())
        .bind(clicks.iter().map(|(_, link)| link.id.uuid()).collect::<Vec<_>>())
        .bind(clicks.iter().map(|(click, _)| click.kind.code()).collect::<Vec<_>>())
        .bind(clicks.iter().map(|(click, _)| click.ip.as_str()).collect::<Vec<_>>())
        .bind(agents?)
        .bind(referers?);
    let statement = bind_sums(statement, links.values())
        .bind(links.keys().map(|(day, _)| *day).collect::<Vec<_>>())
        .bind(links.keys().map(|(_, link)| *link).collect::<Vec<_>>());
    Ok(bind_sums(statement, partnerships.values())
        .bind(partnerships.keys().map(|(day, ..)| *day).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(_, partner, _)| *partner).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(.., affiliate)| *affiliate).collect::<Vec<_>>())
        .bind(offers.keys().copied().collect::<Vec<_>>())
        .bind(offers.values().map(|sums| sums.clicks).collect::<Vec<_>>())
        .bind(offers.values().map(|sums| sums.conversions).collect::<Vec<_>>())
        .fetch_one(conn)
        .await?)
}

/// First whether the links are still live and lead where they led (of no links, all are), then all that is added if so.
/// PostgreSQL promises no order of such parts but that which one needs of the other. Here each counter needs the one
/// before it, for the locks to be taken in the order in which a transaction of several steps takes them. Clicks may come at
/// any point: nobody waits for their rows.
fn insert_sql() -> String {
    format!(
        "with memory as (
            select count(*) = cardinality($1::text[]) as holds
            from (
                select {LINK_COLUMNS}, remembered.destination as led_to
                from unnest($1::text[], $2::text[]) remembered (slug, destination)
                join links l on l.slug = remembered.slug {LINK_JOINS}
            ) now
            where now.live and now.destination = now.led_to
        ), of_clicks as (
            insert into clicks (id, link_id, kind, ip, user_agent, referer)
            select id, link_id, kind, substring(inet_send(ip::inet) from 5), user_agent, referer
            from unnest($3::uuid[], $4::uuid[], $5::smallint[], $6::text[], $7::integer[], $8::integer[])
                new (id, link_id, kind, ip, user_agent, referer)
            where (select holds from memory)
        ), of_partnerships as (
            insert into partnership_click_days as counted (clicks, visits, bots, hours, day, partner_id, affiliate_id)
            select * from unnest($15::bigint[], $16::bigint[], $17::bigint[], $18::integer[], $19::bigint[],
                $20::uuid[], $21::uuid[]) new
            where (select holds from memory)
            on conflict (day, partner_id, affiliate_id) {ADD_CLICKS} returning 1
        ), of_links as (
            insert into click_days as counted (clicks, visits, bots, hours, day, link_id)
            select * from unnest($9::bigint[], $10::bigint[], $11::bigint[], $12::integer[], $13::bigint[],
                $14::uuid[]) new
            where (select holds from memory) and (select count(*) from of_partnerships) >= 0
            on conflict (day, link_id) {ADD_CLICKS} returning 1
        ), of_offers as (
            insert into offer_totals as counted (offer_id, clicks, conversions)
            select * from unnest($22::uuid[], $23::bigint[], $24::bigint[]) new
            where (select holds from memory) and (select count(*) from of_links) >= 0
            on conflict (offer_id) do update set clicks = counted.clicks + excluded.clicks,
                conversions = counted.conversions + excluded.conversions
        )
        select holds from memory"
    )
}

fn bind_sums<'q, 's>(statement: Statement<'q>, all: impl Iterator<Item = &'s ClickSums>) -> Statement<'q> {
    let all: Vec<_> = all.collect();
    statement
        .bind(all.iter().map(|sums| sums.clicks).collect::<Vec<_>>())
        .bind(all.iter().map(|sums| sums.visits).collect::<Vec<_>>())
        .bind(all.iter().map(|sums| sums.bots).collect::<Vec<_>>())
        .bind(all.iter().map(|sums| sums.hours).collect::<Vec<_>>())
}
