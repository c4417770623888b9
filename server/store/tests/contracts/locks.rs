//! Locks: in the embedded database one writes at a time, and whoever comes second waits; a server's writers don't.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

use domain::{Referer, Role};
use store::{Conn, Db, StoreError, audit, clicks::NewClick, sign_in::users};
use testkit::{Engine, TestDatabase};
use tokio::task::JoinHandle;

use crate::{
    assert_waits_for,
    network::{Network, add_user, record, visit},
    on_both,
};

/// A recorder's batch, open in a thread of its own until it is told to end.
struct HeldBatch {
    end: Sender<()>,
    ended: JoinHandle<()>,
}

impl HeldBatch {
    async fn open(db: &Db) -> Self {
        let mut recorder = db.recorder().unwrap();
        let (opened, is_open) = tokio::sync::oneshot::channel();
        let (end, is_over): (_, Receiver<()>) = channel();
        let ended = tokio::task::spawn_blocking(move || {
            let batch = recorder.begin().unwrap();
            opened.send(()).unwrap();
            is_over.recv().unwrap();
            drop(batch);
        });
        is_open.await.unwrap();
        Self { end, ended }
    }

    async fn end(self) {
        self.end.send(()).unwrap();
        self.ended.await.unwrap();
    }
}

async fn embedded() -> (TestDatabase, Db) {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let db = Db::open(&database.url).await.unwrap();
    (database, db)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_begins_once_the_recorders_open_group_is_over() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let batch = HeldBatch::open(db).await;
        let mut begun = std::pin::pin!(async {
            let mut conn = db.begin().await.unwrap();
            add_user(&mut conn, Role::Admin, "Bea").await;
            conn.commit().await.unwrap();
        });
        let patience = if db.is_shared() { Duration::from_secs(10) } else { Duration::from_millis(300) };
        let early = tokio::time::timeout(patience, begun.as_mut()).await;
        assert_eq!(early.is_ok(), db.is_shared(), "only writers of a server don't wait for each other");
        batch.end().await;
        if early.is_err() {
            begun.await;
        }
        assert!(users::any_user_exists(&mut db.read().await.unwrap()).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_opened_once_the_transaction_before_it_has_ended() {
    let (_database, db) = embedded().await;
    let mut conn = db.begin().await.unwrap();
    add_user(&mut conn, Role::Admin, "Bea").await;
    let opening = async { HeldBatch::open(&db).await.end().await };
    assert_waits_for(conn, opening).await;
    assert!(users::any_user_exists(&mut db.read().await.unwrap()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_was_dropped_gives_its_lock_back() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        for n in 1..=5 {
            let mut conn = db.begin().await.unwrap();
            add_user(&mut conn, Role::Admin, "Bea").await;
            drop(conn);
            record(db, &[&visit(&shop.link)], &[]).await;
            assert_eq!(audit::count_rows(&mut db.read().await.unwrap()).await.unwrap(), (n, 0));
        }
        let nobody = async |conn: &mut Conn| !users::admin_exists(conn).await.unwrap();
        assert!(nobody(&mut db.read().await.unwrap()).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_the_lock_is_turned_away_in_time_and_finds_it_later() {
    let (_database, db) = embedded().await;
    let batch = HeldBatch::open(&db).await;
    let asked = Instant::now();
    let refused = db.begin().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    batch.end().await;
    db.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_need_no_write_lock() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let batch = HeldBatch::open(db).await;
        assert!(!users::any_user_exists(&mut db.read().await.unwrap()).await.unwrap());
        batch.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_recorder_shuts_nobody_out() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let mut recorder = db.recorder().unwrap();
        let (end, is_over) = channel();
        let busy = tokio::task::spawn_blocking(move || {
            let mut batches = 0;
            while is_over.try_recv().is_err() {
                recorder.begin().unwrap().record(&[&visit(&shop.link)], &[]).unwrap();
                batches += 1;
            }
            batches
        });
        for _ in 0..20 {
            let begun = tokio::time::timeout(Duration::from_secs(10), db.begin()).await.unwrap();
            begun.unwrap().commit().await.unwrap();
        }
        end.send(()).unwrap();
        let batches: i64 = busy.await.unwrap();
        assert_eq!(audit::count_rows(&mut db.read().await.unwrap()).await.unwrap(), (batches, 0));
    })
    .await;
}

/// A state of the database that is looked at until it is dropped.
async fn read(db: &Db) -> Conn {
    let mut snapshot = db.snapshot().await.unwrap();
    audit::count_rows(&mut snapshot).await.unwrap();
    snapshot
}

/// One state of the database after the other, the next begun before the last is let go, unless nobody may begin.
async fn always_read(db: Db) {
    let mut state = read(&db).await;
    loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if let Ok(next) = tokio::time::timeout(Duration::from_millis(50), read(&db)).await {
            state = next;
        } else {
            drop(state);
            state = read(&db).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_begins_anew_though_somebody_always_reads() {
    // It restarts at 64 MB. A busy machine needs some tries for it, a second apart, at up to 50 MB/s.
    const BOUND: u64 = 400 * 1024 * 1024;
    let (database, db) = embedded().await;
    let shop = Network::commit(&db, "Shop", "Shoes", "Blog").await;
    let size = {
        let folder = database.folder.path().to_owned();
        move |file: &str| folder.join(file).metadata().unwrap().len()
    };
    let reader = tokio::spawn(always_read(db.clone()));
    let mut recorder = db.recorder().unwrap();
    let log_of = size.clone();
    let longest = tokio::task::spawn_blocking(move || {
        let mut longest = 0;
        for batch in 0..1_500 {
            // Each is kept in a row of its own and in an index of such rows: more than a page for each click.
            let referer = |number| format!("https://{batch}-{number}.example/{}", "x".repeat(1_900));
            let clicks: Vec<_> = (0..64)
                .map(|number| NewClick {
                    referer: Referer::from_header(referer(number).as_bytes()),
                    country: None,
                    ..visit(&shop.link)
                })
                .collect();
            recorder.begin().unwrap().record(&clicks.iter().collect::<Vec<_>>(), &[]).unwrap();
            longest = longest.max(log_of("test.db-wal"));
            if longest > BOUND {
                break;
            }
        }
        longest
    });
    let longest = longest.await.unwrap();
    reader.abort();
    assert!(reader.await.unwrap_err().is_cancelled(), "readers were kept waiting, but never turned away");
    let written = size("test.db");
    assert!(longest < BOUND, "the log has grown to {longest} bytes beside {written}");
    assert!(written > BOUND, "{written} bytes are too few to tell");
}
