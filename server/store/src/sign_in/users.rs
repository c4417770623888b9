//! Users: who signs in.

use domain::{
    Email, ListQuery, Organisation, Page, PersonName, ROWS_PER_PAGE, Role, Timestamp, UserFilter, UserGroup, UserId,
    UserRow, report::ZoneName,
};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use crate::{
    Conn, StoreError,
    keyset::{Keyset, Order, by_id},
    organisations::{
        memberships::{MEMBERSHIP_JOINS, ROLE, organisation_of, role_of},
        suspensions::{is_suspended, suspended_since},
    },
    search::Search,
};

/// What is needed to check a password.
#[derive(Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user whose password it is.
    pub user_id: UserId,
    /// The user's role.
    pub role: Role,
    /// The Argon2id hash in PHC form.
    pub password_hash: String,
    /// Whether they may not act.
    pub suspended: bool,
}

#[derive(sqlx::FromRow)]
struct CredentialsRow {
    id: Uuid,
    role: Option<String>,
    password_hash: String,
    suspended: bool,
}

impl TryFrom<CredentialsRow> for Credentials {
    type Error = StoreError;

    fn try_from(row: CredentialsRow) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: UserId::from_uuid(row.id),
            role: role_of(row.role.as_deref())?,
            password_hash: row.password_hash,
            suspended: row.suspended,
        })
    }
}

/// A person who isn't there yet.
#[derive(Debug, Clone, Copy)]
pub struct NewUser<'u> {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: &'u Email,
    /// Their name.
    pub name: &'u PersonName,
    /// The Argon2id hash of their password, in PHC form.
    pub password_hash: &'u str,
    /// Whether they run the network; everybody else is a member of an organisation.
    pub is_admin: bool,
}

/// Adds a user; [`StoreError::Duplicate`] where the email is taken.
pub async fn insert_user(conn: &mut Conn, new: NewUser<'_>, now: Timestamp) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into users (id, email, name, password_hash, is_admin, created_at) values ($1, $2, $3, $4, $5, $6)";
    run!(conn, |c| query(SQL)
        .bind(new.id.uuid())
        .bind(new.email.as_str())
        .bind(new.name.as_str())
        .bind(new.password_hash)
        .bind(new.is_admin)
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The credentials of the users who meet a condition on `u`.
fn credentials_sql(condition: &str) -> String {
    let suspended = is_suspended("m.organisation_id");
    format!(
        "select u.id, {ROLE} as role, u.password_hash, {suspended} as suspended from users u {MEMBERSHIP_JOINS}
        where {condition} and u.deleted_at is null"
    )
}

/// The credentials behind an email.
pub async fn find_credentials_by_email(conn: &mut Conn, email: &Email) -> Result<Option<Credentials>, StoreError> {
    let sql = credentials_sql("u.email = $1");
    let row: Option<CredentialsRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(email.as_str()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// The credentials of a known user.
pub async fn find_credentials(conn: &mut Conn, id: UserId) -> Result<Option<Credentials>, StoreError> {
    let sql = credentials_sql("u.id = $1");
    let row: Option<CredentialsRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(id.uuid()).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// The credentials of a known user, kept as they are until the transaction ends: a change or a suspension locks them,
/// too. SQLite's writing transaction is alone already; PostgreSQL locks the row.
pub async fn lock_credentials(conn: &mut Conn, id: UserId) -> Result<Option<Credentials>, StoreError> {
    const LOCK: &str = "select id from users where id = $1 for no key update";
    if matches!(conn, Conn::PostgresWrite(_)) {
        run!(conn, |c| query(LOCK).bind(id.uuid()).execute(c).await.map(|_| ()))?;
    }
    // Only a statement that begins after that sees what was done meanwhile.
    find_credentials(conn, id).await
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

/// Changes the address that somebody signs in with; [`StoreError::Duplicate`] where it is another's.
pub async fn set_email(conn: &mut Conn, id: UserId, email: &Email) -> Result<(), StoreError> {
    const SQL: &str = "update users set email = $2 where id = $1";
    run!(conn, |c| query(SQL).bind(id.uuid()).bind(email.as_str()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The address that somebody signs in with.
pub async fn find_email(conn: &mut Conn, id: UserId) -> Result<Option<String>, StoreError> {
    const SQL: &str = "select email from users where id = $1 and deleted_at is null";
    Ok(run!(conn, |c| query_scalar(SQL).bind(id.uuid()).fetch_optional(c).await)?)
}

/// Changes the zone of somebody's days; nothing for their browser's.
pub async fn set_time_zone(conn: &mut Conn, id: UserId, zone: Option<&ZoneName>) -> Result<(), StoreError> {
    const SQL: &str = "update users set time_zone = $2 where id = $1";
    run!(conn, |c| query(SQL).bind(id.uuid()).bind(zone.map(ZoneName::as_str)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// How many admins there are.
pub async fn count_admins(conn: &mut Conn) -> Result<i64, StoreError> {
    const SQL: &str = "select count(*) from users where is_admin and deleted_at is null";
    Ok(run!(conn, |c| query_scalar(SQL).fetch_one(c).await)?)
}

/// Takes name, email, password and zone from somebody who leaves, and their addresses, names and values from the
/// entries of what they did. The row stays, because entries and money refer to it; nobody signs in with it again.
pub async fn erase_user(
    conn: &mut Conn,
    id: UserId,
    organisation: Option<Organisation>,
    name: &PersonName,
    now: Timestamp,
) -> Result<(), StoreError> {
    const USER: &str = "update users set email = $2, name = $3, password_hash = '!', time_zone = null, deleted_at = $4
        where id = $1";
    const DONE: &str = "update activity set address = null where user_id = $1";
    const TOLD: &str = "update activity set subject = $2, changes = '[]', address = null where subject_id = $1";
    // No mail gets there (RFC 2606), and no other row has it.
    let email = format!("{id}@deleted.invalid");
    run!(conn, |c| query(USER)
        .bind(id.uuid())
        .bind(email)
        .bind(name.as_str())
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    run!(conn, |c| query(DONE).bind(id.uuid()).execute(c).await.map(|_| ()))?;
    // Entries are about the person, and about the organisation, which is called the same.
    for subject in [Some(id.to_string()), organisation.map(|of| of.to_string())].into_iter().flatten() {
        run!(conn, |c| query(TOLD).bind(subject).bind(name.as_str()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Whether an admin exists.
pub async fn admin_exists(conn: &mut Conn) -> Result<bool, StoreError> {
    const SQL: &str = "select count(*) from users where is_admin and deleted_at is null";
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
    role: Option<String>,
    name: String,
    email: String,
    suspended_at: Option<i64>,
    created_at: i64,
    kind: Option<String>,
    organisation_id: Option<Uuid>,
}

impl TryFrom<ListedUser> for UserRow {
    type Error = StoreError;

    fn try_from(row: ListedUser) -> Result<Self, StoreError> {
        Ok(Self {
            id: UserId::from_uuid(row.id),
            role: role_of(row.role.as_deref())?,
            name: row.name,
            email: row.email,
            suspended_at: row.suspended_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            organisation: match (row.kind, row.organisation_id) {
                (Some(kind), Some(id)) => Some(organisation_of(&kind, id)?.to_string()),
                _ => None,
            },
        })
    }
}

/// Users, newest first, without those who have left.
pub async fn list_users(
    conn: &mut Conn,
    ListQuery { place, filter }: &ListQuery<UserFilter>,
) -> Result<Page<UserRow>, StoreError> {
    let (keyset, search) = (Keyset::of(Order::newest("u.id"), place), Search::of(conn, &filter.text));
    let sql = format!(
        "select u.id, {ROLE} as role, u.name, u.email, {} as suspended_at, u.created_at,
            g.kind, m.organisation_id
        from users u {MEMBERSHIP_JOINS}
        where u.deleted_at is null and ($1 is null or {ROLE} = $1 or ($1 = 'suspended' and {})) and ({}) and {}
        order by {} limit $3",
        suspended_since("m.organisation_id"),
        is_suspended("m.organisation_id"),
        search.condition("$2", &["u.name", "u.email"]),
        keyset.condition("$4", "$5"),
        keyset.order_by()
    );
    let rows: Vec<ListedUser> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(filter.group.map(UserGroup::as_str))
        .bind(search.pattern())
        .bind(ROWS_PER_PAGE + 1)
        .bind(keyset.key())
        .bind(keyset.id())
        .fetch_all(c)
        .await)?;
    let rows = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<UserRow>, StoreError>>()?;
    Ok(keyset.page(rows, |row| by_id(row.id.uuid())))
}
