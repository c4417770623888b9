//! What rows of reports are called, and when the first thing happened.

use std::collections::HashMap;

use domain::{Day, report::Dimension};
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use crate::{Conn, Scope, StoreError};

/// The names of some offers, partners, affiliates or links: of a link its slug. Other dimensions have none.
pub async fn names_of(
    conn: &mut Conn,
    dimension: Dimension,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, String>, StoreError> {
    let (column, table) = match dimension {
        Dimension::Offer => ("name", "offers"),
        Dimension::Partner | Dimension::Affiliate => ("name", "organisations"),
        Dimension::Link => ("slug", "links"),
        _ => return Ok(HashMap::new()),
    };
    let list = serde_json::to_string(&ids.iter().map(|id| id.simple().to_string()).collect::<Vec<_>>());
    let ids = conn.ids_of("$1");
    let sql = format!("select id, {column} from {table} where id in {ids}");
    let rows: Vec<(Uuid, String)> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(list.unwrap_or_default()).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// The UTC day of a scope's first click; nothing before there was one.
pub async fn first_day(conn: &mut Conn, scope: Scope) -> Result<Option<Day>, StoreError> {
    let whose = match scope {
        Scope::Network => "$1 is null and $2 is null",
        Scope::Partner(_) => "partner_id = $1 and $2 is null",
        Scope::Affiliate(_) => "affiliate_id = $2 and $1 is null",
    };
    // The counters lie in the order of days.
    let sql = format!("select day from partnership_click_days where {whose} order by day limit 1");
    let day: Option<i64> = run!(conn, |c| query_scalar(AssertSqlSafe(sql))
        .bind(scope.partner())
        .bind(scope.affiliate())
        .fetch_optional(c)
        .await)?;
    Ok(day.map(Day::from_number))
}
