//! One-time tokens: password resets, and the address at which the first admin is made.

use domain::{Timestamp, UserId};
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::{Conn, StoreError};

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Setting a new password.
    Reset,
    /// Making the first admin.
    Setup,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Setup => "setup",
        }
    }
}

/// Adds a token; a user's older ones of the same purpose are void from then on. Set-up tokens belong to nobody, as
/// each node prints its own: [`delete_setup_tokens`] voids them.
pub async fn replace_token(
    conn: &mut Conn,
    token_hash: &[u8; 32],
    purpose: Purpose,
    user: Option<UserId>,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    const OLD: &str = "delete from one_time_tokens where purpose = $1 and user_id = $2";
    const NEW: &str = "insert into one_time_tokens (token_hash, purpose, user_id, expires_at) values ($1, $2, $3, $4)";
    let user = user.map(UserId::uuid);
    run!(conn, |c| query(OLD).bind(purpose.as_str()).bind(user).execute(c).await.map(|_| ()))?;
    run!(conn, |c| query(NEW)
        .bind(token_hash.as_slice())
        .bind(purpose.as_str())
        .bind(user)
        .bind(expires_at.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Sweeps out the tokens that nobody has used in time.
pub async fn delete_expired_tokens(conn: &mut Conn, now: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "delete from one_time_tokens where expires_at <= $1";
    run!(conn, |c| query(SQL).bind(now.as_millis()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Voids the set-up tokens but for this many that were printed last.
pub async fn delete_setup_tokens(conn: &mut Conn, kept: i64) -> Result<(), StoreError> {
    const SQL: &str = "delete from one_time_tokens where purpose = 'setup' and token_hash not in
        (select token_hash from one_time_tokens where purpose = 'setup' order by expires_at desc, token_hash limit $1)";
    run!(conn, |c| query(SQL).bind(kept).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Keeps every other transaction from making the first admin until this one ends. SQLite's writing transaction is alone
/// already.
pub async fn lock_setup(conn: &mut Conn) -> Result<(), StoreError> {
    // The number means nothing; nobody else may take it.
    const SQL: &str = "select pg_advisory_xact_lock(4712806131)";
    if matches!(conn, Conn::PostgresWrite(_)) {
        run!(conn, |c| query(SQL).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Voids every token of a user.
pub async fn delete_tokens_of(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    const SQL: &str = "delete from one_time_tokens where user_id = $1";
    run!(conn, |c| query(SQL).bind(user.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Whether a token would be taken.
pub async fn token_is_valid(
    conn: &mut Conn,
    token_hash: &[u8; 32],
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str = "select count(*) from one_time_tokens where token_hash = $1 and purpose = $2 and expires_at > $3";
    let count: i64 = run!(conn, |c| query_scalar(SQL)
        .bind(token_hash.as_slice())
        .bind(purpose.as_str())
        .bind(now.as_millis())
        .fetch_one(c)
        .await)?;
    Ok(count > 0)
}

/// Uses a token up: the user it is for (none for a set-up), or nothing where there is no such token any more.
pub async fn take_token(
    conn: &mut Conn,
    token_hash: &[u8; 32],
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Option<UserId>>, StoreError> {
    const SQL: &str =
        "delete from one_time_tokens where token_hash = $1 and purpose = $2 and expires_at > $3 returning user_id";
    let row: Option<Option<Uuid>> = run!(conn, |c| query_scalar(SQL)
        .bind(token_hash.as_slice())
        .bind(purpose.as_str())
        .bind(now.as_millis())
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|user| user.map(UserId::from_uuid)))
}
