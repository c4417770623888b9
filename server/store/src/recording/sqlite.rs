//! The embedded database's recorder: prepared statements on a connection of its own, in the caller's thread.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use domain::{AffiliateId, LinkId, PartnerId};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use super::{ADD_CLICKS, ADD_CONVERSIONS, Answers, Claim, ClickTally, ConversionTally};
use crate::{
    StoreError,
    clicks::{LINK_COLUMNS, LINK_JOINS, NewClick, ResolvedLink, ResolvedRow},
    conversions::{NewConversion, Recorded, STORED_COLUMNS, StoredConversion, StoredRow},
    turn::{TurnTaken, WriteTurn},
};

/// Statements that are kept prepared; there are fewer.
const STATEMENTS: usize = 32;
/// Texts of headers whose numbers are remembered. What a number stands for never changes.
const REMEMBERED: usize = 20_000;

/// See [`super::GroupRecorder`].
#[derive(Debug)]
pub struct SqliteRecorder {
    conn: Connection,
    turn: WriteTurn,
    numbers: HashMap<String, i64>,
}

type Links<'g> = HashMap<&'g str, Option<Arc<ResolvedLink>>>;

impl SqliteRecorder {
    /// A connection beside those of the pools, which takes turns with the pool's writer.
    pub(crate) fn open(path: &Path, turn: WriteTurn, patience: Duration) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(patience)?;
        // What `WAL` and `FULL` promise: when a commit returns, it is on disk. Keys are looked up in the same
        // transaction before they are written, which is what foreign keys would do again.
        conn.execute_batch("pragma synchronous = full; pragma foreign_keys = off; pragma cache_size = -16000")?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self { conn, turn, numbers: HashMap::new() })
    }

    pub(super) fn begin(&mut self) -> Result<OpenGroup<'_>, StoreError> {
        if self.numbers.len() > REMEMBERED {
            self.numbers.clear();
        }
        let turn = self.turn.wait();
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(OpenGroup { transaction, numbers: &mut self.numbers, _turn: turn })
    }
}

/// See [`super::OpenGroup`].
#[derive(Debug)]
pub struct OpenGroup<'r> {
    transaction: Transaction<'r>,
    numbers: &'r mut HashMap<String, i64>,
    _turn: TurnTaken,
}

impl OpenGroup<'_> {
    pub(super) fn record(self, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Result<Answers, StoreError> {
        let Self { transaction, numbers, _turn } = self;
        let recorded = record(transaction, numbers, clicks, conversions);
        if recorded.is_err() {
            // Numbers of a transaction that was undone stand for nothing.
            numbers.clear();
        }
        recorded
    }
}

fn record(
    transaction: Transaction<'_>,
    numbers: &mut HashMap<String, i64>,
    clicks: &[&NewClick],
    conversions: &[&NewConversion],
) -> Result<Answers, StoreError> {
    let links = record_clicks(&transaction, numbers, clicks)?;
    let conversions = record_conversions(&transaction, conversions)?;
    transaction.commit()?;
    Ok(Answers { links, conversions })
}

fn record_clicks(
    transaction: &Transaction<'_>,
    numbers: &mut HashMap<String, i64>,
    clicks: &[&NewClick],
) -> Result<Vec<Option<Arc<ResolvedLink>>>, StoreError> {
    if clicks.is_empty() {
        return Ok(Vec::new());
    }
    let links = resolve(transaction, clicks)?;
    let mut tally = ClickTally::default();
    let mut insert = transaction.prepare_cached(
        "insert into clicks (id, link_id, kind, ip, user_agent, referer) values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut resolved = Vec::with_capacity(clicks.len());
    for click in clicks {
        let link = links.get(click.slug.as_str()).cloned().flatten();
        if let Some(live) = link.as_ref().filter(|link| link.live) {
            insert.execute(params![
                click.id.uuid().as_bytes(),
                live.id.uuid().as_bytes(),
                click.kind.code(),
                click.ip,
                number_of(transaction, numbers, click.user_agent.as_str())?,
                number_of(transaction, numbers, click.referer.as_str())?,
            ])?;
            tally.add(click, live);
        }
        resolved.push(link);
    }
    count_clicks(transaction, &tally)?;
    Ok(resolved)
}

fn count_clicks(transaction: &Transaction<'_>, tally: &ClickTally) -> Result<(), StoreError> {
    let mut count = transaction.prepare_cached(&format!(
        "insert into click_days as counted (day, link_id, clicks, visits, bots, hours)
            values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (day, link_id) {ADD_CLICKS}"
    ))?;
    for ((day, link), sums) in &tally.links {
        count.execute(params![day, link.as_bytes(), sums.clicks, sums.visits, sums.bots, sums.hours])?;
    }
    let mut count = transaction.prepare_cached(&format!(
        "insert into partnership_click_days as counted (day, partner_id, affiliate_id, clicks, visits, bots, hours)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (day, partner_id, affiliate_id) {ADD_CLICKS}"
    ))?;
    for ((day, partner, affiliate), sums) in &tally.partnerships {
        let (partner, affiliate) = (partner.as_bytes(), affiliate.as_bytes());
        count.execute(params![day, partner, affiliate, sums.clicks, sums.visits, sums.bots, sums.hours])?;
    }
    Ok(())
}

/// What each slug of a group stands for, looked up once and in the group's own transaction.
fn resolve<'g>(transaction: &Transaction<'_>, clicks: &[&'g NewClick]) -> Result<Links<'g>, StoreError> {
    let sql = format!("select {LINK_COLUMNS} from links l {LINK_JOINS} where l.slug = ?1");
    let mut find = transaction.prepare_cached(&sql)?;
    let mut links = Links::with_capacity(clicks.len());
    for click in clicks {
        let slug = click.slug.as_str();
        if links.contains_key(slug) {
            continue;
        }
        let row = find.query_row([slug], |row| {
            Ok(ResolvedRow {
                id: uuid(row.get(0)?),
                offer_id: uuid(row.get(1)?),
                partner_id: uuid(row.get(2)?),
                affiliate_id: uuid(row.get(3)?),
                destination: row.get(4)?,
                live: row.get(5)?,
            })
        });
        let link = row.optional()?.map(ResolvedLink::try_from).transpose()?;
        links.insert(slug, link.map(Arc::new));
    }
    Ok(links)
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

fn record_conversions(transaction: &Transaction<'_>, all: &[&NewConversion]) -> Result<Vec<Recorded>, StoreError> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let mut partners: HashMap<[u8; 32], Option<PartnerId>> = HashMap::new();
    let mut tally = ConversionTally::default();
    let mut answers = Vec::with_capacity(all.len());
    for new in all {
        let partner = if let Some(known) = partners.get(&new.key_hash) {
            *known
        } else {
            let found = find_partner(transaction, &new.key_hash)?;
            *partners.entry(new.key_hash).or_insert(found)
        };
        let Some(partner) = partner else {
            answers.push(Recorded::UnknownKey);
            continue;
        };
        answers.push(match find_claim(transaction, new)? {
            None => Recorded::UnknownClick,
            Some(claim) if claim.partner != partner => Recorded::NotOwner,
            Some(claim) => {
                let is_new = insert_conversion(transaction, new, claim.link)?;
                if is_new {
                    tally.add(new, claim);
                }
                let stored = if is_new { StoredConversion::of(new) } else { find_stored(transaction, new)? };
                Recorded::Stored {
                    duplicate: !is_new,
                    conversion: Box::new(stored),
                    partner_id: claim.partner,
                    affiliate_id: claim.affiliate,
                }
            }
        });
    }
    count_conversions(transaction, &tally)?;
    Ok(answers)
}

fn count_conversions(transaction: &Transaction<'_>, tally: &ConversionTally<'_>) -> Result<(), StoreError> {
    let mut count = transaction.prepare_cached(&format!(
        "insert into conversion_days as counted (link_id, day, status, currency, conversions, amount_units,
            amount_micros, commission_units, commission_micros) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            on conflict (link_id, day, status, currency) {ADD_CONVERSIONS}"
    ))?;
    for ((link, day, status, currency), n) in &tally.links {
        count.execute(params![link.as_bytes(), day, status, currency, n[0], n[1], n[2], n[3], n[4]])?;
    }
    let mut count = transaction.prepare_cached(&format!(
        "insert into partnership_conversion_days as counted (day, partner_id, affiliate_id, status, currency,
            conversions, amount_units, amount_micros, commission_units, commission_micros)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            on conflict (day, partner_id, affiliate_id, status, currency) {ADD_CONVERSIONS}"
    ))?;
    for ((day, partner, affiliate, status, currency), n) in &tally.partnerships {
        let (partner, affiliate) = (partner.as_bytes(), affiliate.as_bytes());
        count.execute(params![day, partner, affiliate, status, currency, n[0], n[1], n[2], n[3], n[4]])?;
    }
    Ok(())
}

/// The partner whose key this is, unless suspended: a key that was regenerated a moment ago is unknown already.
fn find_partner(transaction: &Transaction<'_>, key_hash: &[u8; 32]) -> Result<Option<PartnerId>, StoreError> {
    let mut find = transaction.prepare_cached(
        "select p.id from partners p where p.api_key_hash = ?1
            and not exists (select 1 from suspensions s where s.owner_id = p.id)",
    )?;
    Ok(find.query_row([key_hash], |row| Ok(PartnerId::from_uuid(uuid(row.get(0)?)))).optional()?)
}

fn find_claim(transaction: &Transaction<'_>, new: &NewConversion) -> Result<Option<Claim>, StoreError> {
    let mut find = transaction.prepare_cached(
        "select c.link_id, o.partner_id, l.affiliate_id from clicks c join links l on l.id = c.link_id
            join offers o on o.id = l.offer_id where c.id = ?1",
    )?;
    let claim = find.query_row([new.click.uuid().as_bytes()], |row| {
        Ok(Claim {
            link: LinkId::from_uuid(uuid(row.get(0)?)),
            partner: PartnerId::from_uuid(uuid(row.get(1)?)),
            affiliate: AffiliateId::from_uuid(uuid(row.get(2)?)),
        })
    });
    Ok(claim.optional()?)
}

/// Whether it is the first of its pair: the unique constraint decides, for ever.
fn insert_conversion(transaction: &Transaction<'_>, new: &NewConversion, link: LinkId) -> Result<bool, StoreError> {
    let mut insert = transaction.prepare_cached(
        "insert into conversions (id, click_id, transaction_id, link_id, at, status, amount, commission, currency)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict (click_id, transaction_id) do nothing",
    )?;
    let inserted = insert.execute(params![
        new.id.uuid().as_bytes(),
        new.click.uuid().as_bytes(),
        new.transaction_id.as_str(),
        link.uuid().as_bytes(),
        new.at.as_millis(),
        new.status.as_str(),
        new.amount.micros(),
        new.commission.micros(),
        new.currency.as_str(),
    ])?;
    Ok(inserted == 1)
}

fn find_stored(transaction: &Transaction<'_>, new: &NewConversion) -> Result<StoredConversion, StoreError> {
    let sql = format!("select {STORED_COLUMNS} from conversions where click_id = ?1 and transaction_id = ?2");
    let mut find = transaction.prepare_cached(&sql)?;
    let row = find.query_row(params![new.click.uuid().as_bytes(), new.transaction_id.as_str()], |row| {
        Ok(StoredRow {
            id: uuid(row.get(0)?),
            transaction_id: row.get(1)?,
            status: row.get(2)?,
            amount: row.get(3)?,
            commission: row.get(4)?,
            currency: row.get(5)?,
        })
    })?;
    row.try_into()
}

fn uuid(bytes: [u8; 16]) -> Uuid {
    Uuid::from_bytes(bytes)
}
