//! Partners with their API keys, and affiliates.

use domain::{AffiliateId, PartnerId, Timestamp, UserId};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use crate::{Conn, StoreError};

/// Whether the partner or the affiliate of this column is suspended, as an expression: asked in this one way everywhere.
pub(crate) fn is_suspended(id: &str) -> String {
    format!("exists (select 1 from suspensions s where s.owner_id = {id})")
}

/// An API key as it is kept: its hash to look it up, its sealed form to show it.
#[derive(Debug, Clone)]
pub struct StoredKey {
    /// SHA-256 of the key.
    pub hash: [u8; 32],
    /// The key, sealed with the program's secret.
    pub sealed: Vec<u8>,
}

/// Makes a user a partner.
pub async fn insert_partner(
    conn: &mut Conn,
    id: PartnerId,
    user: UserId,
    key: &StoredKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into partners (id, user_id, api_key_hash, api_key_sealed, api_key_at) values ($1, $2, $3, $4, $5)";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(user.uuid())
        .bind(key.hash.as_slice())
        .bind(key.sealed.as_slice())
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Makes a user an affiliate.
pub async fn insert_affiliate(conn: &mut Conn, id: AffiliateId, user: UserId) -> Result<(), StoreError> {
    const SQL: &str = "insert into affiliates (id, user_id) values ($1, $2)";
    run!(conn, |c| query(SQL).bind(id.uuid()).bind(user.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// What a partner is called.
pub async fn find_partner_name(conn: &mut Conn, id: PartnerId) -> Result<Option<String>, StoreError> {
    const SQL: &str = "select u.name from partners p join users u on u.id = p.user_id where p.id = $1";
    Ok(run!(conn, |c| query_scalar(SQL).bind(id.uuid()).fetch_optional(c).await)?)
}

/// A partner's sealed key.
pub async fn find_sealed_key(conn: &mut Conn, id: PartnerId) -> Result<Option<Vec<u8>>, StoreError> {
    const SQL: &str = "select api_key_sealed from partners where id = $1";
    Ok(run!(conn, |c| query_scalar(SQL).bind(id.uuid()).fetch_optional(c).await)?)
}

/// The sealed keys of the ten oldest and the ten newest partners; those of few partners twice.
pub async fn list_outer_sealed_keys(conn: &mut Conn) -> Result<Vec<(PartnerId, Vec<u8>)>, StoreError> {
    const SQL: &str = "select id, api_key_sealed
            from (select id, api_key_sealed from partners order by id limit 10) oldest
        union all
        select id, api_key_sealed
            from (select id, api_key_sealed from partners order by id desc limit 10) newest";
    let rows: Vec<(Uuid, Vec<u8>)> = run!(conn, |c| query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, sealed)| (PartnerId::from_uuid(id), sealed)).collect())
}

/// Replaces a partner's key; the old one is unknown from the commit on. Its hash is kept, so that its owner can be told
/// that it is an old one.
pub async fn set_key(conn: &mut Conn, id: PartnerId, key: &StoredKey, now: Timestamp) -> Result<(), StoreError> {
    const KEEP: &str = "insert into old_api_keys (api_key_hash, partner_id, replaced_at)
        select api_key_hash, id, $2 from partners where id = $1 on conflict (api_key_hash) do nothing";
    const SQL: &str = "update partners set api_key_hash = $2, api_key_sealed = $3, api_key_at = $4 where id = $1";
    run!(conn, |c| query(KEEP).bind(id.uuid()).bind(now.as_millis()).execute(c).await.map(|_| ()))?;
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(key.hash.as_slice())
        .bind(key.sealed.as_slice())
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The partner whose key has this hash, unless suspended.
pub async fn find_partner_by_key(conn: &mut Conn, hash: &[u8; 32]) -> Result<Option<PartnerId>, StoreError> {
    const SQL: &str = "select p.id from partners p join users u on u.id = p.user_id
        where p.api_key_hash = $1 and u.suspended_at is null";
    let id: Option<Uuid> = run!(conn, |c| query_scalar(SQL).bind(hash.as_slice()).fetch_optional(c).await)?;
    Ok(id.map(PartnerId::from_uuid))
}
