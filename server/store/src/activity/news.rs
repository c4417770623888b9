//! What others did lately that concerns somebody, and how much of it they haven't read.

use domain::{ActivityRow, Timestamp, UserId};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use super::{ListedActivity, whose};
use crate::{
    Conn, Scope, StoreError,
    organisations::memberships::{MEMBERSHIP_JOINS, ROLE},
};

/// How many are read at once; more unread ones than this are not counted one by one.
const MOST: i64 = 20;

/// What is news to whom: to an admin what wants to be looked at, to others what was decided.
const fn about(scope: Scope) -> &'static str {
    match scope {
        Scope::Network => {
            "t.action in ('offer.create', 'offer.submit', 'offer.edit', 'account.create', 'account.delete')"
        }
        Scope::Partner(_) | Scope::Affiliate(_) => "(t.action like 'application.%' or t.action like 'offer.%')",
    }
}

/// The first id that could be made at a moment.
fn first_id_at(at: Timestamp) -> Uuid {
    Uuid::from_u128(u128::try_from(at.as_millis()).unwrap_or(0) << 80)
}

/// What follows `from`: what others did since the moment of `$3`.
fn news(scope: Scope) -> String {
    format!(
        "activity t left join users u on u.id = t.user_id {MEMBERSHIP_JOINS}
        where {} and (t.user_id is null or t.user_id <> $4) and {} and t.id >= $3",
        whose(scope, "$1", "$2"),
        about(scope)
    )
}

/// The newest ones since a moment, newest first.
pub async fn list_news(
    conn: &mut Conn,
    scope: Scope,
    reader: UserId,
    since: Timestamp,
) -> Result<Vec<ActivityRow>, StoreError> {
    let sql = format!(
        "select t.id, t.actor, t.user_id, {ROLE} as role, u.name, t.address, t.action, t.subject_id, t.subject, t.changes
        from {} order by t.id desc limit {MOST}",
        news(scope)
    );
    let rows: Vec<ListedActivity> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(scope.partner())
        .bind(scope.affiliate())
        .bind(first_id_at(since))
        .bind(reader.uuid())
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(|row| row.read_by(reader, scope)).collect()
}

/// Until when somebody has read.
pub async fn news_read_at(conn: &mut Conn, reader: UserId) -> Result<Timestamp, StoreError> {
    const SQL: &str = "select news_read_at from users where id = $1";
    let at: Option<i64> = run!(conn, |c| query_scalar(SQL).bind(reader.uuid()).fetch_optional(c).await)?;
    Ok(Timestamp::from_millis(at.unwrap_or(0)))
}

/// Somebody has read until a moment; what was read once stays so.
pub async fn set_news_read_at(conn: &mut Conn, reader: UserId, at: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "update users set news_read_at = $2 where id = $1 and news_read_at < $2";
    run!(conn, |c| query(SQL).bind(reader.uuid()).bind(at.as_millis()).execute(c).await.map(|_| ()))?;
    Ok(())
}
