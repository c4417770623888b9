//! Partners and affiliates, who is in them, their keys, and whether they may act.

pub mod api_keys;
pub mod memberships;
pub mod suspensions;

use domain::{Organisation, PersonName, Timestamp};
use sqlx::{query, query_scalar};

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
