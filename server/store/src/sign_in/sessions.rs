//! Sessions: a cookie's token, hashed, and whose it is.

use domain::{AffiliateId, PartnerId, Role, Timestamp, UserId};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use crate::{Conn, StoreError};

/// Who a session belongs to.
#[derive(Debug, Clone)]
pub struct SessionUser {
    /// The user.
    pub user_id: UserId,
    /// What they are.
    pub role: Role,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Set for partners.
    pub partner_id: Option<PartnerId>,
    /// Set for affiliates.
    pub affiliate_id: Option<AffiliateId>,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    role: String,
    name: String,
    email: String,
    partner_id: Option<Uuid>,
    affiliate_id: Option<Uuid>,
}

/// Starts a session.
pub async fn insert_session(
    conn: &mut Conn,
    token_hash: &[u8; 32],
    user: UserId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into sessions (token_hash, user_id, created_at, expires_at) values ($1, $2, $3, $4)";
    run!(conn, |c| query(SQL)
        .bind(token_hash.as_slice())
        .bind(user.uuid())
        .bind(now.as_millis())
        .bind(expires_at.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Whose session this is, if it has not ended and its user is not suspended.
pub async fn find_session_user(
    conn: &mut Conn,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<SessionUser>, StoreError> {
    const SQL: &str = "select u.id, u.role, u.name, u.email, p.id as partner_id, a.id as affiliate_id
        from sessions s join users u on u.id = s.user_id
        left join partners p on p.user_id = u.id
        left join affiliates a on a.user_id = u.id
        where s.token_hash = $1 and s.expires_at > $2 and u.suspended_at is null";
    let row: Option<SessionRow> =
        run!(conn, |c| query_as(SQL).bind(token_hash.as_slice()).bind(now.as_millis()).fetch_optional(c).await)?;
    row.map(|row| {
        Ok(SessionUser {
            user_id: UserId::from_uuid(row.id),
            role: Role::parse(&row.role).ok_or(StoreError::bad_row("users", "role"))?,
            name: row.name,
            email: row.email,
            partner_id: row.partner_id.map(PartnerId::from_uuid),
            affiliate_id: row.affiliate_id.map(AffiliateId::from_uuid),
        })
    })
    .transpose()
}

/// How many sessions have not ended.
pub async fn count_sessions(conn: &mut Conn, now: Timestamp) -> Result<i64, StoreError> {
    const SQL: &str = "select count(*) from sessions where expires_at > $1";
    Ok(run!(conn, |c| query_scalar(SQL).bind(now.as_millis()).fetch_one(c).await)?)
}

/// Ends a session; says whether there was one.
pub async fn delete_session(conn: &mut Conn, token_hash: &[u8; 32]) -> Result<bool, StoreError> {
    const SQL: &str = "delete from sessions where token_hash = $1";
    let deleted =
        run!(conn, |c| query(SQL).bind(token_hash.as_slice()).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(deleted == 1)
}

/// Ends every session of a user.
pub async fn delete_sessions_of(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    const SQL: &str = "delete from sessions where user_id = $1";
    run!(conn, |c| query(SQL).bind(user.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Sweeps out the sessions that have ended by themselves.
pub async fn delete_expired_sessions(conn: &mut Conn, now: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "delete from sessions where expires_at <= $1";
    run!(conn, |c| query(SQL).bind(now.as_millis()).execute(c).await.map(|_| ()))?;
    Ok(())
}
