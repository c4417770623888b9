//! Connections: what is committed is there for all, what is not never was; closing, and bad addresses.

use std::time::Duration;

use domain::Role;
use store::{Db, StoreError, sign_in::users};
use testkit::{Engine, TestDatabase};
use tokio::sync::oneshot;

use crate::{network::add_user, on_both};

pub async fn anybody_is_in(db: &Db) -> bool {
    users::any_user_exists(&mut db.read().await.unwrap()).await.unwrap()
}

pub async fn add_somebody(db: &Db) {
    let mut conn = db.begin().await.unwrap();
    add_user(&mut conn, Role::Admin, "Bea").await;
    conn.commit().await.unwrap();
}

async fn count_tokens(db: &Db) -> i64 {
    let sql = "select count(*) from one_time_tokens";
    match db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        Db::Postgres { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
    }
}

#[tokio::test]
async fn nothing_is_said_of_who_owns_files_that_are_ones_own() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let there = database.folder.path().join("f");
    std::fs::write(&there, "").unwrap();
    assert_eq!(store::owners(&[&there, &database.folder.path().join("not there")]), "");
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_named() {
    let url = "postgres://somebody:secret@127.0.0.1:1/network";
    let refused = [
        Db::migrate(url).await.map(drop),
        Db::connect(url).await.map(drop),
        Db::connect_read_only(url).await.map(drop),
        Db::require(url).await,
    ];
    for error in refused.map(|refused| refused.unwrap_err().to_string()) {
        assert!(error.contains("127.0.0.1:1 ") && !error.contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn an_empty_database_of_a_server_is_no_network_until_it_is_migrated() {
    let Some(database) = TestDatabase::create(Engine::Postgres).await else { return };
    let error = Db::require(&database.url).await.unwrap_err().to_string();
    assert!(error.contains("`something-project migrate`"), "{error}");
    Db::migrate(&database.url).await.unwrap();
    Db::require(&database.url).await.unwrap();
}

#[tokio::test]
async fn other_addresses_are_refused_with_an_example() {
    for url in ["", "mysql://localhost/network", "network.db", "sqlite://network.db?mode=ro", "sqlite::memory:"] {
        let refused = [Db::migrate(url).await.map(drop), Db::connect(url).await.map(drop), Db::require(url).await];
        for error in refused.map(Result::unwrap_err) {
            assert!(matches!(&error, StoreError::Setup(text) if text.contains("sqlite://")), "{url}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_database_that_is_opened_again_has_what_it_had() {
    on_both(async |db: &Db, database: &TestDatabase| {
        add_somebody(db).await;
        let again = Db::open(&database.url).await.unwrap();
        assert!(anybody_is_in(&again).await);
        again.close().await;
    })
    .await;
}

#[tokio::test]
async fn readers_see_a_change_once_it_is_committed_and_not_before() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        add_user(&mut conn, Role::Admin, "Bea").await;
        assert!(users::any_user_exists(&mut conn).await.unwrap(), "the transaction itself sees it");
        assert!(!anybody_is_in(db).await);
        conn.commit().await.unwrap();
        assert!(anybody_is_in(db).await);
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_stays_as_it_was_while_others_write() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut snapshot = db.snapshot().await.unwrap();
        assert!(!users::any_user_exists(&mut snapshot).await.unwrap());
        add_somebody(db).await;
        assert!(!users::any_user_exists(&mut snapshot).await.unwrap());
        snapshot.commit().await.unwrap();
        assert!(anybody_is_in(db).await);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_committed_is_undone() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        add_user(&mut conn, Role::Admin, "Bea").await;
        drop(conn);
        // The next transaction begins after the undoing, so that it tells.
        let mut conn = db.begin().await.unwrap();
        assert!(!users::any_user_exists(&mut conn).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_reading_connection_has_nothing_to_commit() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let conn = db.read().await.unwrap();
        conn.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_owned_task_gives_its_result() {
    let found = store::owned_task(async { Ok::<_, StoreError>(7) }).await;
    assert_eq!(found.unwrap(), 7);
    let failed = store::owned_task(async { Err::<(), _>(StoreError::Duplicate) }).await;
    assert!(matches!(failed, Err(StoreError::Duplicate)), "{failed:?}");
}

#[tokio::test]
async fn an_owned_task_runs_to_its_end_when_nobody_waits_for_it() {
    let (go_on, wait) = oneshot::channel::<()>();
    let (done, is_done) = oneshot::channel();
    let work = store::owned_task(async move {
        wait.await.unwrap();
        done.send("done").unwrap();
        Ok::<_, StoreError>(())
    });
    // Dropped while it waits, as a handler is when its client hangs up.
    let given_up = tokio::time::timeout(Duration::from_millis(20), work).await;
    assert!(given_up.is_err());
    go_on.send(()).unwrap();
    assert_eq!(is_done.await.unwrap(), "done");
}

fn fail_as_a_bug_would() -> Result<(), StoreError> {
    panic!("on purpose");
}

#[tokio::test]
async fn an_owned_task_that_panics_is_an_error() {
    let failed = store::owned_task(async { fail_as_a_bug_would() }).await;
    assert!(matches!(failed, Err(StoreError::Setup(_))), "{failed:?}");
}

#[tokio::test]
async fn a_database_that_can_be_written_says_so_and_keeps_nothing_of_the_trial() {
    on_both(async |db: &Db, _: &TestDatabase| {
        db.check_writable().await.unwrap();
        db.check_writable().await.unwrap();
        assert_eq!(count_tokens(db).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_database_that_can_not_be_written_says_so_in_time() {
    on_both(async |db: &Db, database: &TestDatabase| {
        let lock = database.lock().await;
        let tried = tokio::time::timeout(Duration::from_secs(10), db.check_writable()).await;
        assert!(matches!(tried, Ok(Err(StoreError::Unavailable(_)))), "{tried:?}");
        lock.release().await;
        db.check_writable().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn only_a_server_is_shared() {
    on_both(async |db: &Db, _: &TestDatabase| assert_eq!(db.is_shared(), matches!(db, Db::Postgres { .. }))).await;
}

#[tokio::test]
async fn a_closed_database_gives_no_connections() {
    on_both(async |db: &Db, _: &TestDatabase| {
        db.close().await;
        assert!(matches!(db.read().await, Err(StoreError::Unavailable(_))));
        assert!(matches!(db.begin().await, Err(StoreError::Unavailable(_))));
    })
    .await;
}

#[tokio::test]
async fn it_is_noted_how_long_connections_were_waited_for() {
    on_both(async |db: &Db, _: &TestDatabase| {
        drop(db.read().await.unwrap());
        add_somebody(db).await;
        let mut registry = prometheus_client::registry::Registry::default();
        registry.register("read", "", db.pool_metrics().read.clone());
        registry.register("write", "", db.pool_metrics().write.clone());
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        assert!(text.contains("read_count 1") && text.contains("write_count 1"), "{text}");
    })
    .await;
}

#[test]
fn a_value_that_is_taken_is_told_from_a_database_that_fails() {
    let taken = || domain::AppError::AlreadyApplied;
    assert_eq!(StoreError::Duplicate.or_taken(taken()), taken());
    assert_eq!(StoreError::Setup(String::new()).or_taken(taken()), domain::AppError::Unavailable);
}
