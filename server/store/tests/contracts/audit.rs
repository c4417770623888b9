//! The audit: silent about what the store itself wrote, and not about what else was done to it.

use domain::{ClickKind, Timestamp};
use sqlx::AssertSqlSafe;
use store::{
    Conn, Db, audit,
    clicks::NewClick,
    conversions::NewConversion,
    counters::{CLICK_DAYS, CONVERSION_DAYS, PARTNERSHIP_CLICK_DAYS, PARTNERSHIP_CONVERSION_DAYS},
};

use crate::{
    network::{
        DAY, NOW, Network, add_affiliate, add_link, add_visit, amount, change, currency, new_id, record, record_sale,
        sale, status, visit_at,
    },
    rollups::pack,
    with_recording,
};

const COUNTS: &str = "a link's click counts per day are those of its click rows, for each kind";
const SUMS: &str = "a link's conversion counts and sums per day, status and currency are those of its rows";
const PAIRS: &str = "no two conversions share a click and a transaction";
const CLICK: &str = "every conversion's click exists and is of the same link";
const LINK: &str = "every click's link exists";
const TOGETHER: &str = "a partnership's click counts per day are those of its links";
const HOURS: &str = "a partnership's hours with clicks include those of its links";
const SOLD: &str = "a partnership's conversion counts and sums per day, status and currency are those of its links";
const OFFERS: &str = "an offer's totals are those of its links and applications";
const EARNED: &str = "an affiliate's earnings per currency are the commissions that count";
const PACKED: &str = "what reports count of packed clicks is what their rows say, for each link, day and kind";
const PACKED_SALES: &str = "what reports count of packed conversions is what their rows say";

/// What is broken, and in how many places.
async fn broken(conn: &mut Conn) -> Vec<(&'static str, i64)> {
    let findings = audit::check_invariants(conn).await.unwrap();
    let words: Vec<_> = findings.iter().map(|finding| finding.invariant).collect();
    assert_eq!(words, [COUNTS, SUMS, PAIRS, CLICK, LINK, TOGETHER, HOURS, SOLD, OFFERS, EARNED, PACKED, PACKED_SALES]);
    findings.iter().filter(|finding| finding.broken != 0).map(|finding| (finding.invariant, finding.broken)).collect()
}

async fn assert_sound(conn: &mut Conn) {
    let found = broken(conn).await;
    assert!(found.is_empty(), "{found:?}");
}

/// Two links of one offer: one with two clicks and a confirmed order, one with a click and a pending order.
async fn add_traffic(db: &Db) {
    let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
    let forums = change(db, async |conn: &mut Conn| {
        let forum = add_affiliate(conn, "Forum").await;
        add_link(conn, shop.offer, &forum).await
    });
    let forums = forums.await;
    let bought = add_visit(db, &shop.link).await;
    add_visit(db, &shop.link).await;
    let waits = add_visit(db, &forums).await;
    record_sale(db, &sale(&shop.partner, bought, "order-1")).await;
    let pending = sale(&shop.partner, waits, "order-2");
    record_sale(db, &NewConversion { status: status("pending"), commission: amount("2"), ..pending }).await;
}

/// Statements of whoever has the database's password, in a transaction of the store's.
async fn meddle(conn: &mut Conn, sql: impl Into<String>) {
    let sql = AssertSqlSafe(sql.into());
    match conn {
        Conn::SqliteWrite(transaction, _) => sqlx::raw_sql(sql).execute(&mut **transaction).await.map(drop).unwrap(),
        Conn::PostgresWrite(transaction) => sqlx::raw_sql(sql).execute(&mut **transaction).await.map(drop).unwrap(),
        reading => panic!("{reading:?} changes nothing"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_network_breaks_nothing() {
    with_recording(async |_: &Db, conn: &mut Conn| {
        assert_sound(conn).await;
        assert_eq!(audit::count_rows(conn).await.unwrap(), (0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_store_records_breaks_nothing() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        add_traffic(db).await;
        let shop = Network::commit(db, "Rival", "Hats", "Forum").await;
        // The moments before 1970 and around midnight are where days are easily counted wrong. No id is that old.
        let moments = [-DAY - 1, -DAY, -1, 0, DAY - 1, DAY].map(Timestamp::from_millis);
        let kinds = [ClickKind::Human, ClickKind::Bot, ClickKind::Prefetch];
        for (at, kind) in moments.into_iter().zip(kinds.into_iter().cycle()) {
            let click = NewClick { kind, ..visit_at(&shop.link, at.max(Timestamp::from_millis(0))) };
            record(db, &[&click], &[]).await;
            for (code, word) in [("USD", "paid"), ("USD", "Rejected"), ("EUR", "zurückgestellt")] {
                let order = NewConversion {
                    at,
                    status: status(word),
                    currency: currency(code),
                    amount: amount("1.999999"),
                    commission: amount("0.999999"),
                    ..sale(&shop.partner, click.id, &format!("{code} {word}"))
                };
                record_sale(db, &order).await;
                let again = NewConversion { id: new_id(), at: NOW, ..order };
                record(db, &[], &[&again]).await;
            }
        }
        assert_sound(conn).await;
        assert_eq!(audit::count_rows(conn).await.unwrap(), (9, 20));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_packed_in_another_way_is_found() {
    for (sql, wanted) in [
        ("update clicks set kind = 1", &[(COUNTS, 2), (PACKED, 2)][..]),
        ("update packed set clicks_until = 0", &[(PACKED, 3)]),
        ("update conversions set amount = amount + 1000000", &[(SUMS, 2), (PACKED_SALES, 2)]),
        ("update packed set conversions_until = 0", &[(PACKED_SALES, 2)]),
        // What is missing is read row by row.
        ("delete from click_segments", &[]),
        ("delete from conversion_segments", &[]),
    ] {
        with_recording(async |db: &Db, _: &mut Conn| {
            add_traffic(db).await;
            pack(db, NOW.plus_millis(2 * 3_600_000)).await;
            let mut conn = db.begin().await.unwrap();
            assert_sound(&mut conn).await;
            meddle(&mut conn, sql).await;
            assert_eq!(broken(&mut conn).await, wanted, "after {sql}");
        })
        .await;
    }
}

/// Puts a table without any constraint in the place of the conversions, as a careless import might.
const LOOSE_CONVERSIONS: &str = "create table loose as select * from conversions;
    drop table conversions; alter table loose rename to conversions";
/// Statements, and what the audit says after them.
type Breach = (&'static [&'static str], &'static [(&'static str, i64)]);

const BREACHES: [Breach; 41] = [
    (&["update click_days set clicks = clicks - 1"], &[(COUNTS, 2), (TOGETHER, 2), (OFFERS, 1)]),
    (&["update click_days set visits = visits + 1"], &[(COUNTS, 2), (TOGETHER, 2)]),
    (&["update click_days set bots = bots + 1"], &[(COUNTS, 2), (TOGETHER, 2)]),
    // On the wrong day there are too many, and three clicks are on no day.
    (&["update click_days set day = day + 1"], &[(COUNTS, 5), (TOGETHER, 4), (HOURS, 2)]),
    (&["update click_days set hours = 0"], &[(COUNTS, 2)]),
    (&["update click_days set hours = 16777215"], &[(HOURS, 2)]),
    (&["delete from click_days"], &[(COUNTS, 3), (TOGETHER, 2), (OFFERS, 1)]),
    (&["update clicks set kind = 1"], &[(COUNTS, 2)]),
    (&["update clicks set kind = 2"], &[(COUNTS, 2)]),
    (&["delete from clicks where id not in (select click_id from conversions)"], &[(COUNTS, 1)]),
    (&["update partnership_click_days set clicks = clicks - 1"], &[(TOGETHER, 2)]),
    (&["update partnership_click_days set visits = visits + 1"], &[(TOGETHER, 2)]),
    (&["update partnership_click_days set bots = bots + 1"], &[(TOGETHER, 2)]),
    (&["update partnership_click_days set day = day - 1"], &[(TOGETHER, 4), (HOURS, 2)]),
    (&["update partnership_click_days set hours = 0"], &[(HOURS, 2)]),
    (&["delete from partnership_click_days"], &[(TOGETHER, 2), (HOURS, 2)]),
    (&["update conversion_days set conversions = conversions + 1"], &[(SUMS, 2), (SOLD, 2), (OFFERS, 1)]),
    (&["update conversion_days set amount_units = amount_units - 1"], &[(SUMS, 2), (SOLD, 2)]),
    (&["update conversion_days set amount_micros = amount_micros + 1"], &[(SUMS, 2), (SOLD, 2)]),
    (&["update conversion_days set commission_units = commission_units + 1"], &[(SUMS, 2), (SOLD, 2)]),
    (&["update conversion_days set day = day + 1"], &[(SUMS, 4), (SOLD, 4)]),
    (&["delete from conversion_days"], &[(SUMS, 2), (SOLD, 2), (OFFERS, 1)]),
    (&["update partnership_conversion_days set conversions = conversions + 1"], &[(SOLD, 2)]),
    (&["update partnership_conversion_days set amount_units = amount_units - 1"], &[(SOLD, 2)]),
    (&["update partnership_conversion_days set amount_micros = amount_micros + 1"], &[(SOLD, 2)]),
    (&["update partnership_conversion_days set commission_units = commission_units + 1"], &[(SOLD, 2), (EARNED, 1)]),
    (&["update partnership_conversion_days set commission_micros = commission_micros - 1"], &[(SOLD, 2), (EARNED, 1)]),
    (&["update partnership_conversion_days set status = 'paid'"], &[(SOLD, 4), (EARNED, 3)]),
    (&["update offer_totals set clicks = clicks + 1"], &[(OFFERS, 1)]),
    (&["update offer_totals set conversions = conversions - 1"], &[(OFFERS, 1)]),
    (&["update offer_totals set affiliates = affiliates + 1"], &[(OFFERS, 1)]),
    (&["update offer_totals set waiting_applications = waiting_applications + 1"], &[(OFFERS, 1)]),
    (&["update applications set status = 'revoked'"], &[(OFFERS, 1)]),
    (&["delete from offer_totals"], &[(OFFERS, 1)]),
    (&["delete from conversions"], &[(SUMS, 2), (EARNED, 1)]),
    (&["update conversions set status = 'paid' where status = 'pending'"], &[(SUMS, 2), (EARNED, 1)]),
    (&["update conversions set currency = 'EUR'"], &[(SUMS, 4), (EARNED, 2)]),
    (
        &["update conversions set link_id = (select l.id from links l where l.id <> conversions.link_id)"],
        &[(SUMS, 4), (CLICK, 2), (EARNED, 2)],
    ),
    (&[LOOSE_CONVERSIONS, "insert into conversions select * from conversions"], &[(SUMS, 2), (PAIRS, 2), (EARNED, 1)]),
    (&[LOOSE_CONVERSIONS, "delete from clicks"], &[(COUNTS, 2), (CLICK, 2)]),
    (
        &["update clicks set link_id = (select l.application_id from links l where l.id = clicks.link_id)"],
        &[(COUNTS, 4), (CLICK, 2), (LINK, 3)],
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_of_partnerships_are_filled_from_those_of_links() {
    with_recording(async |db: &Db, _: &mut Conn| {
        add_traffic(db).await;
        let all_hours = "16777215";
        let mut conn = db.begin().await.unwrap();
        for sql in [
            "delete from partnership_click_days".to_owned(),
            "delete from partnership_conversion_days".to_owned(),
            PARTNERSHIP_CLICK_DAYS.fill_from_links(&CLICK_DAYS, "true", all_hours),
            PARTNERSHIP_CONVERSION_DAYS.fill_from_links(&CONVERSION_DAYS, "true", all_hours),
        ] {
            meddle(&mut conn, sql).await;
        }
        assert_sound(&mut conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_breach_is_found_wherever_it_is() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        add_traffic(db).await;
        assert_sound(conn).await;
        for (statements, wanted) in BREACHES {
            // Never committed, so that each breach meets a sound network.
            let mut conn = db.begin().await.unwrap();
            for &sql in statements {
                meddle(&mut conn, sql).await;
            }
            assert_eq!(broken(&mut conn).await, wanted, "{statements:?}");
        }
    })
    .await;
}
