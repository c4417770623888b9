//! What rows of reports are called, and when the first thing happened.

use std::collections::HashMap;

use domain::{Day, report::Dimension};
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use crate::{Conn, Scope, StoreError};

/// The names of some offers, partners, affiliates or links, as far as a scope has to do with them: of a link its slug. Other
/// dimensions have none.
pub async fn names_of(
    conn: &mut Conn,
    scope: Scope,
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
    let sql = format!("select t.id, t.{column} from {table} t where t.id in {ids} and {}", known(dimension, scope));
    let own = scope.partner().or(scope.affiliate());
    let rows: Vec<(Uuid, String)> =
        run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(list.unwrap_or_default()).bind(own).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// What a scope has to do with, in the words of a query for `t`, given the parameter `$2` that holds its own id.
const fn known(dimension: Dimension, scope: Scope) -> &'static str {
    match (scope, dimension) {
        (Scope::Network, _) => "$2 is null",
        (Scope::Partner(_), Dimension::Offer) => "t.partner_id = $2",
        (Scope::Partner(_), Dimension::Affiliate) => {
            "t.id in (select l.affiliate_id from links l join offers o on o.id = l.offer_id where o.partner_id = $2)"
        }
        (Scope::Partner(_), Dimension::Link) => "t.offer_id in (select id from offers where partner_id = $2)",
        (Scope::Affiliate(_), Dimension::Offer) => "t.id in (select offer_id from links where affiliate_id = $2)",
        (Scope::Affiliate(_), Dimension::Partner) => {
            "t.id in (select o.partner_id from links l join offers o on o.id = l.offer_id where l.affiliate_id = $2)"
        }
        (Scope::Affiliate(_), Dimension::Link) => "t.affiliate_id = $2",
        // Their own.
        _ => "t.id = $2",
    }
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
