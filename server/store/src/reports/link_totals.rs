//! What a link brought in all its days, read from the counters and never from the rows.

use std::collections::BTreeMap;

use domain::{ConversionStatus, Currency, Earnings, LinkId, Total};
use sqlx::query_as;

use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct ConversionDay {
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
    const SQL: &str = "select status, currency, conversions, amount_units, amount_micros, commission_units,
        commission_micros from conversion_days where link_id = $1";
    let rows: Vec<ConversionDay> = run!(conn, |c| query_as(SQL).bind(link.uuid()).fetch_all(c).await)?;
    add_up(&rows)
}
