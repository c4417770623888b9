//! The invariants of the counters, each as a query that finds what breaks it.

use domain::ConversionStatus;
use sqlx::{query_as, query_scalar};

use crate::{Conn, StoreError};

/// One invariant and how many places break it.
#[derive(Debug)]
pub struct Finding {
    /// The invariant, in words.
    pub invariant: &'static str,
    /// How many links, days or rows break it.
    pub broken: i64,
}

const QUERIES: [(&str, &str); 5] = [
    (
        "a link's click count, the sum of its daily counts, is the number of its click rows, and so for each kind",
        "select count(*) from (
            select link_id, sum(clicks) as clicks, sum(visits) as visits, sum(bots) as bots
            from (
                select link_id, clicks, visits, bots from click_days
                union all
                select link_id, -1, case when kind = 0 then -1 else 0 end, case when kind = 1 then -1 else 0 end
                from clicks
            ) both_sides
            group by link_id
        ) difference where clicks <> 0 or visits <> 0 or bots <> 0",
    ),
    (
        "a link's conversion counts and sums per day, status and currency are those of its rows",
        "select count(*) from (
            select link_id, day, status, currency, sum(conversions) as conversions, sum(au) as au, sum(am) as am,
                sum(cu) as cu, sum(cm) as cm
            from (
                select link_id, day, status, currency, conversions, amount_units as au, amount_micros as am,
                    commission_units as cu, commission_micros as cm from conversion_days
                union all
                select link_id, (at - ((at % 86400000) + 86400000) % 86400000) / 86400000, status, currency, -1,
                    -(amount / 1000000), -(amount % 1000000), -(commission / 1000000), -(commission % 1000000)
                from conversions
            ) both_sides
            group by link_id, day, status, currency
        ) difference where conversions <> 0 or au <> 0 or am <> 0 or cu <> 0 or cm <> 0",
    ),
    (
        "no two conversions share a click and a transaction",
        "select count(*) from (select 1 as one from conversions group by click_id, transaction_id having count(*) > 1) twice",
    ),
    (
        "every conversion's click exists and is of the same link",
        "select count(*) from conversions v left join clicks c on c.id = v.click_id
            where c.id is null or c.link_id <> v.link_id",
    ),
    (
        "every click's link exists",
        "select count(*) from clicks c left join links l on l.id = c.link_id where l.id is null",
    ),
];

/// Checks every invariant that a database can tell by itself.
pub async fn check_invariants(conn: &mut Conn) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for (invariant, sql) in QUERIES {
        let broken: i64 = run!(conn, |c| query_scalar(sql).fetch_one(c).await)?;
        findings.push(Finding { invariant, broken });
    }
    findings.push(check_earnings(conn).await?);
    Ok(findings)
}

/// How many clicks and how many conversions there are.
pub async fn count_rows(conn: &mut Conn) -> Result<(i64, i64), StoreError> {
    const SQL: &str = "select (select count(*) from clicks), (select count(*) from conversions)";
    Ok(run!(conn, |c| query_as(SQL).fetch_one(c).await)?)
}

#[derive(sqlx::FromRow)]
struct StatusSum {
    status: String,
    counted: i64,
    stored: i64,
}

/// "An affiliate's earnings per currency = the sum of commissions that count." Which statuses count is the domain's
/// to say, so the sums come per status.
async fn check_earnings(conn: &mut Conn) -> Result<Finding, StoreError> {
    const SQL: &str = "select status, cast(sum(counted) as bigint) as counted, cast(sum(stored) as bigint) as stored
        from (
            select l.affiliate_id, d.status, d.currency, d.commission_units as counted, 0 as stored
            from conversion_days d join links l on l.id = d.link_id
            union all
            select l.affiliate_id, v.status, v.currency, 0, v.commission / 1000000
            from conversions v join links l on l.id = v.link_id
        ) both_sides group by affiliate_id, status, currency";
    let sums: Vec<StatusSum> = run!(conn, |c| query_as(SQL).fetch_all(c).await)?;
    let mut broken = 0;
    for sum in sums {
        let status = ConversionStatus::parse(&sum.status).map_err(|_| StoreError::bad_row("conversions", "status"))?;
        broken += i64::from(status.counts_toward_earnings() && sum.counted != sum.stored);
    }
    Ok(Finding { invariant: "an affiliate's earnings per currency are the commissions that count", broken })
}
