//! Jobs: each is taken by one worker at a time, and is due again where that one did not end it.

use domain::{JobId, Timestamp};
use store::{
    Conn, Db,
    jobs::{self, JobCounts, TakenJob},
};
use testkit::TestDatabase;

use crate::{
    assert_duplicate, in_transaction,
    network::{NOW, change, new_id},
    on_both,
};

const MAIL: &str = "mail";
const LEASE: Timestamp = NOW.plus_millis(60_000);

async fn add(conn: &mut Conn, kind: &str, due: Timestamp) -> JobId {
    let id = new_id();
    jobs::insert_job(conn, id, kind, b"sealed", due).await.unwrap();
    id
}

async fn take(conn: &mut Conn, now: Timestamp) -> Option<TakenJob> {
    jobs::take_job(conn, MAIL, now, now.plus_millis(60_000)).await.unwrap()
}

#[tokio::test]
async fn a_job_is_taken_when_it_is_due_as_it_was_added() {
    in_transaction(async |conn: &mut Conn| {
        let id = add(conn, "mail", NOW).await;
        let early = NOW.plus_millis(-1);
        assert!(!jobs::any_job_is_due(conn, MAIL, early).await.unwrap());
        assert_eq!(take(conn, early).await, None);
        assert!(jobs::any_job_is_due(conn, MAIL, NOW).await.unwrap());
        let job = take(conn, NOW).await.unwrap();
        assert_eq!((job.id, job.payload.as_slice(), job.failures), (id, &b"sealed"[..], 0));
        assert_duplicate(jobs::insert_job(conn, id, "mail", b"", NOW).await);
    })
    .await;
}

#[tokio::test]
async fn what_has_been_due_for_longest_comes_first_and_only_of_the_kind_that_is_wanted() {
    in_transaction(async |conn: &mut Conn| {
        add(conn, "of a coming version", NOW.plus_millis(-9)).await;
        let second = add(conn, MAIL, NOW.plus_millis(-1)).await;
        let first = add(conn, MAIL, NOW.plus_millis(-2)).await;
        for id in [first, second] {
            assert_eq!(jobs::take_job(conn, MAIL, NOW, LEASE).await.unwrap().unwrap().id, id);
        }
        assert!(!jobs::any_job_is_due(conn, MAIL, NOW).await.unwrap());
        assert_eq!(jobs::take_job(conn, MAIL, NOW, LEASE).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_worker_died_is_taken_by_another_who_alone_ends_it() {
    in_transaction(async |conn: &mut Conn| {
        add(conn, "mail", NOW).await;
        let dead = take(conn, NOW).await.unwrap();
        assert_eq!(take(conn, LEASE.plus_millis(-1)).await, None, "it has the time of its lease");
        let heir = take(conn, LEASE).await.unwrap();
        assert_eq!(heir.id, dead.id);
        let later = LEASE.plus_millis(60_000);
        assert!(!jobs::finish_job(conn, &dead).await.unwrap());
        assert!(!jobs::extend_lease(conn, &dead, later).await.unwrap());
        assert!(!jobs::retry_job(conn, &dead, later, "late").await.unwrap());
        assert!(!jobs::repeat_job(conn, &dead, later).await.unwrap());
        assert!(jobs::finish_job(conn, &heir).await.unwrap());
        assert_eq!(jobs::count_jobs(conn).await.unwrap(), JobCounts::default());
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_is_made_longer_keeps_others_away() {
    in_transaction(async |conn: &mut Conn| {
        add(conn, "mail", NOW).await;
        let job = take(conn, NOW).await.unwrap();
        assert!(jobs::extend_lease(conn, &job, LEASE.plus_millis(20_000)).await.unwrap());
        assert_eq!(take(conn, LEASE).await, None);
        assert!(jobs::finish_job(conn, &job).await.unwrap());
        assert_eq!(take(conn, LEASE.plus_millis(20_000)).await, None);
    })
    .await;
}

#[tokio::test]
async fn what_failed_is_due_again_when_it_was_put_off_to_and_counts_its_failures() {
    in_transaction(async |conn: &mut Conn| {
        add(conn, "mail", NOW).await;
        add(conn, "mail", LEASE).await;
        let job = take(conn, NOW).await.unwrap();
        let due = NOW.plus_millis(10_000);
        assert!(jobs::retry_job(conn, &job, due, "connection refused").await.unwrap());
        assert_eq!(jobs::count_jobs(conn).await.unwrap(), JobCounts { waiting: 2, failing: 1 });
        assert_eq!(take(conn, due.plus_millis(-1)).await, None);
        let again = take(conn, due).await.unwrap();
        assert_eq!((again.id, again.failures), (job.id, 1));
        assert!(jobs::repeat_job(conn, &again, due).await.unwrap());
        assert_eq!(jobs::count_jobs(conn).await.unwrap(), JobCounts { waiting: 2, failing: 0 });
        assert_eq!(take(conn, due).await.unwrap().failures, 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_wrong_clock_has_put_off_for_years_is_due_now() {
    in_transaction(async |conn: &mut Conn| {
        let hour = 3_600_000;
        add(conn, "mail", NOW.plus_millis(hour)).await;
        assert!(!jobs::any_job_is_due(conn, MAIL, NOW).await.unwrap());
        assert_eq!(take(conn, NOW).await, None);
        let id = add(conn, "mail", NOW.plus_millis(365 * 24 * hour)).await;
        assert!(jobs::any_job_is_due(conn, MAIL, NOW).await.unwrap());
        assert_eq!(take(conn, NOW).await.unwrap().id, id);
        assert_eq!(take(conn, NOW).await, None);
    })
    .await;
}

#[tokio::test]
async fn one_job_is_taken_however_the_server_looks_for_it() {
    on_both(async |db: &Db, database: &TestDatabase| {
        change(db, async |conn: &mut Conn| add(conn, "other", NOW).await).await;
        // As it plans for a table that had one row when it last looked.
        let sql = if matches!(db, Db::Postgres { .. }) { "vacuum analyze jobs" } else { "analyze jobs" };
        database.run_sql(sql.to_owned()).await;
        change(db, async |conn: &mut Conn| {
            for _ in 0..7 {
                add(conn, MAIL, NOW).await;
            }
            take(conn, NOW).await.unwrap();
        })
        .await;
        let taken = "select count(*) from jobs where taken > 0".to_owned();
        assert_eq!(database.read_number(taken).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_again_and_again_is_there_once_and_stays_where_it_was_put() {
    in_transaction(async |conn: &mut Conn| {
        let first: JobId = new_id();
        jobs::ensure_recurring(conn, first, "mail", NOW).await.unwrap();
        jobs::ensure_recurring(conn, new_id(), "mail", NOW).await.unwrap();
        let job = take(conn, NOW).await.unwrap();
        assert_eq!((job.id, job.payload.len()), (first, 0));
        assert!(jobs::repeat_job(conn, &job, LEASE).await.unwrap());
        jobs::ensure_recurring(conn, new_id(), "mail", NOW).await.unwrap();
        assert_eq!(take(conn, NOW).await, None);
        assert_eq!(take(conn, LEASE).await.unwrap().id, first);
        assert_eq!(jobs::count_jobs(conn).await.unwrap(), JobCounts::default(), "it is never done");
    })
    .await;
}

#[tokio::test]
async fn workers_at_once_take_each_job_once_and_wait_for_nobody() {
    on_both(async |db: &Db, _: &TestDatabase| {
        change(db, async |conn: &mut Conn| {
            for _ in 0..20 {
                add(conn, "mail", NOW).await;
            }
        })
        .await;
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let db = db.clone();
            workers.spawn(async move {
                let mut taken = Vec::new();
                loop {
                    let mut conn = db.begin().await.unwrap();
                    let job = take(&mut conn, NOW).await;
                    conn.commit().await.unwrap();
                    assert!(taken.len() <= 20, "what is taken is there for others: {job:?}");
                    match job {
                        Some(job) => taken.push(job.id),
                        None => return taken,
                    }
                }
            });
        }
        let mut all: Vec<JobId> = workers.join_all().await.into_iter().flatten().collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 20);
    })
    .await;
}
