//! The embedded database's recorder: prepared statements on a connection of its own, in the caller's thread.

mod checkpoints;
mod conversions;
mod transaction;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
    time::Duration,
};

use domain::{Country, Slug};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use uuid::Uuid;

use self::{checkpoints::Checkpointer, conversions::record_conversions, transaction::Transaction};
use super::{Answers, ClickTally, OfferTally};
use crate::{
    StoreError,
    clicks::{LINK_BY_SLUG, NewClick, ResolvedLink, ResolvedRow, RulesRow},
    conversions::NewConversion,
    counters::{CLICK_DAYS, OFFER_TOTALS, PARTNERSHIP_CLICK_DAYS},
    db::{DatabaseFile, WAL_KEPT},
    locks::{ReadPermits, WriteGuard, WriteLock},
};

/// Statements that are kept prepared; there are fewer.
const STATEMENTS: usize = 32;
/// How many of each are remembered; at this number all of them are forgotten.
const REMEMBERED: usize = 10_000;

/// See [`super::BatchRecorder`].
#[derive(Debug)]
pub struct SqliteRecorder {
    conn: Connection,
    file: DatabaseFile,
    lock: WriteLock,
    memory: Memory,
    _checkpointer: Checkpointer,
}

/// What need not be looked up again.
#[derive(Debug, Default)]
struct Memory {
    /// Numbers of headers' texts. What a number stands for never changes.
    numbers: HashMap<String, i64>,
    /// What slugs stand for, as long as nobody has changed anything that decides it.
    links: HashMap<Slug, Arc<ResolvedLink>>,
    /// SQLite's own number of the last change by another connection,
    version: i64,
    /// and how many of them there were that decide what links stand for.
    link_changes: i64,
}

impl Memory {
    /// Asks inside of the transaction whether links still are what was read.
    fn refresh(&mut self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        let ask = |sql: &str| transaction.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
        let version = ask("pragma data_version")?;
        if version != self.version {
            let link_changes = ask("select number from link_changes")?;
            if link_changes != self.link_changes {
                self.links.clear();
            }
            (self.version, self.link_changes) = (version, link_changes);
        }
        if self.links.len() > REMEMBERED {
            self.links.clear();
        }
        if self.numbers.len() > REMEMBERED {
            self.numbers.clear();
        }
        Ok(())
    }
}

impl SqliteRecorder {
    /// A connection beside those of the pools, which shares the write lock with the pool's writer.
    pub(crate) fn open(
        file: &DatabaseFile,
        lock: WriteLock,
        readers: ReadPermits,
        timeout: Duration,
    ) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(file.path(), flags)?;
        conn.busy_timeout(timeout)?;
        // What `WAL` and `FULL` promise: when a commit returns, it is on disk. Keys are looked up in the same
        // transaction before they are written, which is what foreign keys would do again. `secure_delete`: where rows
        // are moved to other pages, no copy of an address stays behind that nobody would erase.
        conn.execute_batch(&format!(
            "pragma synchronous = full; pragma foreign_keys = off; pragma cache_size = -8000;
            pragma secure_delete = fast; pragma wal_autocheckpoint = 0; pragma journal_size_limit = {WAL_KEPT}",
        ))?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        let checkpointer = Checkpointer::start(file.clone(), lock.clone(), readers)?;
        Ok(Self { conn, file: file.clone(), lock, memory: Memory::default(), _checkpointer: checkpointer })
    }

    pub(super) fn begin(&mut self) -> Result<OpenBatch<'_>, StoreError> {
        let Self { conn, file, memory, .. } = self;
        let guard = self.lock.wait();
        file.check()?;
        let heed = |error: StoreError| file.heed(error);
        let transaction = Transaction::begin(conn).map_err(|error| heed(error.into()))?;
        memory.refresh(&transaction).map_err(heed)?;
        Ok(OpenBatch { transaction, memory, file, _guard: guard })
    }
}

/// See [`super::OpenBatch`].
#[derive(Debug)]
pub struct OpenBatch<'r> {
    transaction: Transaction<'r>,
    memory: &'r mut Memory,
    file: &'r DatabaseFile,
    _guard: WriteGuard,
}

impl OpenBatch<'_> {
    pub(super) fn record(self, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Result<Answers, StoreError> {
        let Self { transaction, memory, file, _guard } = self;
        let recorded = record(transaction, memory, clicks, conversions);
        if recorded.is_err() {
            // Numbers of a transaction that was undone stand for nothing.
            memory.numbers.clear();
        }
        let answers = recorded.map_err(|error| file.heed(error))?;
        // Once more: what went into a file that has lost its name meanwhile must not be acknowledged.
        file.check()?;
        Ok(answers)
    }
}

fn record(
    transaction: Transaction<'_>,
    memory: &mut Memory,
    clicks: &[&NewClick],
    conversions: &[&NewConversion],
) -> Result<Answers, StoreError> {
    let mut offers = OfferTally::default();
    let links = record_clicks(&transaction, memory, clicks, &mut offers)?;
    let conversions = record_conversions(&transaction, conversions, &mut offers)?;
    count_offers(&transaction, &offers)?;
    transaction.commit()?;
    Ok(Answers { links, conversions })
}

fn record_clicks(
    transaction: &Transaction<'_>,
    memory: &mut Memory,
    clicks: &[&NewClick],
    offers: &mut OfferTally,
) -> Result<Vec<Option<Arc<ResolvedLink>>>, StoreError> {
    if clicks.is_empty() {
        return Ok(Vec::new());
    }
    let mut tally = ClickTally::default();
    let mut insert = transaction.prepare_cached(
        "insert into clicks (id, link_id, kind, ip, user_agent, referer, country) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut resolved = Vec::with_capacity(clicks.len());
    for click in clicks {
        let link = resolve(transaction, &mut memory.links, &click.slug)?;
        if let Some(live) = link.as_ref().filter(|link| link.rules.is_live()) {
            insert.execute(params![
                click.id.uuid().as_bytes(),
                live.id.uuid().as_bytes(),
                click.kind.code(),
                click.ip,
                number_of(transaction, &mut memory.numbers, click.user_agent.as_str())?,
                number_of(transaction, &mut memory.numbers, click.referer.as_str())?,
                click.country.map(Country::code),
            ])?;
            tally.add(click, live);
            offers.add_click(live.offer_id);
        }
        resolved.push(link);
    }
    count_clicks(transaction, &tally)?;
    Ok(resolved)
}

fn count_clicks(transaction: &Transaction<'_>, tally: &ClickTally) -> Result<(), StoreError> {
    static LINKS: LazyLock<String> = LazyLock::new(|| CLICK_DAYS.sqlite_upsert());
    static PARTNERSHIPS: LazyLock<String> = LazyLock::new(|| PARTNERSHIP_CLICK_DAYS.sqlite_upsert());
    let mut count = transaction.prepare_cached(&LINKS)?;
    for ((day, link), sums) in &tally.links {
        count.execute(params![day, link.as_bytes(), sums.clicks, sums.visits, sums.bots, sums.hours])?;
    }
    let mut count = transaction.prepare_cached(&PARTNERSHIPS)?;
    for ((day, partner, affiliate), sums) in &tally.partnerships {
        let (partner, affiliate) = (partner.as_bytes(), affiliate.as_bytes());
        count.execute(params![day, partner, affiliate, sums.clicks, sums.visits, sums.bots, sums.hours])?;
    }
    Ok(())
}

fn count_offers(transaction: &Transaction<'_>, offers: &OfferTally) -> Result<(), StoreError> {
    static OFFERS: LazyLock<String> = LazyLock::new(|| OFFER_TOTALS.sqlite_upsert());
    let mut count = transaction.prepare_cached(&OFFERS)?;
    for (offer, sums) in &offers.0 {
        count.execute(params![offer.as_bytes(), sums.clicks, sums.conversions])?;
    }
    Ok(())
}

/// What a slug stands for, in the batch's own transaction.
fn resolve(
    transaction: &Transaction<'_>,
    known: &mut HashMap<Slug, Arc<ResolvedLink>>,
    slug: &Slug,
) -> Result<Option<Arc<ResolvedLink>>, StoreError> {
    if let Some(link) = known.get(slug) {
        return Ok(Some(Arc::clone(link)));
    }
    let mut find = transaction.prepare_cached(&LINK_BY_SLUG)?;
    let row = find.query_row([slug.as_str()], |row| {
        Ok(ResolvedRow {
            id: uuid(row.get(0)?),
            offer_id: uuid(row.get(1)?),
            partner_id: uuid(row.get(2)?),
            affiliate_id: uuid(row.get(3)?),
            destination: row.get(4)?,
            rules: RulesRow {
                offer_status: row.get(5)?,
                application_status: row.get(6)?,
                partner_suspended: row.get(7)?,
                affiliate_suspended: row.get(8)?,
            },
        })
    });
    let link = row.optional()?.map(ResolvedLink::try_from).transpose()?.map(Arc::new);
    if let Some(link) = &link {
        known.insert(slug.clone(), Arc::clone(link));
    }
    Ok(link)
}

/// The number of a header's text, which is kept once.
fn number_of(transaction: &Transaction<'_>, numbers: &mut HashMap<String, i64>, text: &str) -> Result<i64, StoreError> {
    if let Some(number) = numbers.get(text) {
        return Ok(*number);
    }
    let mut find = transaction.prepare_cached("select number from header_values where value = ?1")?;
    let number = if let Some(known) = find.query_row([text], |row| row.get(0)).optional()? {
        known
    } else {
        transaction.prepare_cached("insert into header_values (value) values (?1)")?.execute([text])?;
        transaction.last_insert_rowid()
    };
    numbers.insert(text.to_owned(), number);
    Ok(number)
}

fn uuid(bytes: [u8; 16]) -> Uuid {
    Uuid::from_bytes(bytes)
}
