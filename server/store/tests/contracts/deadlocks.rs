//! A batch that the server undoes because of a deadlock is recorded all the same: once, and before anybody gives up.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection, raw_sql};
use store::{Db, clicks::NewClick, conversions::NewConversion};
use testkit::{Engine, TestDatabase};

use crate::network::{Network, sale, visit};

/// Waits until somebody waits for a lock; asked outside of transactions, within which the answer would stay the same.
async fn wait_for_a_waiter(url: &str) {
    const SQL: &str = "select exists (
        select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())";
    let mut conn = PgConnection::connect(url).await.unwrap();
    while !sqlx::query_scalar::<_, bool>(SQL).fetch_one(&mut conn).await.unwrap() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    conn.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_is_undone_by_a_deadlock_is_recorded_once() {
    let Some(database) = TestDatabase::create(Engine::Postgres).await else { return };
    let db = Db::open(&database.url).await.unwrap();
    let shop = Network::commit(&db, "Shop", "Shoes", "Blog").await;
    let first = visit(&shop.link);
    let order = sale(&shop.partner, first.id, "order-1");
    let mut recorder = db.recorder().unwrap();
    let mut record = |clicks: &[&NewClick], conversions: &[&NewConversion]| {
        tokio::task::block_in_place(|| recorder.begin()?.record(clicks, conversions)).unwrap()
    };
    record(&[&first], &[]);
    // Clicks of what the recorder has seen are one statement; with a conversion it is a transaction of several.
    for conversions in [vec![], vec![&order]] {
        let again = visit(&shop.link);
        let mut other = PgConnection::connect(&database.url).await.unwrap();
        // What somebody types who alters two tables, the recorder's last and then one that it holds already.
        raw_sql("begin; lock table offer_totals in exclusive mode").execute(&mut other).await.unwrap();
        let url = database.url.clone();
        let altering = tokio::spawn(async move {
            wait_for_a_waiter(&url).await;
            raw_sql("lock table clicks in access exclusive mode; commit").execute(&mut other).await.unwrap();
            other.close().await.unwrap();
        });
        let answers = record(&[&again], &conversions);
        assert_eq!((answers.links.len(), answers.conversions.len()), (1, conversions.len()));
        altering.await.unwrap();
    }
    assert_eq!(database.read_number("select count(*) from clicks".to_owned()).await, 3);
    assert_eq!(database.read_number("select count(*) from conversions".to_owned()).await, 1);
    let sum = "select clicks + conversions from offer_totals".to_owned();
    assert_eq!(database.read_number(sum).await, 4, "and counted once");
    assert!(database.count_deadlocks().await >= 2, "there was no deadlock, so nothing was shown");
    db.close().await;
}
