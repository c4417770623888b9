//! The invariants of the counters, each as a query that finds what breaks it.

use std::sync::LazyLock;

use domain::{ClickId, ConversionStatus, Day};
use sqlx::{query_as, query_scalar};

use crate::{
    Conn, StoreError,
    counters::{CLICK_DAYS, CONVERSION_DAYS, PARTNERSHIP_CLICK_DAYS, PARTNERSHIP_CONVERSION_DAYS},
    rollups::{count_wrong_click_segments, count_wrong_conversion_segments},
};

/// One invariant and how many places break it.
#[derive(Debug)]
pub struct Finding {
    /// The invariant, in words.
    pub invariant: &'static str,
    /// How many links, days or rows break it.
    pub broken: i64,
}

/// Conversions as `conversion_days` counts them, negative. Days are counted from 1970, and those before are negative, too.
const CONVERSION_ROWS: &str = "
    select (at - ((at % 86400000) + 86400000) % 86400000) / 86400000, link_id, status, currency, -1,
        -(amount / 1000000), -(amount % 1000000), -(commission / 1000000), -(commission % 1000000) from conversions";
/// Partnerships and days that miss an hour that one of their links has.
const UNMARKED_HOURS: &str = "
    select count(*) from (
        select distinct d.day, o.partner_id, l.affiliate_id
        from click_days d join links l on l.id = d.link_id join offers o on o.id = l.offer_id
        left join partnership_click_days p on p.day = d.day and p.partner_id = o.partner_id
            and p.affiliate_id = l.affiliate_id
        where (d.hours & ~coalesce(p.hours, 0)) <> 0
    ) unmarked";

static QUERIES: LazyLock<[(&str, String); 8]> = LazyLock::new(|| {
    [
        (
            "a link's conversion counts and sums per day, status and currency are those of its rows",
            CONVERSION_DAYS.differences(CONVERSION_ROWS),
        ),
        (
            "no two conversions share a click and a transaction",
            "select count(*) from (
                select 1 as one from conversions group by click_id, transaction_id having count(*) > 1) twice"
                .to_owned(),
        ),
        (
            "every conversion's click exists and is of the same link",
            "select count(*) from conversions v left join clicks c on c.id = v.click_id
                where c.id is null or c.link_id <> v.link_id"
                .to_owned(),
        ),
        (
            "every click's link exists",
            "select count(*) from clicks c left join links l on l.id = c.link_id where l.id is null".to_owned(),
        ),
        (
            "a partnership's click counts per day are those of its links",
            PARTNERSHIP_CLICK_DAYS.differences(&PARTNERSHIP_CLICK_DAYS.negative_of_links(&CLICK_DAYS)),
        ),
        ("a partnership's hours with clicks include those of its links", UNMARKED_HOURS.to_owned()),
        (
            "a partnership's conversion counts and sums per day, status and currency are those of its links",
            PARTNERSHIP_CONVERSION_DAYS.differences(&PARTNERSHIP_CONVERSION_DAYS.negative_of_links(&CONVERSION_DAYS)),
        ),
        (
            "an offer's totals are those of its links and applications",
            "select count(*) from (
                select offer_id, sum(clicks) as clicks, sum(conversions) as conversions,
                    sum(affiliates) as affiliates, sum(waiting) as waiting, sum(rows) as rows
                from (
                    select offer_id, clicks, conversions, affiliates, waiting_applications as waiting, 1 as rows
                    from offer_totals
                    union all
                    select l.offer_id, -d.clicks, 0, 0, 0, 0 from click_days d join links l on l.id = d.link_id
                    union all
                    select l.offer_id, 0, -d.conversions, 0, 0, 0
                    from conversion_days d join links l on l.id = d.link_id
                    union all
                    select offer_id, 0, 0, case status when 'approved' then -1 else 0 end,
                        case status when 'pending' then -1 else 0 end, 0 from applications
                    union all
                    select id, 0, 0, 0, 0, -1 from offers
                ) all_sides
                group by offer_id
            ) difference where clicks <> 0 or conversions <> 0 or affiliates <> 0 or waiting <> 0 or rows <> 0"
                .to_owned(),
        ),
    ]
});

/// Checks what holds the rows, on a [`snapshot`](crate::Db::snapshot): that the embedded database's file is whole, its
/// indexes with it, and that no reference leads nowhere. All of it is read, which takes about as long as the other
/// checks: a quicker one would leave out the indexes. The server looks after its own.
pub async fn check_file(conn: &mut Conn) -> Result<Vec<Finding>, StoreError> {
    const WHOLE: &str = "select count(*) from pragma_integrity_check where integrity_check <> 'ok'";
    /// SQLite's number of "database disk image is malformed".
    const CORRUPT: &str = "11";
    const STRAYS: &str = "select count(*) from pragma_foreign_key_check";
    let mut findings = Vec::new();
    if conn.is_embedded() {
        let counted: Result<i64, sqlx::Error> = run!(conn, |c| query_scalar(WHOLE).fetch_one(c).await);
        let broken = match counted {
            // So damaged that not even its damages can be counted.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(CORRUPT) => 1,
            counted => counted?,
        };
        findings.push(Finding { invariant: "the database's file is whole", broken });
        if broken == 0 {
            let broken: i64 = run!(conn, |c| query_scalar(STRAYS).fetch_one(c).await)?;
            findings.push(Finding { invariant: "every row that another refers to is there", broken });
        }
    }
    Ok(findings)
}

/// Checks every invariant that a database can tell by itself, on a [`snapshot`](crate::Db::snapshot).
pub async fn check_invariants(conn: &mut Conn) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for (invariant, sql) in &*QUERIES {
        let broken: i64 = run!(conn, |c| query_scalar(sql.as_str()).fetch_one(c).await)?;
        findings.push(Finding { invariant, broken });
    }
    findings.insert(0, check_clicks(conn).await?);
    findings.push(check_earnings(conn).await?);
    findings.push(Finding {
        invariant: "what reports count of packed clicks is what their rows say, for each link, day and kind",
        broken: count_wrong_click_segments(conn).await?,
    });
    findings.push(Finding {
        invariant: "what reports count of packed conversions is what their rows say",
        broken: count_wrong_conversion_segments(conn).await?,
    });
    Ok(findings)
}

/// "A link's click count = its click rows = the sum of its daily counts", for each kind, on each day, and with the hours
/// marked in which there were some. Day by day, which is the order in which both lie; what is on no counted day is left
/// over at the end.
async fn check_clicks(conn: &mut Conn) -> Result<Finding, StoreError> {
    const COUNTS: &str = "select count(*) from (
            select link_id, sum(clicks) as clicks, sum(visits) as visits, sum(bots) as bots
            from (
                select link_id, clicks, visits, bots from click_days where day = $1
                union all
                select link_id, -1, case when kind = 0 then -1 else 0 end, case when kind = 1 then -1 else 0 end
                from clicks where id >= $2 and id < $3
            ) both_sides
            group by link_id
        ) difference where clicks <> 0 or visits <> 0 or bots <> 0";
    const UNMARKED: &str = "select count(*) from (select distinct link_id from clicks where id >= $2 and id < $3) c
        join click_days d on d.day = $1 and d.link_id = c.link_id where (d.hours & $4) = 0";
    const DAYS: &str = "select distinct day from click_days order by day";
    const IN_DAY: &str = "select count(*) from clicks where id >= $1 and id < $2";
    let days: Vec<i64> = run!(conn, |c| query_scalar(DAYS).fetch_all(c).await)?;
    let (mut broken, mut counted) = (0, 0);
    for day in days.into_iter().map(Day::from_number) {
        let id = |hour| ClickId::first_at(day.hour_start(hour)).uuid();
        let (first, end) = (id(0), id(24));
        let different =
            run!(conn, |c| query_scalar::<_, i64>(COUNTS).bind(day.number()).bind(first).bind(end).fetch_one(c).await)?;
        let in_day = run!(conn, |c| query_scalar::<_, i64>(IN_DAY).bind(first).bind(end).fetch_one(c).await)?;
        (broken, counted) = (broken + different, counted + in_day);
        for hour in 0..24_i32 {
            let unmarked = run!(conn, |c| query_scalar::<_, i64>(UNMARKED)
                .bind(day.number())
                .bind(id(hour.into()))
                .bind(id(i64::from(hour) + 1))
                .bind(1 << hour)
                .fetch_one(c)
                .await)?;
            broken += unmarked;
        }
    }
    let (clicks, _) = count_rows(conn).await?;
    broken += clicks - counted;
    Ok(Finding { invariant: "a link's click counts per day are those of its click rows, for each kind", broken })
}

/// How many clicks and how many conversions there are.
pub async fn count_rows(conn: &mut Conn) -> Result<(i64, i64), StoreError> {
    const SQL: &str = "select (select count(*) from clicks), (select count(*) from conversions)";
    Ok(run!(conn, |c| query_as(SQL).fetch_one(c).await)?)
}

/// "An affiliate's earnings per currency = the sum of commissions that count", to the last millionth. What is compared is
/// what screens add up, the counters of partnerships. Which statuses count is the domain's to say, so the sums come per
/// status.
async fn check_earnings(conn: &mut Conn) -> Result<Finding, StoreError> {
    const SQL: &str = "select status, cast(sum(units) as bigint) as units, cast(sum(micros) as bigint) as micros
        from (
            select affiliate_id, status, currency, commission_units as units, commission_micros as micros
            from partnership_conversion_days
            union all
            select l.affiliate_id, v.status, v.currency, -(v.commission / 1000000), -(v.commission % 1000000)
            from conversions v join links l on l.id = v.link_id
        ) both_sides group by affiliate_id, status, currency";
    let differences: Vec<(String, i64, i64)> = run!(conn, |c| query_as(SQL).fetch_all(c).await)?;
    let mut broken = 0;
    for (status, units, micros) in differences {
        let status = ConversionStatus::parse(&status).map_err(|_| StoreError::bad_row("conversions", "status"))?;
        let is_different = i128::from(units) * 1_000_000 + i128::from(micros) != 0;
        broken += i64::from(status.counts_toward_earnings() && is_different);
    }
    Ok(Finding { invariant: "an affiliate's earnings per currency are the commissions that count", broken })
}
