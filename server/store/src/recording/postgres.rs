//! The server's recorder: one statement per step, fed with arrays, whatever the size of the group.

mod conversions;

use std::{collections::HashMap, sync::Arc, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, PgConnection, PgPool, Postgres,
    postgres::{PgArguments, PgConnectOptions},
    query,
    query::Query,
    query_as, raw_sql,
};
use tokio::runtime::{Builder, Runtime};

use self::conversions::record_conversions;
use super::{ADD_CLICKS, Answers, ClickSums, ClickTally, OfferTally};
use crate::{
    StoreError,
    clicks::{LINK_COLUMNS, LINK_JOINS, NewClick, ResolvedLink, ResolvedRow},
    conversions::NewConversion,
};

/// Texts of headers whose numbers are remembered. What a number stands for never changes.
const REMEMBERED: usize = 20_000;

/// See [`super::GroupRecorder`].
#[derive(Debug)]
pub struct PostgresRecorder {
    options: Arc<PgConnectOptions>,
    /// Its own, while nothing is wrong with it. A pool would hand out one after the other of those that a silent
    /// network has taken, and each would be waited for.
    conn: Option<PgConnection>,
    runtime: OwnRuntime,
    patience: Duration,
    numbers: HashMap<String, i32>,
}

#[derive(sqlx::FromRow)]
struct WantedRow {
    slug: String,
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

type Links = HashMap<String, Arc<ResolvedLink>>;
/// A statement that lacks some of its values.
type Statement<'q> = Query<'q, Postgres, PgArguments>;

impl PostgresRecorder {
    /// Has a connection like those of the pool.
    pub(crate) fn new(pool: &PgPool, patience: Duration) -> Result<Self, StoreError> {
        let (options, runtime) = (pool.connect_options(), OwnRuntime::new()?);
        Ok(Self { options, conn: None, runtime, patience, numbers: HashMap::new() })
    }

    pub(super) fn begin(&mut self) -> Result<OpenGroup<'_>, StoreError> {
        if self.numbers.len() > REMEMBERED {
            self.numbers.clear();
        }
        let begun = begin(self.conn.take(), &self.options);
        let conn = self.runtime.in_time(self.patience, begun)?;
        Ok(OpenGroup { conn, recorder: self })
    }
}

/// Begins a transaction on this connection, or, where it was closed meanwhile, on a new one.
async fn begin(kept: Option<PgConnection>, options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    if let Some(mut conn) = kept
        && raw_sql("begin").execute(&mut conn).await.is_ok()
    {
        return Ok(conn);
    }
    let mut conn = options.connect().await?;
    raw_sql("begin").execute(&mut conn).await?;
    Ok(conn)
}

/// See [`super::OpenGroup`].
#[derive(Debug)]
pub struct OpenGroup<'r> {
    /// Goes back to the recorder when its transaction is committed; closed otherwise, which undoes it.
    conn: PgConnection,
    recorder: &'r mut PostgresRecorder,
}

impl OpenGroup<'_> {
    pub(super) fn record(self, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Result<Answers, StoreError> {
        let Self { mut conn, recorder } = self;
        let PostgresRecorder { numbers, runtime, patience, .. } = &mut *recorder;
        let recorded = runtime.in_time(*patience, async {
            let mut offers = OfferTally::default();
            let links = record_clicks(&mut conn, numbers, clicks, &mut offers).await?;
            let conversions = record_conversions(&mut conn, conversions, &mut offers).await?;
            count_offers(&mut conn, &offers).await?;
            raw_sql("commit").execute(&mut conn).await?;
            Ok(Answers { links, conversions })
        });
        if recorded.is_ok() {
            recorder.conn = Some(conn);
        } else {
            // Numbers of a transaction that was undone stand for nothing.
            recorder.numbers.clear();
        }
        recorded
    }
}

async fn record_clicks(
    conn: &mut PgConnection,
    numbers: &mut HashMap<String, i32>,
    clicks: &[&NewClick],
    offers: &mut OfferTally,
) -> Result<Vec<Option<Arc<ResolvedLink>>>, StoreError> {
    if clicks.is_empty() {
        return Ok(Vec::new());
    }
    let links = resolve(conn, clicks).await?;
    let resolved: Vec<_> = clicks.iter().map(|click| links.get(click.slug.as_str()).cloned()).collect();
    let live: Vec<(&NewClick, &ResolvedLink)> = clicks
        .iter()
        .zip(&resolved)
        .filter_map(|(click, link)| Some((*click, link.as_deref().filter(|link| link.live)?)))
        .collect();
    if !live.is_empty() {
        number_headers(conn, numbers, &live).await?;
        insert_clicks(conn, numbers, &live).await?;
        for (_, link) in &live {
            offers.add_click(link.offer_id);
        }
    }
    Ok(resolved)
}

/// What each slug of a group stands for, in the group's own transaction.
async fn resolve(conn: &mut PgConnection, clicks: &[&NewClick]) -> Result<Links, StoreError> {
    let sql = format!(
        "select l.slug, {LINK_COLUMNS} from unnest($1::text[]) wanted (slug) join links l on l.slug = wanted.slug {LINK_JOINS}"
    );
    let mut slugs: Vec<&str> = clicks.iter().map(|click| click.slug.as_str()).collect();
    slugs.sort_unstable();
    slugs.dedup();
    let rows: Vec<WantedRow> = query_as(AssertSqlSafe(sql)).bind(slugs).fetch_all(conn).await?;
    rows.into_iter().map(|row| Ok((row.slug, Arc::new(row.link.try_into()?)))).collect()
}

/// Finds the numbers of the texts that aren't remembered, and gives one to those that have none.
async fn number_headers(
    conn: &mut PgConnection,
    numbers: &mut HashMap<String, i32>,
    clicks: &[(&NewClick, &ResolvedLink)],
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

/// Inserts a group's clicks and adds them to the counters, in the order of their keys: several nodes never wait for each
/// other in a circle. One statement, because every further one is a way to the server and back.
async fn insert_clicks(
    conn: &mut PgConnection,
    numbers: &HashMap<String, i32>,
    clicks: &[(&NewClick, &ResolvedLink)],
) -> Result<(), StoreError> {
    let sql = format!(
        "with of_clicks as (
            insert into clicks (id, link_id, kind, ip, user_agent, referer)
            select id, link_id, kind, substring(inet_send(ip::inet) from 5), user_agent, referer
            from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::integer[], $6::integer[])
                new (id, link_id, kind, ip, user_agent, referer)
        ), of_links as (
            insert into click_days as counted (clicks, visits, bots, hours, day, link_id)
            select * from unnest($7::bigint[], $8::bigint[], $9::bigint[], $10::integer[], $11::bigint[], $12::uuid[])
            on conflict (day, link_id) {ADD_CLICKS}
        )
        insert into partnership_click_days as counted (clicks, visits, bots, hours, day, partner_id, affiliate_id)
        select * from unnest($13::bigint[], $14::bigint[], $15::bigint[], $16::integer[], $17::bigint[],
            $18::uuid[], $19::uuid[])
        on conflict (day, partner_id, affiliate_id) {ADD_CLICKS}"
    );
    let number = |text: &str| numbers.get(text).copied().ok_or(StoreError::bad_row("header_values", "number"));
    let agents: Result<Vec<i32>, _> = clicks.iter().map(|(click, _)| number(click.user_agent.as_str())).collect();
    let referers: Result<Vec<i32>, _> = clicks.iter().map(|(click, _)| number(click.referer.as_str())).collect();
    let mut tally = ClickTally::default();
    for (click, link) in clicks {
        tally.add(click, link);
    }
    let ClickTally { links, partnerships } = tally;
    let statement = query(AssertSqlSafe(sql))
        .bind(clicks.iter().map(|(click, _)| click.id.uuid()).collect::<Vec<_>>())
        .bind(clicks.iter().map(|(_, link)| link.id.uuid()).collect::<Vec<_>>())
        .bind(clicks.iter().map(|(click, _)| click.kind.code()).collect::<Vec<_>>())
        .bind(clicks.iter().map(|(click, _)| click.ip.as_str()).collect::<Vec<_>>())
        .bind(agents?)
        .bind(referers?);
    let statement = bind_sums(statement, links.values())
        .bind(links.keys().map(|(day, _)| *day).collect::<Vec<_>>())
        .bind(links.keys().map(|(_, link)| *link).collect::<Vec<_>>());
    bind_sums(statement, partnerships.values())
        .bind(partnerships.keys().map(|(day, ..)| *day).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(_, partner, _)| *partner).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(.., affiliate)| *affiliate).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(())
}

/// The last of a group: what clicks and conversions have added to, side by side.
async fn count_offers(conn: &mut PgConnection, OfferTally(offers): &OfferTally) -> Result<(), StoreError> {
    const SQL: &str = "insert into offer_totals as counted (offer_id, clicks, conversions)
        select * from unnest($1::uuid[], $2::bigint[], $3::bigint[])
        on conflict (offer_id) do update set clicks = counted.clicks + excluded.clicks,
            conversions = counted.conversions + excluded.conversions";
    if offers.is_empty() {
        return Ok(());
    }
    query(SQL)
        .bind(offers.keys().copied().collect::<Vec<_>>())
        .bind(offers.values().map(|sums| sums.clicks).collect::<Vec<_>>())
        .bind(offers.values().map(|sums| sums.conversions).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(())
}

fn bind_sums<'q, 's>(statement: Statement<'q>, all: impl Iterator<Item = &'s ClickSums>) -> Statement<'q> {
    let all: Vec<_> = all.collect();
    statement
        .bind(all.iter().map(|sums| sums.clicks).collect::<Vec<_>>())
        .bind(all.iter().map(|sums| sums.visits).collect::<Vec<_>>())
        .bind(all.iter().map(|sums| sums.bots).collect::<Vec<_>>())
        .bind(all.iter().map(|sums| sums.hours).collect::<Vec<_>>())
}
