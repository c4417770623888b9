//! Postbacks on the server: claims resolved, rows inserted, counters changed, stored values returned.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use domain::{
    AffiliateId, KeyOwner, KeyScopes, LinkId, OfferId, PartnerId,
    conversion::{NotRecorded, decide},
};
use sqlx::{AssertSqlSafe, PgConnection, Postgres, postgres::PgArguments, query, query::Query, query_as, query_scalar};
use uuid::Uuid;

use crate::{
    StoreError,
    conversions::{ConversionOutcome, NewConversion, STORED_COLUMNS, StoredConversion, StoredRow},
    counters::{CONVERSION_DAYS, PARTNERSHIP_CONVERSION_DAYS},
    organisations::api_keys::is_valid_key,
    recorder::{Claim, ConversionSums, ConversionTally, OfferTally},
};

/// Whose key and whose click a postback names.
#[derive(sqlx::FromRow)]
struct ClaimRow {
    key_owner: Option<Uuid>,
    scopes: Option<String>,
    link_id: Option<Uuid>,
    offer_id: Option<Uuid>,
    offer_partner: Option<Uuid>,
    affiliate_id: Option<Uuid>,
}

/// A conversion as it is stored, and of which click.
#[derive(sqlx::FromRow)]
struct FoundRow {
    click_id: Uuid,
    #[sqlx(flatten)]
    stored: StoredRow,
}

/// A statement that lacks some of its values.
type Statement<'q> = Query<'q, Postgres, PgArguments>;
/// By click and transaction.
type Stored = HashMap<(Uuid, String), StoredConversion>;

impl ClaimRow {
    /// Who is credited, if the postback may record.
    fn decide(&self) -> Result<Claim, NotRecorded> {
        let key = self.key_owner.zip(self.scopes.as_deref());
        let key = key.map(|(organisation, scopes)| KeyOwner { organisation, scopes: KeyScopes::parse(scopes) });
        let click = self.link_id.zip(self.offer_id).zip(self.offer_partner.zip(self.affiliate_id));
        let owner = click.map(|(_, (partner, _))| PartnerId::from_uuid(partner));
        let partner = decide(key.as_ref(), owner)?;
        let ((link, offer), (_, affiliate)) = click.ok_or(NotRecorded::UnknownClick)?;
        let (link, offer) = (LinkId::from_uuid(link), OfferId::from_uuid(offer));
        Ok(Claim { link, offer, partner, affiliate: AffiliateId::from_uuid(affiliate) })
    }
}

/// Records what may be recorded, and says of each what became of it, in the same order.
pub(super) async fn record_conversions(
    conn: &mut PgConnection,
    all: &[&NewConversion],
    offers: &mut OfferTally,
) -> Result<Vec<ConversionOutcome>, StoreError> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let claims: Vec<_> = resolve_claims(conn, all).await?.iter().map(ClaimRow::decide).collect();
    if claims.len() != all.len() {
        return Err(StoreError::bad_row("api_keys", "hash"));
    }
    let mut accepted: Vec<(&NewConversion, Claim)> =
        claims.iter().zip(all).filter_map(|(claim, new)| Some((*new, claim.ok()?))).collect();
    // In the order of pairs, so that several nodes never wait for each other in a circle. The sort is stable:
    // of equal pairs the first that came is the one that is stored.
    accepted.sort_by_key(|(new, _)| (new.click, new.transaction_id.clone()));
    let inserted = insert_conversions(conn, &accepted).await?;
    let counted: Vec<_> = accepted.iter().copied().filter(|(new, _)| inserted.contains(&new.id.uuid())).collect();
    count_conversions(conn, &counted).await?;
    for (_, claim) in &counted {
        offers.add_conversion(claim.offer);
    }

    let is_new = |new: &NewConversion| inserted.contains(&new.id.uuid());
    let repeats: Vec<_> = accepted.iter().map(|(new, _)| *new).filter(|new| !is_new(new)).collect();
    let stored = find_stored(conn, &repeats).await?;

    let mut answers = Vec::with_capacity(all.len());
    for (claim, new) in claims.iter().zip(all) {
        answers.push(match claim {
            Err(refusal) => ConversionOutcome::NotRecorded(*refusal),
            Ok(claim) => {
                let pair = (new.click.uuid(), new.transaction_id.as_str().to_owned());
                let conversion = if is_new(new) { Some(StoredConversion::of(new)) } else { stored.get(&pair).cloned() };
                let conversion = conversion.ok_or(StoreError::bad_row("conversions", "click_id"))?;
                ConversionOutcome::Stored {
                    // Its own id is there already where a first try was committed, but its answer lost.
                    duplicate: conversion.id != new.id,
                    conversion: Box::new(conversion),
                    partner_id: claim.partner,
                    affiliate_id: claim.affiliate,
                }
            }
        });
    }
    Ok(answers)
}

/// In its own transaction: a key that was regenerated a moment ago is unknown already.
async fn resolve_claims(conn: &mut PgConnection, all: &[&NewConversion]) -> Result<Vec<ClaimRow>, StoreError> {
    // The ends are named so that only those months are looked into of which there are clicks.
    let sql = format!(
        "select k.organisation_id as key_owner, k.scopes, c.link_id, l.offer_id, o.partner_id as offer_partner, l.affiliate_id
        from unnest($1::bytea[], $2::uuid[]) with ordinality wanted (key_hash, click_id, n)
        left join api_keys k on k.hash = wanted.key_hash and {}
        left join clicks c on c.id = wanted.click_id and c.id between $3 and $4
        left join links l on l.id = c.link_id
        left join offers o on o.id = l.offer_id
        order by wanted.n",
        is_valid_key()
    );
    let keys: Vec<_> = all.iter().map(|new| new.key_hash.to_vec()).collect();
    let clicks: Vec<_> = all.iter().map(|new| new.click.uuid()).collect();
    let (first, last) = (clicks.iter().min().copied(), clicks.iter().max().copied());
    Ok(query_as(AssertSqlSafe(sql)).bind(keys).bind(clicks).bind(first).bind(last).fetch_all(conn).await?)
}

/// Inserts those whose pair isn't there yet; returns the ids that were inserted.
async fn insert_conversions(
    conn: &mut PgConnection,
    all: &[(&NewConversion, Claim)],
) -> Result<HashSet<Uuid>, StoreError> {
    const SQL: &str =
        "insert into conversions (id, click_id, transaction_id, link_id, at, status, amount, commission, currency)
        select id, click_id, transaction_id, link_id, at, status, amount, commission, currency
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::text[], $7::bigint[],
            $8::bigint[], $9::text[]) with ordinality
            new (id, click_id, transaction_id, link_id, at, status, amount, commission, currency, n)
        order by n on conflict (click_id, transaction_id) do nothing returning id";
    if all.is_empty() {
        return Ok(HashSet::new());
    }
    let inserted: Vec<Uuid> = query_scalar(SQL)
        .bind(all.iter().map(|(new, _)| new.id.uuid()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.click.uuid()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.transaction_id.as_str()).collect::<Vec<_>>())
        .bind(all.iter().map(|(_, claim)| claim.link.uuid()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.at.as_millis()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.status.as_str()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.amount.micros()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.commission.micros()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.currency.as_str()).collect::<Vec<_>>())
        .fetch_all(conn)
        .await?;
    Ok(inserted.into_iter().collect())
}

/// Adds new conversions to the counters, in the order of their keys.
async fn count_conversions(conn: &mut PgConnection, counted: &[(&NewConversion, Claim)]) -> Result<(), StoreError> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let links = CONVERSION_DAYS.postgres_upsert(1, "true");
        format!("with of_links as ({links}) {}", PARTNERSHIP_CONVERSION_DAYS.postgres_upsert(10, "true"))
    });
    let mut tally = ConversionTally::default();
    for (new, claim) in counted {
        tally.add(new, *claim);
    }
    let ConversionTally { links, partnerships } = tally;
    if links.is_empty() {
        return Ok(());
    }
    let statement = bind_sums(query(SQL.as_str()), links.values())
        .bind(links.keys().map(|(day, ..)| *day).collect::<Vec<_>>())
        .bind(links.keys().map(|(_, link, ..)| *link).collect::<Vec<_>>())
        .bind(links.keys().map(|(.., status, _)| *status).collect::<Vec<_>>())
        .bind(links.keys().map(|(.., currency)| *currency).collect::<Vec<_>>());
    bind_sums(statement, partnerships.values())
        .bind(partnerships.keys().map(|(day, ..)| *day).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(_, partner, ..)| *partner).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(_, _, affiliate, ..)| *affiliate).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(.., status, _)| *status).collect::<Vec<_>>())
        .bind(partnerships.keys().map(|(.., currency)| *currency).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(())
}

fn bind_sums<'q, 's>(statement: Statement<'q>, all: impl Iterator<Item = &'s ConversionSums>) -> Statement<'q> {
    let all: Vec<_> = all.collect();
    (0..5).fold(statement, |statement, place| statement.bind(all.iter().map(|n| n[place]).collect::<Vec<_>>()))
}

/// What is stored under pairs that are known to be there.
async fn find_stored(conn: &mut PgConnection, repeats: &[&NewConversion]) -> Result<Stored, StoreError> {
    if repeats.is_empty() {
        return Ok(Stored::new());
    }
    let sql = format!(
        "select click_id, {STORED_COLUMNS} from conversions
        where (click_id, transaction_id) in (select * from unnest($1::uuid[], $2::text[]))"
    );
    let rows: Vec<FoundRow> = query_as(AssertSqlSafe(sql))
        .bind(repeats.iter().map(|new| new.click.uuid()).collect::<Vec<_>>())
        .bind(repeats.iter().map(|new| new.transaction_id.as_str()).collect::<Vec<_>>())
        .fetch_all(conn)
        .await?;
    let pair = |row: FoundRow| Ok(((row.click_id, row.stored.transaction_id.clone()), row.stored.try_into()?));
    rows.into_iter().map(pair).collect()
}
