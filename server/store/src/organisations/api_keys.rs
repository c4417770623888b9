//! The keys by which organisations' machines prove themselves.

use std::sync::LazyLock;

use domain::{ApiKeyId, KeyOwner, KeyScopes, Organisation, PartnerId, Timestamp};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use super::{lock, suspensions::is_suspended};
use crate::{Conn, StoreError};

/// An API key as it is kept: its hash to look it up, its sealed form to show it.
#[derive(Debug, Clone)]
pub struct StoredKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: KeyScopes,
    /// SHA-256 of the key.
    pub hash: [u8; 32],
    /// The key, sealed with the program's secret.
    pub sealed: Vec<u8>,
}

/// What [`KeyOwner`] is read from, for `api_keys k`: a key that is valid, of an organisation that may act.
pub(crate) fn is_valid_key() -> String {
    format!("k.revoked_at is null and not {}", is_suspended("k.organisation_id"))
}

/// Adds a key; [`StoreError::Duplicate`] where the organisation has one.
pub async fn insert_key(
    conn: &mut Conn,
    organisation: Organisation,
    key: &StoredKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into api_keys (id, organisation_id, name, scopes, hash, sealed, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    run!(conn, |c| query(SQL)
        .bind(key.id.uuid())
        .bind(organisation.uuid())
        .bind(key.name.as_str())
        .bind(key.scopes.to_string())
        .bind(key.hash.as_slice())
        .bind(key.sealed.as_slice())
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Replaces an organisation's key; the old one is unknown from the commit on. Its hash is kept, so that its owner can be
/// told that it is an old one.
pub async fn replace_key(
    conn: &mut Conn,
    organisation: Organisation,
    key: &StoredKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    const REVOKE: &str =
        "update api_keys set revoked_at = $2, sealed = null where organisation_id = $1 and revoked_at is null";
    // Of two replacements at once the second one replaces what the first has made.
    lock(conn, organisation).await?;
    run!(conn, |c| query(REVOKE).bind(organisation.uuid()).bind(now.as_millis()).execute(c).await.map(|_| ()))?;
    insert_key(conn, organisation, key, now).await
}

/// An organisation's sealed key.
pub async fn find_sealed_key(conn: &mut Conn, organisation: Organisation) -> Result<Option<Vec<u8>>, StoreError> {
    const SQL: &str = "select sealed from api_keys where organisation_id = $1 and revoked_at is null";
    Ok(run!(conn, |c| query_scalar(SQL).bind(organisation.uuid()).fetch_optional(c).await)?)
}

/// The sealed keys of the ten oldest and the ten newest partners; those of few partners twice.
pub async fn list_outer_sealed_keys(conn: &mut Conn) -> Result<Vec<(PartnerId, Vec<u8>)>, StoreError> {
    const SQL: &str = "select k.organisation_id, k.sealed from (
            select id from (select id from partners order by id limit 10) oldest
            union all select id from (select id from partners order by id desc limit 10) newest
        ) outer_partners join api_keys k on k.organisation_id = outer_partners.id where k.revoked_at is null";
    let rows: Vec<(Uuid, Vec<u8>)> = run!(conn, |c| query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, sealed)| (PartnerId::from_uuid(id), sealed)).collect())
}

/// Whose key has a hash, unless it was revoked or its owner is suspended.
pub(crate) static KEY_OWNER: LazyLock<String> = LazyLock::new(|| {
    format!("select k.organisation_id, k.scopes from api_keys k where k.hash = $1 and {}", is_valid_key())
});

/// Whose key has this hash, unless it was revoked or its owner is suspended.
pub async fn find_key_owner(conn: &mut Conn, hash: &[u8; 32]) -> Result<Option<KeyOwner>, StoreError> {
    let row: Option<(Uuid, String)> =
        run!(conn, |c| query_as(KEY_OWNER.as_str()).bind(hash.as_slice()).fetch_optional(c).await)?;
    Ok(row.map(|(organisation, scopes)| KeyOwner { organisation, scopes: KeyScopes::parse(&scopes) }))
}
