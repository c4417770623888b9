//! Turns: in the embedded database one writes at a time, and whoever comes second waits; a server's writers don't.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

use domain::Role;
use store::{Conn, Db, StoreError, audit, users};
use testkit::{Engine, TestDatabase};
use tokio::task::JoinHandle;

use crate::{
    assert_waits_for,
    network::{Network, add_user, record, visit},
    on_both,
};

/// A recorder's group, open in a thread of its own until it is told to end.
struct HeldGroup {
    end: Sender<()>,
    ended: JoinHandle<()>,
}

impl HeldGroup {
    async fn open(db: &Db) -> Self {
        let mut recorder = db.recorder().unwrap();
        let (opened, is_open) = tokio::sync::oneshot::channel();
        let (end, is_over): (_, Receiver<()>) = channel();
        let ended = tokio::task::spawn_blocking(move || {
            let group = recorder.begin().unwrap();
            opened.send(()).unwrap();
            is_over.recv().unwrap();
            drop(group);
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
        let group = HeldGroup::open(db).await;
        let mut begun = std::pin::pin!(async {
            let mut conn = db.begin().await.unwrap();
            add_user(&mut conn, Role::Admin, "Bea").await;
            conn.commit().await.unwrap();
        });
        let early = tokio::time::timeout(Duration::from_millis(300), begun.as_mut()).await;
        assert_eq!(early.is_ok(), db.is_shared(), "only writers of a server don't wait for each other");
        group.end().await;
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
    let opening = async { HeldGroup::open(&db).await.end().await };
    assert_waits_for(conn, opening).await;
    assert!(users::any_user_exists(&mut db.read().await.unwrap()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_was_dropped_gives_its_turn_back() {
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
async fn whoever_waits_for_a_turn_is_turned_away_in_time_and_finds_it_later() {
    let (_database, db) = embedded().await;
    let group = HeldGroup::open(&db).await;
    let asked = Instant::now();
    let refused = db.begin().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    group.end().await;
    db.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_need_no_turn() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let group = HeldGroup::open(db).await;
        assert!(!users::any_user_exists(&mut db.read().await.unwrap()).await.unwrap());
        group.end().await;
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
            let mut groups = 0;
            while is_over.try_recv().is_err() {
                recorder.begin().unwrap().record(&[&visit(&shop.link)], &[]).unwrap();
                groups += 1;
            }
            groups
        });
        for _ in 0..20 {
            let begun = tokio::time::timeout(Duration::from_secs(2), db.begin()).await.unwrap();
            begun.unwrap().commit().await.unwrap();
        }
        end.send(()).unwrap();
        let groups: i64 = busy.await.unwrap();
        assert_eq!(audit::count_rows(&mut db.read().await.unwrap()).await.unwrap(), (groups, 0));
    })
    .await;
}
