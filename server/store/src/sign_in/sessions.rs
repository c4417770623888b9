//! Sessions: a cookie's token, hashed, and whose it is.

use std::net::IpAddr;

use domain::{Organisation, Timestamp, UserId, report::ZoneName};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use crate::{
    Conn, StoreError,
    organisations::{
        memberships::{MEMBERSHIP_JOINS, organisation_of},
        suspensions::is_suspended,
    },
};

/// Who a session belongs to.
#[derive(Debug, Clone)]
pub struct SessionUser {
    /// The user.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they run the network.
    pub is_admin: bool,
    /// The organisation that they are in; admins are in none.
    pub organisation: Option<Organisation>,
    /// The zone of their days, where they have chosen one.
    pub time_zone: Option<ZoneName>,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    name: String,
    email: String,
    is_admin: bool,
    organisation_id: Option<Uuid>,
    kind: Option<String>,
    time_zone: Option<String>,
}

/// Starts a session.
pub async fn insert_session(
    conn: &mut Conn,
    token_hash: &[u8; 32],
    user: UserId,
    address: IpAddr,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into sessions (token_hash, user_id, created_at, expires_at, address) values ($1, $2, $3, $4, $5)";
    run!(conn, |c| query(SQL)
        .bind(token_hash.as_slice())
        .bind(user.uuid())
        .bind(now.as_millis())
        .bind(expires_at.as_millis())
        .bind(address.to_canonical().to_string())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// The hash of its token.
    pub token_hash: [u8; 32],
    /// When it began.
    pub created_at: Timestamp,
    /// From which address; empty where that wasn't kept.
    pub address: String,
}

/// A user's sessions, the newest first.
pub async fn list_sessions(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<Vec<OpenSession>, StoreError> {
    const SQL: &str = "select token_hash, created_at, address from sessions where user_id = $1 and expires_at > $2
        order by created_at desc, token_hash";
    let rows: Vec<(Vec<u8>, i64, String)> =
        run!(conn, |c| query_as(SQL).bind(user.uuid()).bind(now.as_millis()).fetch_all(c).await)?;
    let open = |(hash, created_at, address): (Vec<u8>, i64, String)| {
        let token_hash = hash.try_into().map_err(|_| StoreError::bad_row("sessions", "token_hash"))?;
        Ok(OpenSession { token_hash, created_at: Timestamp::from_millis(created_at), address })
    };
    rows.into_iter().map(open).collect()
}

/// Whose session this is, if it has not ended and its user's organisation is not suspended.
pub async fn find_session_user(
    conn: &mut Conn,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<SessionUser>, StoreError> {
    let sql = format!(
        "select u.id, u.name, u.email, u.is_admin, u.time_zone, m.organisation_id, g.kind
        from sessions t join users u on u.id = t.user_id {MEMBERSHIP_JOINS}
        where t.token_hash = $1 and t.expires_at > $2 and not {}",
        is_suspended("m.organisation_id")
    );
    let row: Option<SessionRow> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(token_hash.as_slice())
        .bind(now.as_millis())
        .fetch_optional(c)
        .await)?;
    row.map(|row| {
        let organisation = row.kind.as_deref().zip(row.organisation_id);
        Ok(SessionUser {
            user_id: UserId::from_uuid(row.id),
            name: row.name,
            email: row.email,
            is_admin: row.is_admin,
            organisation: organisation.map(|(kind, id)| organisation_of(kind, id)).transpose()?,
            // One that a newer list of zones knows is none here.
            time_zone: row.time_zone.and_then(|name| ZoneName::parse(&name).ok()),
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
