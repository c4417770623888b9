//! Totals, read from the counters and never from the rows.

use std::collections::BTreeMap;

use domain::{
    AffiliateId, BestAffiliate, ConversionStatus, Currency, Day, DayPoint, Earnings, LinkId, Overview, Total,
};
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

use crate::{Conn, Scope, StoreError};

#[derive(sqlx::FromRow)]
struct ClickDay {
    day: i64,
    clicks: i64,
    visits: i64,
}

#[derive(sqlx::FromRow)]
struct ConversionDay {
    day: i64,
    status: String,
    currency: String,
    conversions: i64,
    amount_units: i64,
    amount_micros: i64,
    commission_units: i64,
    commission_micros: i64,
}

/// Conversions, pending ones, and money per currency: what a set of counter rows adds up to.
fn add_up(rows: &[ConversionDay]) -> Result<(i64, i64, Vec<Earnings>), StoreError> {
    let bad = |column| StoreError::bad_row("conversion_days", column);
    let mut money: BTreeMap<Currency, Earnings> = BTreeMap::new();
    let (mut conversions, mut pending) = (0, 0);
    for row in rows {
        let status = ConversionStatus::parse(&row.status).map_err(|_| bad("status"))?;
        let currency = Currency::parse(&row.currency).map_err(|_| bad("currency"))?;
        let commission = Total::from_units_and_micros(row.commission_units, row.commission_micros);
        conversions += row.conversions;
        let sums = money.entry(currency.clone()).or_insert_with(|| Earnings {
            currency,
            amount: Total::default(),
            earned: Total::default(),
            pending: Total::default(),
        });
        sums.amount = sums.amount + Total::from_units_and_micros(row.amount_units, row.amount_micros);
        if status.counts_toward_earnings() {
            sums.earned = sums.earned + commission;
        }
        if status.is_pending() {
            pending += row.conversions;
            sums.pending = sums.pending + commission;
        }
    }
    Ok((conversions, pending, money.into_values().collect()))
}

/// All conversions of a link: how many, how many of them pending, and the money.
pub async fn conversions_of_link(conn: &mut Conn, link: LinkId) -> Result<(i64, i64, Vec<Earnings>), StoreError> {
    const SQL: &str = "select day, status, currency, conversions, amount_units, amount_micros, commission_units,
        commission_micros from conversion_days where link_id = $1";
    let rows: Vec<ConversionDay> = run!(conn, |c| query_as(SQL).bind(link.uuid()).fetch_all(c).await)?;
    add_up(&rows)
}

/// What happened within a scope on the last `days` days, today included.
pub async fn read_overview(conn: &mut Conn, scope: Scope, today: Day, days: u32) -> Result<Overview, StoreError> {
    let mine = scope.condition("$1", "$2");
    let clicks = format!(
        "select d.day, cast(sum(d.clicks) as bigint) as clicks, cast(sum(d.visits) as bigint) as visits
        from click_days d join links l on l.id = d.link_id join offers o on o.id = l.offer_id
        where {mine} and d.day between $3 and $4
        group by d.day"
    );
    let conversions = format!(
        "select d.day, d.status, d.currency, cast(sum(d.conversions) as bigint) as conversions,
            cast(sum(d.amount_units) as bigint) as amount_units, cast(sum(d.amount_micros) as bigint) as amount_micros,
            cast(sum(d.commission_units) as bigint) as commission_units,
            cast(sum(d.commission_micros) as bigint) as commission_micros
        from conversion_days d join links l on l.id = d.link_id join offers o on o.id = l.offer_id
        where {mine} and d.day between $3 and $4
        group by d.day, d.status, d.currency"
    );
    let days = days.max(1);
    let first = today.minus_days(i64::from(days) - 1);
    let (partner, affiliate) = (scope.partner(), scope.affiliate());
    let clicks: Vec<ClickDay> = run!(conn, |c| query_as(AssertSqlSafe(clicks))
        .bind(partner)
        .bind(affiliate)
        .bind(first.number())
        .bind(today.number())
        .fetch_all(c)
        .await)?;
    let conversions: Vec<ConversionDay> = run!(conn, |c| query_as(AssertSqlSafe(conversions))
        .bind(partner)
        .bind(affiliate)
        .bind(first.number())
        .bind(today.number())
        .fetch_all(c)
        .await)?;
    let (count, pending, money) = add_up(&conversions)?;
    Ok(Overview {
        days,
        clicks: clicks.iter().map(|row| row.clicks).sum(),
        visits: clicks.iter().map(|row| row.visits).sum(),
        conversions: count,
        pending,
        money,
        points: points(first, today, &clicks, &conversions),
        best: best_affiliates(conn, scope, first, today).await?,
    })
}

fn points(first: Day, today: Day, clicks: &[ClickDay], conversions: &[ConversionDay]) -> Vec<DayPoint> {
    let mut days: BTreeMap<i64, (i64, i64)> = (first.number()..=today.number()).map(|day| (day, (0, 0))).collect();
    for row in clicks {
        days.entry(row.day).or_default().0 += row.clicks;
    }
    for row in conversions {
        days.entry(row.day).or_default().1 += row.conversions;
    }
    days.into_iter()
        .map(|(day, (clicks, conversions))| DayPoint { day: Day::from_number(day), clicks, conversions })
        .collect()
}

async fn best_affiliates(
    conn: &mut Conn,
    scope: Scope,
    first: Day,
    today: Day,
) -> Result<Vec<BestAffiliate>, StoreError> {
    const SQL: &str = "select f.id, u.name, cast(sum(n.clicks) as bigint) as clicks,
            cast(sum(n.conversions) as bigint) as conversions
        from (select link_id, clicks, 0 as conversions from click_days where day between $2 and $3
            union all select link_id, 0, conversions from conversion_days where day between $2 and $3) n
        join links l on l.id = n.link_id join offers o on o.id = l.offer_id
        join affiliates f on f.id = l.affiliate_id join users u on u.id = f.user_id
        where ($1 is null or o.partner_id = $1)
        group by f.id, u.name order by conversions desc, clicks desc, f.id limit 5";
    if matches!(scope, Scope::Affiliate(_)) {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, String, i64, i64)> = run!(conn, |c| query_as(SQL)
        .bind(scope.partner())
        .bind(first.number())
        .bind(today.number())
        .fetch_all(c)
        .await)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, clicks, conversions)| BestAffiliate {
            id: AffiliateId::from_uuid(id),
            name,
            clicks,
            conversions,
        })
        .collect())
}

/// Numbers that change whenever a click or a conversion of this scope is recorded; what open pages watch. Only the
/// days from `since` on are added up: whatever is new belongs to today.
pub async fn read_version(conn: &mut Conn, scope: Scope, since: Day) -> Result<(i64, i64), StoreError> {
    let mine = scope.condition("$1", "$2");
    let sql = format!(
        "select
            (select cast(coalesce(sum(d.clicks), 0) as bigint) from click_days d
                join links l on l.id = d.link_id join offers o on o.id = l.offer_id where d.day >= $3 and {mine}),
            (select cast(coalesce(sum(d.conversions), 0) as bigint) from conversion_days d
                join links l on l.id = d.link_id join offers o on o.id = l.offer_id where d.day >= $3 and {mine})"
    );
    let (partner, affiliate) = (scope.partner(), scope.affiliate());
    Ok(run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(partner)
        .bind(affiliate)
        .bind(since.number())
        .fetch_one(c)
        .await)?)
}
