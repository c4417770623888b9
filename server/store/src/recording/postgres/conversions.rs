//! Postbacks on the server: claims resolved, rows inserted, counters changed, stored values returned.

use domain::{AffiliateId, LinkId, PartnerId};
use sqlx::{AssertSqlSafe, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use crate::{
    StoreError,
    conversions::{NewConversion, Recorded, STORED_COLUMNS, StoredConversion, StoredRow},
    recording::{ADD_CONVERSIONS, ConversionTally},
};

/// Whose key and whose click a postback names.
#[derive(sqlx::FromRow)]
struct ClaimRow {
    key_partner: Option<Uuid>,
    link_id: Option<Uuid>,
    offer_partner: Option<Uuid>,
    affiliate_id: Option<Uuid>,
}

/// Records what may be recorded, and says of each what became of it, in the same order.
pub(super) async fn record_conversions(
    conn: &mut PgConnection,
    all: &[&NewConversion],
) -> Result<Vec<Recorded>, StoreError> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let claims = resolve_claims(conn, all).await?;
    if claims.len() != all.len() {
        return Err(StoreError::bad_row("partners", "api_key_hash"));
    }
    let mut accepted: Vec<(&NewConversion, LinkId)> = claims
        .iter()
        .zip(all)
        .filter(|(claim, _)| claim.key_partner.is_some() && claim.key_partner == claim.offer_partner)
        .filter_map(|(claim, new)| claim.link_id.map(|link| (*new, LinkId::from_uuid(link))))
        .collect();
    // In the order of pairs, so that several nodes never wait for each other in a circle. The sort is stable:
    // of equal pairs the first that came is the one that is stored.
    accepted.sort_by_key(|(new, _)| (new.click, new.transaction_id.clone()));
    let inserted = insert_conversions(conn, &accepted).await?;
    let counted = accepted.into_iter().filter(|(new, _)| inserted.contains(&new.id.uuid()));
    count_conversions(conn, counted).await?;

    let mut answers = Vec::with_capacity(all.len());
    for (claim, new) in claims.iter().zip(all) {
        answers.push(match (claim.key_partner, claim.offer_partner, claim.affiliate_id) {
            (None, ..) => Recorded::UnknownKey,
            (Some(_), None, _) | (Some(_), _, None) => Recorded::UnknownClick,
            (Some(key), Some(owner), Some(_)) if key != owner => Recorded::NotOwner,
            (Some(_), Some(owner), Some(affiliate)) => {
                let duplicate = !inserted.contains(&new.id.uuid());
                let stored = if duplicate { find_stored(conn, new).await? } else { StoredConversion::of(new) };
                Recorded::Stored {
                    duplicate,
                    conversion: Box::new(stored),
                    partner_id: PartnerId::from_uuid(owner),
                    affiliate_id: AffiliateId::from_uuid(affiliate),
                }
            }
        });
    }
    Ok(answers)
}

/// In its own transaction: a key that was regenerated a moment ago is unknown already.
async fn resolve_claims(conn: &mut PgConnection, all: &[&NewConversion]) -> Result<Vec<ClaimRow>, StoreError> {
    const SQL: &str = "select p.id as key_partner, c.link_id, o.partner_id as offer_partner, l.affiliate_id
        from unnest($1::bytea[], $2::uuid[]) with ordinality wanted (key_hash, click_id, n)
        left join partners p on p.api_key_hash = wanted.key_hash
            and not exists (select 1 from suspensions s where s.owner_id = p.id)
        left join clicks c on c.id = wanted.click_id
        left join links l on l.id = c.link_id
        left join offers o on o.id = l.offer_id
        order by wanted.n";
    let keys: Vec<_> = all.iter().map(|new| new.key_hash.to_vec()).collect();
    let clicks: Vec<_> = all.iter().map(|new| new.click.uuid()).collect();
    Ok(query_as(SQL).bind(keys).bind(clicks).fetch_all(conn).await?)
}

/// Inserts those whose pair isn't there yet; returns the ids that were inserted.
async fn insert_conversions(
    conn: &mut PgConnection,
    all: &[(&NewConversion, LinkId)],
) -> Result<Vec<Uuid>, StoreError> {
    const SQL: &str =
        "insert into conversions (id, click_id, transaction_id, link_id, at, status, amount, commission, currency)
        select id, click_id, transaction_id, link_id, at, status, amount, commission, currency
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::text[], $7::bigint[],
            $8::bigint[], $9::text[]) with ordinality
            new (id, click_id, transaction_id, link_id, at, status, amount, commission, currency, n)
        order by n on conflict (click_id, transaction_id) do nothing returning id";
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let inserted = query_scalar(SQL)
        .bind(all.iter().map(|(new, _)| new.id.uuid()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.click.uuid()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.transaction_id.as_str()).collect::<Vec<_>>())
        .bind(all.iter().map(|(_, link)| link.uuid()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.at.as_millis()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.status.as_str()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.amount.micros()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.commission.micros()).collect::<Vec<_>>())
        .bind(all.iter().map(|(new, _)| new.currency.as_str()).collect::<Vec<_>>())
        .fetch_all(conn)
        .await?;
    Ok(inserted)
}

/// Adds new conversions to the counters per link, day, status and currency.
async fn count_conversions<'g>(
    conn: &mut PgConnection,
    counted: impl Iterator<Item = (&'g NewConversion, LinkId)>,
) -> Result<(), StoreError> {
    let mut tally = ConversionTally::default();
    counted.for_each(|(new, link)| tally.add(new, link));
    if tally.0.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "insert into conversion_days (link_id, day, status, currency, conversions, amount_units, amount_micros,
            commission_units, commission_micros)
        select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
            $7::bigint[], $8::bigint[], $9::bigint[]) {ADD_CONVERSIONS}"
    );
    let sum = |place: usize| tally.0.values().map(|n| n[place]).collect::<Vec<_>>();
    query(AssertSqlSafe(sql))
        .bind(tally.0.keys().map(|key| key.0).collect::<Vec<_>>())
        .bind(tally.0.keys().map(|key| key.1).collect::<Vec<_>>())
        .bind(tally.0.keys().map(|key| key.2).collect::<Vec<_>>())
        .bind(tally.0.keys().map(|key| key.3).collect::<Vec<_>>())
        .bind(sum(0))
        .bind(sum(1))
        .bind(sum(2))
        .bind(sum(3))
        .bind(sum(4))
        .execute(conn)
        .await?;
    Ok(())
}

/// What is stored under a pair that is known to be there.
async fn find_stored(conn: &mut PgConnection, new: &NewConversion) -> Result<StoredConversion, StoreError> {
    let sql = format!("select {STORED_COLUMNS} from conversions where click_id = $1 and transaction_id = $2");
    let row: StoredRow =
        query_as(AssertSqlSafe(sql)).bind(new.click.uuid()).bind(new.transaction_id.as_str()).fetch_one(conn).await?;
    row.try_into()
}
