//! Partners and affiliates, who is in them, their keys, and whether they may act.

pub mod affiliates;
pub mod api_keys;
pub mod memberships;
pub mod notes;
pub mod profiles;
pub mod suspensions;

use domain::{Organisation, OrganisationDetail, PersonName, Timestamp};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};

use self::{memberships::list_members, profiles::find_profile, suspensions::suspended_since};
use crate::{Conn, StoreError};

/// Adds an organisation that nobody is in yet.
pub async fn insert_organisation(
    conn: &mut Conn,
    organisation: Organisation,
    name: &PersonName,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into organisations (id, kind, name, created_at) values ($1, $2, $3, $4)";
    let of_its_kind = match organisation {
        Organisation::Partner(_) => "insert into partners (id) values ($1)",
        Organisation::Affiliate(_) => "insert into affiliates (id) values ($1)",
    };
    run!(conn, |c| query(SQL)
        .bind(organisation.uuid())
        .bind(organisation.role().as_str())
        .bind(name.as_str())
        .bind(now.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    run!(conn, |c| query(of_its_kind).bind(organisation.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// What an organisation is called.
pub async fn find_name(conn: &mut Conn, organisation: Organisation) -> Result<Option<String>, StoreError> {
    const SQL: &str = "select name from organisations where id = $1 and kind = $2";
    let kind = organisation.role().as_str();
    Ok(run!(conn, |c| query_scalar(SQL).bind(organisation.uuid()).bind(kind).fetch_optional(c).await)?)
}

/// All that is known of an organisation, except what others note about it.
pub async fn find_detail(
    conn: &mut Conn,
    organisation: Organisation,
) -> Result<Option<OrganisationDetail>, StoreError> {
    let suspended_at = suspended_since("g.id");
    let sql =
        format!("select g.name, g.created_at, {suspended_at} from organisations g where g.id = $1 and g.kind = $2");
    let row: Option<(String, i64, Option<i64>)> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(organisation.uuid())
        .bind(organisation.role().as_str())
        .fetch_optional(c)
        .await)?;
    let Some((name, created_at, suspended_at)) = row else { return Ok(None) };
    Ok(Some(OrganisationDetail {
        role: organisation.role(),
        id: organisation.to_string(),
        name,
        created_at: Timestamp::from_millis(created_at),
        suspended_at: suspended_at.map(Timestamp::from_millis),
        profile: find_profile(conn, organisation).await?,
        members: list_members(conn, organisation).await?,
        note: String::new(),
    }))
}

/// Changes what an organisation is called.
pub async fn set_name(conn: &mut Conn, organisation: Organisation, name: &PersonName) -> Result<(), StoreError> {
    const SQL: &str = "update organisations set name = $2 where id = $1";
    run!(conn, |c| query(SQL).bind(organisation.uuid()).bind(name.as_str()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Keeps others from changing what is an organisation's until the transaction ends, if they ask for the same. SQLite's
/// writing transaction is alone already; PostgreSQL locks the row.
pub async fn lock(conn: &mut Conn, organisation: Organisation) -> Result<(), StoreError> {
    const SQL: &str = "select id from organisations where id = $1 for no key update";
    if matches!(conn, Conn::PostgresWrite(_)) {
        run!(conn, |c| query(SQL).bind(organisation.uuid()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}
