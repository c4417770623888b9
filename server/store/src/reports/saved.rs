//! Reports that somebody keeps.

use domain::{
    ReportId, UserId,
    report::{ReportName, ReportPlace, SavedReport},
};
use sqlx::{AssertSqlSafe, query, query_as};
use uuid::Uuid;

use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct SavedRow {
    id: Uuid,
    name: String,
    address: String,
    is_default: bool,
    is_pinned: bool,
}

impl From<SavedRow> for SavedReport {
    fn from(row: SavedRow) -> Self {
        let SavedRow { id, name, address, is_default, is_pinned } = row;
        Self { id: ReportId::from_uuid(id), name, address, is_default, is_pinned }
    }
}

/// Somebody's saved reports, by their names.
pub async fn list_saved_reports(conn: &mut Conn, user: UserId) -> Result<Vec<SavedReport>, StoreError> {
    const SQL: &str = "select id, name, address, is_default, is_pinned from saved_reports where user_id = $1 order by lower(name), id";
    let rows: Vec<SavedRow> = run!(conn, |c| query_as(SQL).bind(user.uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(SavedReport::from).collect())
}

/// The one that somebody has chosen for a place.
pub async fn find_saved_report(
    conn: &mut Conn,
    user: UserId,
    place: ReportPlace,
) -> Result<Option<SavedReport>, StoreError> {
    let sql = format!(
        "select id, name, address, is_default, is_pinned from saved_reports where user_id = $1 and {} = $2",
        column(place)
    );
    let row: Option<SavedRow> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(user.uuid()).bind(true).fetch_optional(c).await)?;
    Ok(row.map(SavedReport::from))
}

/// Keeps a report; one of the same name is kept no more, and the new one is what it was chosen for.
pub async fn save_report(
    conn: &mut Conn,
    id: ReportId,
    user: UserId,
    name: &ReportName,
    address: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into saved_reports (id, user_id, name, address) values ($1, $2, $3, $4)
        on conflict (user_id, name) do update set address = excluded.address";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(user.uuid())
        .bind(name.as_str())
        .bind(address)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Whether there was such a report of somebody's; it is kept no more.
pub async fn delete_saved_report(conn: &mut Conn, user: UserId, id: ReportId) -> Result<bool, StoreError> {
    const SQL: &str = "delete from saved_reports where user_id = $1 and id = $2";
    let deleted =
        run!(conn, |c| query(SQL).bind(user.uuid()).bind(id.uuid()).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(deleted > 0)
}

/// Chooses one of somebody's reports for a place, or none: whether there is such a report.
pub async fn choose_saved_report(
    conn: &mut Conn,
    user: UserId,
    place: ReportPlace,
    chosen: Option<ReportId>,
) -> Result<bool, StoreError> {
    let column = column(place);
    let clear = format!("update saved_reports set {column} = $2 where user_id = $1 and {column} <> $2");
    let choose = format!("update saved_reports set {column} = $3 where user_id = $1 and id = $2");
    run!(conn, |c| query(AssertSqlSafe(clear)).bind(user.uuid()).bind(false).execute(c).await.map(|_| ()))?;
    let Some(id) = chosen else { return Ok(true) };
    let chosen = run!(conn, |c| query(AssertSqlSafe(choose))
        .bind(user.uuid())
        .bind(id.uuid())
        .bind(true)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(chosen > 0)
}

const fn column(place: ReportPlace) -> &'static str {
    match place {
        ReportPlace::Default => "is_default",
        ReportPlace::Pinned => "is_pinned",
    }
}

/// Forgets all that somebody keeps.
pub async fn delete_saved_reports_of(conn: &mut Conn, user: UserId) -> Result<(), StoreError> {
    const SQL: &str = "delete from saved_reports where user_id = $1";
    run!(conn, |c| query(SQL).bind(user.uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}
