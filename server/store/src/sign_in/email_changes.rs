//! Emails that aren't somebody's yet: whoever reads the mail to one makes it theirs.

use domain::{Email, Timestamp, UserId};
use sqlx::{query, query_as};
use uuid::Uuid;

use crate::{Conn, StoreError};

/// Remembers which email somebody wants; what they wanted before is void from then on.
pub async fn replace_email_change(
    conn: &mut Conn,
    token_hash: &[u8; 32],
    user: UserId,
    email: &Email,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into email_changes (user_id, token_hash, email, expires_at) values ($1, $2, $3, $4)
        on conflict (user_id) do update
        set token_hash = excluded.token_hash, email = excluded.email, expires_at = excluded.expires_at";
    run!(conn, |c| query(SQL)
        .bind(user.uuid())
        .bind(token_hash.as_slice())
        .bind(email.as_str())
        .bind(expires_at.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Uses a change up: who wants which email, or nothing where there is no such change any more.
pub async fn take_email_change(
    conn: &mut Conn,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<(UserId, Email)>, StoreError> {
    const SQL: &str = "delete from email_changes where token_hash = $1 and expires_at > $2 returning user_id, email";
    let row: Option<(Uuid, String)> =
        run!(conn, |c| query_as(SQL).bind(token_hash.as_slice()).bind(now.as_millis()).fetch_optional(c).await)?;
    row.map(|(user, email)| {
        let email = Email::parse(&email).map_err(|_| StoreError::bad_row("email_changes", "email"))?;
        Ok((UserId::from_uuid(user), email))
    })
    .transpose()
}

/// Voids what somebody wanted.
pub async fn delete_email_change(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    const SQL: &str = "delete from email_changes where user_id = $1";
    run!(conn, |c| query(SQL).bind(user.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Sweeps out the changes that nobody has confirmed in time.
pub async fn delete_expired_email_changes(conn: &mut Conn, now: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "delete from email_changes where expires_at <= $1";
    run!(conn, |c| query(SQL).bind(now.as_millis()).execute(c).await.map(|_| ()))?;
    Ok(())
}
