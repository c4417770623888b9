//! Users: who signs in.

use domain::{Email, ListQuery, Page, PersonName, Role, Timestamp, UserId, UserRow};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use crate::{
    Conn, StoreError,
    keyset::{Keyset, Order, by_id},
    search::Search,
};

/// What is needed to check a password.
#[derive(Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Whose.
    pub user_id: UserId,
    /// What they are.
    pub role: Role,
    /// The Argon2id hash in PHC form.
    pub password_hash: String,
    /// Whether they may not act.
    pub suspended: bool,
}

#[derive(sqlx::FromRow)]
struct CredentialsRow {
    id: Uuid,
    role: String,
    password_hash: String,
    suspended_at: Option<i64>,
}

impl TryFrom<CredentialsRow> for Credentials {
    type Error = StoreError;

    fn try_from(row: CredentialsRow) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: UserId::from_uuid(row.id),
            role: Role::parse(&row.role).ok_or(StoreError::bad_row("users", "role"))?,
            password_hash: row.password_hash,
            suspended: row.suspended_at.is_some(),
        })
    }
}

/// Adds a user; [`StoreError::Duplicate`] where the email is taken.
pub async fn insert_user(
    conn: &mut Conn,
    id: UserId,
    role: Role,
    email: &Email,
    name: &PersonName,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into users (id, role, email, name, password_hash, created_at) values ($1, $2, $3, $4, $5, $6)";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(role.as_str())
        .bind(email.as_str())
        .bind(name.as_str())
        .bind(password_hash)
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The credentials behind an email.
pub async fn find_credentials_by_email(conn: &mut Conn, email: &Email) -> Result<Option<Credentials>, StoreError> {
    const SQL: &str = "select id, role, password_hash, suspended_at from users where email = $1";
    let row: Option<CredentialsRow> = run!(conn, |c| query_as(SQL).bind(email.as_str()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// The credentials of a known user.
pub async fn find_credentials(conn: &mut Conn, id: UserId) -> Result<Option<Credentials>, StoreError> {
    const SQL: &str = "select id, role, password_hash, suspended_at from users where id = $1";
    let row: Option<CredentialsRow> = run!(conn, |c| query_as(SQL).bind(id.uuid()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// The credentials of a known user, kept as they are until the transaction ends. SQLite's writing transaction is
/// alone already; PostgreSQL locks the row.
pub async fn lock_credentials(conn: &mut Conn, id: UserId) -> Result<Option<Credentials>, StoreError> {
    const SQL: &str = "select id, role, password_hash, suspended_at from users where id = $1";
    let lock = if matches!(conn, Conn::PostgresWrite(_)) { " for no key update" } else { "" };
    let sql = format!("{SQL}{lock}");
    let row: Option<CredentialsRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(id.uuid()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Replaces a password.
pub async fn set_password_hash(conn: &mut Conn, id: UserId, hash: &str) -> Result<(), StoreError> {
    const SQL: &str = "update users set password_hash = $2 where id = $1";
    run!(conn, |c| query(SQL).bind(id.uuid()).bind(hash).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The name shown to others.
pub async fn find_name(conn: &mut Conn, id: UserId) -> Result<Option<String>, StoreError> {
    const SQL: &str = "select name from users where id = $1";
    Ok(run!(conn, |c| query_scalar(SQL).bind(id.uuid()).fetch_optional(c).await)?)
}

/// Changes the name shown to others.
pub async fn set_name(conn: &mut Conn, id: UserId, name: &PersonName) -> Result<(), StoreError> {
    const SQL: &str = "update users set name = $2 where id = $1";
    run!(conn, |c| query(SQL).bind(id.uuid()).bind(name.as_str()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Suspends a partner or an affiliate, or restores one; says whether there is such a user. Admins are left alone.
pub async fn set_suspended(conn: &mut Conn, id: UserId, since: Option<Timestamp>) -> Result<bool, StoreError> {
    const SQL: &str = "update users set suspended_at = $2 where id = $1 and role <> 'admin'";
    // What the way of a click and of a postback asks.
    const STOP: &str = "insert into suspensions (owner_id)
        select id from partners where user_id = $1 union all select id from affiliates where user_id = $1
        on conflict (owner_id) do nothing";
    const RESTORE: &str = "delete from suspensions where owner_id in
        (select id from partners where user_id = $1 union all select id from affiliates where user_id = $1)";
    let since = since.map(Timestamp::as_millis);
    let changed =
        run!(conn, |c| query(SQL).bind(id.uuid()).bind(since).execute(c).await.map(|done| done.rows_affected()))?;
    if changed == 1 {
        let owners = if since.is_some() { STOP } else { RESTORE };
        run!(conn, |c| query(owners).bind(id.uuid()).execute(c).await.map(|_| ()))?;
    }
    Ok(changed == 1)
}

/// Whether an admin exists.
pub async fn admin_exists(conn: &mut Conn) -> Result<bool, StoreError> {
    const SQL: &str = "select count(*) from users where role = 'admin'";
    let count: i64 = run!(conn, |c| query_scalar(SQL).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whether anybody exists.
pub async fn any_user_exists(conn: &mut Conn) -> Result<bool, StoreError> {
    const SQL: &str = "select count(*) from users";
    let count: i64 = run!(conn, |c| query_scalar(SQL).fetch_one(c).await)?;
    Ok(count > 0)
}

#[derive(sqlx::FromRow)]
struct ListedUser {
    id: Uuid,
    role: String,
    name: String,
    email: String,
    suspended_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<ListedUser> for UserRow {
    type Error = StoreError;

    fn try_from(row: ListedUser) -> Result<Self, StoreError> {
        Ok(Self {
            id: UserId::from_uuid(row.id),
            role: Role::parse(&row.role).ok_or(StoreError::bad_row("users", "role"))?,
            name: row.name,
            email: row.email,
            suspended_at: row.suspended_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

/// All users, newest first; `status` filters by role or `suspended`, `text` by name and email.
pub async fn list_users(conn: &mut Conn, list: &ListQuery) -> Result<Page<UserRow>, StoreError> {
    let (keyset, search) = (Keyset::of(Order::newest("id"), list), Search::of(conn, list));
    let sql = format!(
        "select id, role, name, email, suspended_at, created_at from users
        where ($1 = '' or role = $1 or ($1 = 'suspended' and suspended_at is not null)) and ({}) and {}
        order by {} limit $3",
        search.condition("$2", &["name", "email"]),
        keyset.condition("$4", "$5"),
        keyset.order_by()
    );
    let rows: Vec<ListedUser> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(list.status_word())
        .bind(search.pattern())
        .bind(ListQuery::PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .fetch_all(c)
        .await)?;
    let rows = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<UserRow>, StoreError>>()?;
    Ok(keyset.page(rows, |row| by_id(row.id.uuid())))
}
