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

/// Binds what [`Scope::partnerships`] wants.
macro_rules! bind_scope {
    ($query:expr, $scope:expr, $first:expr, $last:expr) => {
        $query.bind($scope.partner()).bind($scope.affiliate()).bind($first.number()).bind($last.number())
    };
}

/// What happened within a scope on the last `days` days, today included.
pub async fn read_overview(conn: &mut Conn, scope: Scope, today: Day, days: u32) -> Result<Overview, StoreError> {
    // Day by day, because grouping all rows would sort them, which takes longer than to go through them twice.
    let clicks = format!(
        "{days} select day, coalesce((select cast(sum(d.clicks) as bigint) from {of_a_day}), 0) as clicks,
            coalesce((select cast(sum(d.visits) as bigint) from {of_a_day}), 0) as visits from days",
        days = scope.days(),
        of_a_day = scope.of_a_day("partnership_click_days"),
    );
    let conversions = format!(
        "{} select d.day, d.status, d.currency, cast(sum(d.conversions) as bigint) as conversions,
            cast(sum(d.amount_units) as bigint) as amount_units, cast(sum(d.amount_micros) as bigint) as amount_micros,
            cast(sum(d.commission_units) as bigint) as commission_units,
            cast(sum(d.commission_micros) as bigint) as commission_micros
        {} group by d.day, d.status, d.currency",
        scope.days(),
        scope.partnerships("partnership_conversion_days")
    );
    let days = days.max(1);
    let first = today.minus_days(i64::from(days) - 1);
    let clicks: Vec<ClickDay> =
        run!(conn, |c| { bind_scope!(query_as(AssertSqlSafe(clicks)), scope, first, today).fetch_all(c).await })?;
    let conversions: Vec<ConversionDay> =
        run!(conn, |c| { bind_scope!(query_as(AssertSqlSafe(conversions)), scope, first, today).fetch_all(c).await })?;
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
    if matches!(scope, Scope::Affiliate(_)) {
        return Ok(Vec::new());
    }
    // Only the clicks of those who sold most are added up, unless fewer than five sold anything: everybody's take as long
    // as all the rest of a first screen.
    let sql = format!(
        "{days}, sold (affiliate_id, conversions) as materialized (
            select d.affiliate_id, cast(sum(d.conversions) as bigint) {conversions} group by d.affiliate_id
        ), fifth (conversions) as materialized (
            select coalesce((select conversions from sold order by conversions desc limit 1 offset 4), 0)
        ), sellers (affiliate_id, conversions) as materialized (
            select affiliate_id, conversions from sold where conversions >= (select conversions from fifth)
        ), best (affiliate_id, clicks, conversions) as (
            select affiliate_id, cast(sum(clicks) as bigint) as clicks, cast(sum(conversions) as bigint) as conversions
            from (select affiliate_id, 0 as clicks, conversions from sellers
                union all select d.affiliate_id, d.clicks, 0 {clicks} and ((select conversions from fifth) = 0
                    or d.affiliate_id in (select affiliate_id from sellers))) counted
            group by affiliate_id order by 3 desc, 2 desc, 1 limit 5
        )
        select f.id, f.name, best.clicks, best.conversions
        from best join organisations f on f.id = best.affiliate_id
        order by 4 desc, 3 desc, 1",
        days = scope.days(),
        clicks = scope.partnerships("partnership_click_days"),
        conversions = scope.partnerships("partnership_conversion_days"),
    );
    let rows: Vec<(Uuid, String, i64, i64)> =
        run!(conn, |c| { bind_scope!(query_as(AssertSqlSafe(sql)), scope, first, today).fetch_all(c).await })?;
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
