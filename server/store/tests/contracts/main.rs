//! The contract of every public function of the store, kept by both engines.

#![allow(
    clippy::pedantic,
    clippy::cloned_ref_to_slice_refs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

mod activity;
mod applications;
mod audit;
mod backup;
mod click_lists;
mod click_pages;
mod clicks;
mod completeness;
mod conversion_lists;
mod conversions;
mod counted;
mod db;
mod deadlocks;
mod erased;
mod first_schema;
mod headers;
mod jobs;
mod leaving;
mod links;
mod lists;
mod locks;
mod maintenance;
mod marketplace;
mod migration;
mod model;
mod network;
mod offer_changes;
mod offer_lists;
mod offers;
mod organisations;
mod page_versions;
mod pages;
mod queries;
mod recorder;
mod report_counts;
mod reports;
mod reviews;
mod rollups;
mod saved_reports;
mod schema;
mod searches;
mod sessions;
mod tokens;
mod users;
mod versions;

use std::{fmt::Debug, pin::pin, time::Duration};

use store::{Conn, Db, StoreError};
use testkit::{Engine, TestDatabase};

/// Runs a contract on an empty database of each engine.
async fn on_both(contract: impl AsyncFn(&Db, &TestDatabase)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::create(engine).await else { continue };
        println!("on {engine:?}");
        let db = Db::open(&database.url).await.unwrap();
        contract(&db, &database).await;
        db.close().await;
    }
}

/// Runs a contract that records nothing, in one transaction on each engine. PostgreSQL ends a transaction at the first
/// refusal, so a refusal is the last thing that such a contract asks for.
async fn in_transaction(contract: impl AsyncFn(&mut Conn)) {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        contract(&mut conn).await;
    })
    .await;
}

/// Runs a contract that records, on each engine. A recorder commits, and in the embedded database it waits for every
/// other writer: such a contract commits what it sets up, and reads on a connection of its own.
async fn with_recording(contract: impl AsyncFn(&Db, &mut Conn)) {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut reading = db.read().await.unwrap();
        contract(db, &mut reading).await;
    })
    .await;
}

/// Fails unless a change has to wait until the transaction that locked something ends, and then succeeds.
async fn assert_waits_for(locked: Conn, change: impl Future<Output = ()>) {
    let mut change = pin!(change);
    let early = tokio::time::timeout(Duration::from_millis(300), change.as_mut()).await;
    assert!(early.is_err(), "nothing kept the change waiting");
    locked.commit().await.unwrap();
    change.await;
}

/// Fails unless a unique constraint refused it.
#[track_caller]
fn assert_duplicate<T: Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::Duplicate)), "{result:?}");
}

/// Fails unless the database would not take the row.
#[track_caller]
fn assert_refused<T: Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::Refused(_))), "{result:?}");
}
