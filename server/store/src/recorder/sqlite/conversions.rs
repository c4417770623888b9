//! Postbacks in the embedded database: claims resolved, rows inserted, counters changed, stored values returned.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::LazyLock,
};

use domain::{AffiliateId, KeyOwner, KeyScopes, LinkId, OfferId, PartnerId, conversion::decide};
use rusqlite::{OptionalExtension as _, params};

use super::{Transaction, uuid};
use crate::{
    StoreError,
    conversions::{ConversionOutcome, NewConversion, STORED_COLUMNS, StoredConversion, StoredRow},
    counters::{CONVERSION_DAYS, PARTNERSHIP_CONVERSION_DAYS},
    organisations::api_keys::KEY_OWNER,
    recorder::{Claim, ConversionTally, OfferTally},
};

/// Records what may be recorded, and says of each what became of it, in the same order.
pub(super) fn record_conversions(
    transaction: &Transaction<'_>,
    all: &[&NewConversion],
    offers: &mut OfferTally,
) -> Result<Vec<ConversionOutcome>, StoreError> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let mut keys: HashMap<[u8; 32], Option<KeyOwner>> = HashMap::new();
    let mut tally = ConversionTally::default();
    let mut answers = Vec::with_capacity(all.len());
    for new in all {
        let key = match keys.entry(new.key_hash) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(find_key_owner(transaction, &new.key_hash)?),
        };
        // Without a key nobody looks for a click.
        let claim = if key.is_some() { find_claim(transaction, new)? } else { None };
        let (partner, claim) = match (decide(key.as_ref(), claim.map(|claim| claim.partner)), claim) {
            (Ok(partner), Some(claim)) => (partner, claim),
            (Err(refusal), _) => {
                answers.push(ConversionOutcome::NotRecorded(refusal));
                continue;
            }
            (Ok(_), None) => return Err(StoreError::bad_row("clicks", "link_id")),
        };
        let is_new = insert_conversion(transaction, new, claim.link)?;
        if is_new {
            tally.add(new, claim);
            offers.add_conversion(claim.offer);
        }
        let stored = if is_new { StoredConversion::of(new) } else { find_stored(transaction, new)? };
        answers.push(ConversionOutcome::Stored {
            duplicate: !is_new,
            conversion: Box::new(stored),
            partner_id: partner,
            affiliate_id: claim.affiliate,
        });
    }
    count_conversions(transaction, &tally)?;
    Ok(answers)
}

fn count_conversions(transaction: &Transaction<'_>, tally: &ConversionTally<'_>) -> Result<(), StoreError> {
    static LINKS: LazyLock<String> = LazyLock::new(|| CONVERSION_DAYS.sqlite_upsert());
    static PARTNERSHIPS: LazyLock<String> = LazyLock::new(|| PARTNERSHIP_CONVERSION_DAYS.sqlite_upsert());
    let mut count = transaction.prepare_cached(&LINKS)?;
    for ((day, link, status, currency), n) in &tally.links {
        count.execute(params![day, link.as_bytes(), status, currency, n[0], n[1], n[2], n[3], n[4]])?;
    }
    let mut count = transaction.prepare_cached(&PARTNERSHIPS)?;
    for ((day, partner, affiliate, status, currency), n) in &tally.partnerships {
        let (partner, affiliate) = (partner.as_bytes(), affiliate.as_bytes());
        count.execute(params![day, partner, affiliate, status, currency, n[0], n[1], n[2], n[3], n[4]])?;
    }
    Ok(())
}

/// Whose key this is: one that was replaced a moment ago is nobody's already.
fn find_key_owner(transaction: &Transaction<'_>, key_hash: &[u8; 32]) -> Result<Option<KeyOwner>, StoreError> {
    let mut find = transaction.prepare_cached(&KEY_OWNER)?;
    let owner = find.query_row([key_hash], |row| {
        let scopes = KeyScopes::parse(row.get_ref(1)?.as_str()?);
        Ok(KeyOwner { organisation: uuid(row.get(0)?), scopes })
    });
    Ok(owner.optional()?)
}

fn find_claim(transaction: &Transaction<'_>, new: &NewConversion) -> Result<Option<Claim>, StoreError> {
    let mut find = transaction.prepare_cached(
        "select c.link_id, l.offer_id, o.partner_id, l.affiliate_id from clicks c join links l on l.id = c.link_id
            join offers o on o.id = l.offer_id where c.id = ?1",
    )?;
    let claim = find.query_row([new.click.uuid().as_bytes()], |row| {
        Ok(Claim {
            link: LinkId::from_uuid(uuid(row.get(0)?)),
            offer: OfferId::from_uuid(uuid(row.get(1)?)),
            partner: PartnerId::from_uuid(uuid(row.get(2)?)),
            affiliate: AffiliateId::from_uuid(uuid(row.get(3)?)),
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
