//! What open pages watch: numbers that change with whatever somebody may see.

use std::fmt;

use domain::{ActivityId, Day};
use sqlx::{AssertSqlSafe, PgConnection, query_as, query_scalar};
use uuid::Uuid;

use crate::{Conn, Scope, StoreError, db::Raw};

/// Changes whenever a click, a conversion or an entry of the activity of a scope is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// The first of the days that are looked at: what is shown of today is another day's tomorrow.
    pub first_day: Day,
    /// Clicks of the days that are looked at.
    pub clicks: i64,
    /// Conversions of these days.
    pub conversions: i64,
    /// The newest entry.
    pub newest_entry: Option<ActivityId>,
}

/// As a page hands it back: letters, digits, `_` and `.`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.", self.first_day.number(), self.clicks, self.conversions)?;
        self.newest_entry.map_or(Ok(()), |entry| entry.fmt(f))
    }
}

/// The version of each scope, in their order. Only the days from `first` to `last` are added up: whatever is new belongs to
/// them. PostgreSQL, where one node asks for all of its open pages several times a second, answers in one statement.
pub async fn read_versions(
    conn: &mut Conn,
    scopes: &[Scope],
    first: Day,
    last: Day,
) -> Result<Vec<Version>, StoreError> {
    if let Raw::Postgres(conn) = conn.raw() {
        return read_at_once(conn, scopes, first, last).await;
    }
    let mut versions = Vec::with_capacity(scopes.len());
    for scope in scopes {
        versions.push(read_version(conn, *scope, first, last).await?);
    }
    Ok(versions)
}

async fn read_version(conn: &mut Conn, scope: Scope, first: Day, last: Day) -> Result<Version, StoreError> {
    let newest = match scope {
        Scope::Partner(_) => "t.partner_id = $1 and $2 is null",
        Scope::Affiliate(_) => "t.affiliate_id = $2 and $1 is null",
        Scope::Network => "$1 is null and $2 is null",
    };
    let counted = format!(
        "{} select (select cast(coalesce(sum(d.clicks), 0) as bigint) {}),
            (select cast(coalesce(sum(d.conversions), 0) as bigint) {})",
        scope.days(),
        scope.partnerships("partnership_click_days"),
        scope.partnerships("partnership_conversion_days"),
    );
    let newest = format!("select t.id from activity t where {newest} order by t.id desc limit 1");
    let (partner, affiliate) = (scope.partner(), scope.affiliate());
    let (clicks, conversions) = run!(conn, |c| query_as(AssertSqlSafe(counted))
        .bind(partner)
        .bind(affiliate)
        .bind(first.number())
        .bind(last.number())
        .fetch_one(c)
        .await)?;
    let newest: Option<Uuid> =
        run!(conn, |c| query_scalar(AssertSqlSafe(newest)).bind(partner).bind(affiliate).fetch_optional(c).await)?;
    Ok(Version { first_day: first, clicks, conversions, newest_entry: newest.map(ActivityId::from_uuid) })
}

async fn read_at_once(
    conn: &mut PgConnection,
    scopes: &[Scope],
    first: Day,
    last: Day,
) -> Result<Vec<Version>, StoreError> {
    // Each day is looked up by itself, because the counters lie in the order of days.
    let sum = |counter: &str, column: &str| {
        let of = |rows: &str| format!("(select coalesce(sum(d.{column}), 0)::bigint from {rows})");
        let day = "generate_series($4::bigint, $5::bigint) days (day)";
        let partner = of(&format!("{day} join {counter} d on d.day = days.day and d.partner_id = w.partner_id"));
        let affiliate = of(&format!(
            "(select distinct o.partner_id from links l join offers o on o.id = l.offer_id
                where l.affiliate_id = w.affiliate_id) mine cross join {day}
            join {counter} d on d.day = days.day and d.partner_id = mine.partner_id and d.affiliate_id = w.affiliate_id"
        ));
        let network = of(&format!("{day} join {counter} d on d.day = days.day"));
        one_of(&partner, &affiliate, &network)
    };
    let newest = |whose: &str| format!("(select t.id from activity t {whose} order by t.id desc limit 1)");
    let sql = format!(
        "select {}, {}, {}
        from unnest($1::bigint[], $2::uuid[], $3::uuid[]) w (number, partner_id, affiliate_id) order by w.number",
        sum("partnership_click_days", "clicks"),
        sum("partnership_conversion_days", "conversions"),
        one_of(
            &newest("where t.partner_id = w.partner_id"),
            &newest("where t.affiliate_id = w.affiliate_id"),
            &newest("")
        )
    );
    let numbers: Vec<i64> = (0_i64..).zip(scopes).map(|(number, _)| number).collect();
    let rows: Vec<(i64, i64, Option<Uuid>)> = query_as(AssertSqlSafe(sql))
        .bind(numbers)
        .bind(scopes.iter().map(|scope| scope.partner()).collect::<Vec<_>>())
        .bind(scopes.iter().map(|scope| scope.affiliate()).collect::<Vec<_>>())
        .bind(first.number())
        .bind(last.number())
        .fetch_all(conn)
        .await?;
    let version = |(clicks, conversions, newest): (i64, i64, Option<Uuid>)| Version {
        first_day: first,
        clicks,
        conversions,
        newest_entry: newest.map(ActivityId::from_uuid),
    };
    Ok(rows.into_iter().map(version).collect())
}

/// What is read for a row of `w`, depending on whose it is.
fn one_of(partner: &str, affiliate: &str, network: &str) -> String {
    format!(
        "case when w.partner_id is not null then {partner} when w.affiliate_id is not null then {affiliate}
        else {network} end"
    )
}
