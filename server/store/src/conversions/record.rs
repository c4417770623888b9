//! The recording of a whole group: claims resolved, rows inserted, counters changed, stored values returned.

use std::collections::BTreeMap;

use domain::{AffiliateId, Amount, ConversionId, ConversionStatus, Currency, LinkId, PartnerId};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use super::{NewConversion, Recorded, StoredConversion};
use crate::{
    Conn, StoreError,
    clicks::{hex, json},
    db::Raw,
};

#[derive(sqlx::FromRow)]
struct ClaimRow {
    n: i64,
    key_partner: Option<Uuid>,
    link_id: Option<Uuid>,
    offer_partner: Option<Uuid>,
    affiliate_id: Option<Uuid>,
}

const CLAIM_COLUMNS: &str = "p.id as key_partner, c.link_id, o.partner_id as offer_partner, l.affiliate_id";
const CLAIM_JOINS: &str = "left join (partners p join users u on u.id = p.user_id and u.suspended_at is null)
        on p.api_key_hash = wanted.key_hash
    left join clicks c on c.id = wanted.click_id
    left join links l on l.id = c.link_id
    left join offers o on o.id = l.offer_id";

/// Whose key and whose click each postback names, in its own transaction: a key that was regenerated a moment ago
/// is unknown already.
async fn resolve_claims(conn: &mut Conn, all: &[&NewConversion]) -> Result<Vec<ClaimRow>, StoreError> {
    let rows = match conn.raw() {
        Raw::Sqlite(c) => {
            let sql = format!(
                "with wanted as materialized (select key as n, unhex(value ->> 0) as key_hash,
                    unhex(value ->> 1) as click_id from json_each($1))
                select wanted.n, {CLAIM_COLUMNS} from wanted {CLAIM_JOINS} order by wanted.n"
            );
            let rows: Vec<_> = all.iter().map(|new| (hex_of(&new.key_hash), hex(new.click.uuid()))).collect();
            query_as(AssertSqlSafe(sql)).bind(json(&rows)).fetch_all(c).await?
        }
        Raw::Postgres(c) => {
            let sql = format!(
                "select wanted.n, {CLAIM_COLUMNS}
                from unnest($1::bytea[], $2::uuid[]) with ordinality wanted (key_hash, click_id, n) {CLAIM_JOINS}
                order by wanted.n"
            );
            query_as(AssertSqlSafe(sql))
                .bind(all.iter().map(|new| new.key_hash.to_vec()).collect::<Vec<_>>())
                .bind(all.iter().map(|new| new.click.uuid()).collect::<Vec<_>>())
                .fetch_all(c)
                .await?
        }
    };
    Ok(rows)
}

fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Records what may be recorded, and says of each what became of it, in the same order.
pub async fn record_conversions(conn: &mut Conn, all: &[&NewConversion]) -> Result<Vec<Recorded>, StoreError> {
    let claims = resolve_claims(conn, all).await?;
    debug_assert!(claims.windows(2).all(|pair| pair[0].n < pair[1].n));
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
    let counted: Vec<_> = accepted.iter().filter(|(new, _)| inserted.contains(&new.id.uuid())).copied().collect();
    count_conversions(conn, &counted).await?;

    let mut answers = Vec::with_capacity(all.len());
    for (claim, new) in claims.iter().zip(all) {
        answers.push(match (claim.key_partner, claim.offer_partner, claim.affiliate_id) {
            (None, ..) => Recorded::UnknownKey,
            (Some(_), None, _) | (Some(_), _, None) => Recorded::UnknownClick,
            (Some(key), Some(owner), Some(_)) if key != owner => Recorded::NotOwner,
            (Some(_), Some(owner), Some(affiliate)) => {
                let duplicate = !inserted.contains(&new.id.uuid());
                let conversion = if duplicate { find_stored(conn, new).await? } else { stored(new) };
                Recorded::Stored {
                    duplicate,
                    conversion: Box::new(conversion),
                    partner_id: PartnerId::from_uuid(owner),
                    affiliate_id: AffiliateId::from_uuid(affiliate),
                }
            }
        });
    }
    Ok(answers)
}

fn stored(new: &NewConversion) -> StoredConversion {
    StoredConversion {
        id: new.id,
        transaction_id: new.transaction_id.as_str().to_owned(),
        status: new.status.clone(),
        amount: new.amount,
        commission: new.commission,
        currency: new.currency.clone(),
    }
}

/// Inserts those whose pair isn't there yet; returns the ids that were inserted.
async fn insert_conversions(conn: &mut Conn, all: &[(&NewConversion, LinkId)]) -> Result<Vec<Uuid>, StoreError> {
    const COLUMNS: &str =
        "insert into conversions (id, click_id, transaction_id, link_id, at, status, amount, commission, currency)";
    const ONCE: &str = "on conflict (click_id, transaction_id) do nothing returning id";
    if all.is_empty() {
        return Ok(Vec::new());
    }
    Ok(match conn.raw() {
        Raw::Sqlite(c) => {
            let sql = format!(
                "{COLUMNS} select unhex(value ->> 0), unhex(value ->> 1), value ->> 2, unhex(value ->> 3), value ->> 4,
                    value ->> 5, value ->> 6, value ->> 7, value ->> 8
                from json_each($1) where true order by key {ONCE}"
            );
            let rows: Vec<_> = all
                .iter()
                .map(|(new, link)| {
                    let ids = (hex(new.id.uuid()), hex(new.click.uuid()), hex(link.uuid()));
                    let money = (new.amount.micros(), new.commission.micros());
                    let texts = (new.transaction_id.as_str(), new.status.as_str(), new.currency.as_str());
                    (ids.0, ids.1, texts.0, ids.2, new.at.as_millis(), texts.1, money.0, money.1, texts.2)
                })
                .collect();
            query_scalar(AssertSqlSafe(sql)).bind(json(&rows)).fetch_all(c).await?
        }
        Raw::Postgres(c) => {
            let sql = format!(
                "{COLUMNS} select id, click_id, transaction_id, link_id, at, status, amount, commission, currency
                from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::text[], $7::bigint[],
                    $8::bigint[], $9::text[]) with ordinality
                    new (id, click_id, transaction_id, link_id, at, status, amount, commission, currency, n)
                order by n {ONCE}"
            );
            query_scalar(AssertSqlSafe(sql))
                .bind(all.iter().map(|(new, _)| new.id.uuid()).collect::<Vec<_>>())
                .bind(all.iter().map(|(new, _)| new.click.uuid()).collect::<Vec<_>>())
                .bind(all.iter().map(|(new, _)| new.transaction_id.as_str()).collect::<Vec<_>>())
                .bind(all.iter().map(|(_, link)| link.uuid()).collect::<Vec<_>>())
                .bind(all.iter().map(|(new, _)| new.at.as_millis()).collect::<Vec<_>>())
                .bind(all.iter().map(|(new, _)| new.status.as_str()).collect::<Vec<_>>())
                .bind(all.iter().map(|(new, _)| new.amount.micros()).collect::<Vec<_>>())
                .bind(all.iter().map(|(new, _)| new.commission.micros()).collect::<Vec<_>>())
                .bind(all.iter().map(|(new, _)| new.currency.as_str()).collect::<Vec<_>>())
                .fetch_all(c)
                .await?
        }
    })
}

/// Adds new conversions to the counters per link, day, status and currency.
async fn count_conversions(conn: &mut Conn, all: &[(&NewConversion, LinkId)]) -> Result<(), StoreError> {
    const COLUMNS: &str = "insert into conversion_days (link_id, day, status, currency, conversions,
        amount_units, amount_micros, commission_units, commission_micros)";
    const ADD: &str = "on conflict (link_id, day, status, currency) do update set
        conversions = conversion_days.conversions + excluded.conversions,
        amount_units = conversion_days.amount_units + excluded.amount_units,
        amount_micros = conversion_days.amount_micros + excluded.amount_micros,
        commission_units = conversion_days.commission_units + excluded.commission_units,
        commission_micros = conversion_days.commission_micros + excluded.commission_micros";
    let mut sums: BTreeMap<(Uuid, i64, &str, &str), [i64; 5]> = BTreeMap::new();
    for (new, link) in all {
        let key = (link.uuid(), new.at.day().number(), new.status.as_str(), new.currency.as_str());
        let (amount, commission) = (new.amount.units_and_micros(), new.commission.units_and_micros());
        let added = [1, amount.0, amount.1, commission.0, commission.1];
        for (sum, added) in sums.entry(key).or_default().iter_mut().zip(added) {
            *sum += added;
        }
    }
    if sums.is_empty() {
        return Ok(());
    }
    match conn.raw() {
        Raw::Sqlite(c) => {
            let sql = format!(
                "{COLUMNS} select unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
                    value ->> 6, value ->> 7, value ->> 8
                from json_each($1) where true {ADD}"
            );
            let rows: Vec<_> = sums
                .iter()
                .map(|((link, day, status, currency), n)| {
                    (hex(*link), day, status, currency, n[0], n[1], n[2], n[3], n[4])
                })
                .collect();
            query(AssertSqlSafe(sql)).bind(json(&rows)).execute(c).await?;
        }
        Raw::Postgres(c) => {
            let sql = format!(
                "{COLUMNS} select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bigint[],
                    $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[]) {ADD}"
            );
            let sum = |place: usize| sums.values().map(|n| n[place]).collect::<Vec<_>>();
            query(AssertSqlSafe(sql))
                .bind(sums.keys().map(|key| key.0).collect::<Vec<_>>())
                .bind(sums.keys().map(|key| key.1).collect::<Vec<_>>())
                .bind(sums.keys().map(|key| key.2).collect::<Vec<_>>())
                .bind(sums.keys().map(|key| key.3).collect::<Vec<_>>())
                .bind(sum(0))
                .bind(sum(1))
                .bind(sum(2))
                .bind(sum(3))
                .bind(sum(4))
                .execute(c)
                .await?;
        }
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct StoredRow {
    id: Uuid,
    transaction_id: String,
    status: String,
    amount: i64,
    commission: i64,
    currency: String,
}

impl TryFrom<StoredRow> for StoredConversion {
    type Error = StoreError;

    fn try_from(row: StoredRow) -> Result<Self, StoreError> {
        let bad = |column| StoreError::bad_row("conversions", column);
        Ok(Self {
            id: ConversionId::from_uuid(row.id),
            transaction_id: row.transaction_id,
            status: ConversionStatus::parse(&row.status).map_err(|_| bad("status"))?,
            amount: Amount::from_micros(row.amount).ok_or(bad("amount"))?,
            commission: Amount::from_micros(row.commission).ok_or(bad("commission"))?,
            currency: Currency::parse(&row.currency).map_err(|_| bad("currency"))?,
        })
    }
}

/// What is stored under a pair that is known to be there.
async fn find_stored(conn: &mut Conn, new: &NewConversion) -> Result<StoredConversion, StoreError> {
    const SQL: &str = "select id, transaction_id, status, amount, commission, currency from conversions
        where click_id = $1 and transaction_id = $2";
    let row: StoredRow =
        run!(conn, |c| query_as(SQL).bind(new.click.uuid()).bind(new.transaction_id.as_str()).fetch_one(c).await)?;
    row.try_into()
}
