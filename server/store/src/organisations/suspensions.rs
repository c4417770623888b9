//! Who may not act: an organisation that has a row in `suspensions`.

use domain::{Organisation, Timestamp};
use sqlx::query;

use crate::{Conn, StoreError};

/// Whether the organisation of this column is suspended, as an expression: asked in this one way everywhere.
pub(crate) fn is_suspended(id: &str) -> String {
    format!("exists (select 1 from suspensions s where s.owner_id = {id})")
}

/// Since when it is, as an expression; null if it isn't.
pub(crate) fn suspended_since(id: &str) -> String {
    format!("(select s.suspended_at from suspensions s where s.owner_id = {id})")
}

/// Suspends an organisation; one that is suspended already is so from then on.
pub async fn suspend(conn: &mut Conn, organisation: Organisation, since: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "insert into suspensions (owner_id, suspended_at) values ($1, $2)
        on conflict (owner_id) do update set suspended_at = excluded.suspended_at";
    run!(conn, |c| query(SQL).bind(organisation.uuid()).bind(since.as_millis()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Lets an organisation act again.
pub async fn restore(conn: &mut Conn, organisation: Organisation) -> Result<(), StoreError> {
    const SQL: &str = "delete from suspensions where owner_id = $1";
    run!(conn, |c| query(SQL).bind(organisation.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}
