//! Work that can wait: who wants it adds it in their transaction, and a worker takes it when it is due. A job is taken by
//! putting it off for as long as a lease: if the worker dies, it is due again. Done at least once.

use domain::{JobId, Timestamp};
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use uuid::Uuid;

use crate::{Conn, StoreError};

/// Nothing is put off for longer, in milliseconds. What is due later than that was put off by a clock that was wrong, and
/// is due now.
const FARTHEST: i64 = 2 * 3_600_000;

/// A job that a worker has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenJob {
    /// Its id.
    pub id: JobId,
    /// What it is to be done with, sealed.
    pub payload: Vec<u8>,
    /// How often it failed since it last succeeded.
    pub failures: i64,
    /// How often it was taken, by which a worker proves that it is still theirs.
    taken: i64,
}

/// Jobs, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Those that wait, with those that are being done.
    pub waiting: i64,
    /// Of them, those that have failed since they last succeeded.
    pub failing: i64,
}

#[derive(sqlx::FromRow)]
struct JobRow {
    id: Uuid,
    payload: Vec<u8>,
    failures: i64,
    taken: i64,
}

/// Adds a job that is done once.
pub async fn insert_job(
    conn: &mut Conn,
    id: JobId,
    kind: &str,
    payload: &[u8],
    due: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into jobs (id, kind, payload, due_at) values ($1, $2, $3, $4)";
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(kind)
        .bind(payload)
        .bind(due.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Adds a job that is done again and again, unless it is there.
pub async fn ensure_recurring(conn: &mut Conn, id: JobId, kind: &str, due: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "insert into jobs (id, kind, recurring, payload, due_at) values ($1, $2, $2, $3, $4)
        on conflict (recurring) do nothing";
    let nothing: &[u8] = &[];
    run!(conn, |c| query(SQL)
        .bind(id.uuid())
        .bind(kind)
        .bind(nothing)
        .bind(due.as_millis())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Whether a job of a kind is due.
pub async fn any_job_is_due(conn: &mut Conn, kind: &str, now: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str = "select exists (select 1 from jobs where (due_at <= $1 or due_at > $3) and kind = $2)";
    let (now, farthest) = (now.as_millis(), now.as_millis() + FARTHEST);
    Ok(run!(conn, |c| query_scalar(SQL).bind(now).bind(kind).bind(farthest).fetch_one(c).await)?)
}

/// Takes the job of a kind that has been due for longest, if there is one, until `lease` is over.
pub async fn take_job(
    conn: &mut Conn,
    kind: &str,
    now: Timestamp,
    lease: Timestamp,
) -> Result<Option<TakenJob>, StoreError> {
    // SQLite's writing transaction is alone; on PostgreSQL others take others. `id = (…)` and not `id in (…)`, which
    // PostgreSQL may ask again for each row: then it would skip the one that it has just locked, and take them all.
    let lock = if matches!(conn, Conn::PostgresWrite(_)) { " for update skip locked" } else { "" };
    let sql = format!(
        "update jobs set due_at = $2, taken = taken + 1 where id = (
            select id from jobs where (due_at <= $1 or due_at > $4) and kind = $3 order by due_at, id limit 1{lock})
        returning id, payload, failures, taken"
    );
    let row: Option<JobRow> = run!(conn, |c| query_as(AssertSqlSafe(sql))
        .bind(now.as_millis())
        .bind(lease.as_millis())
        .bind(kind)
        .bind(now.as_millis() + FARTHEST)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|row| {
        let JobRow { id, payload, failures, taken } = row;
        TakenJob { id: JobId::from_uuid(id), payload, failures, taken }
    }))
}

/// Keeps a job for longer; says whether it is still the worker's.
pub async fn extend_lease(conn: &mut Conn, job: &TakenJob, lease: Timestamp) -> Result<bool, StoreError> {
    change(conn, job, "update jobs set due_at = $3 where id = $1 and taken = $2", lease).await
}

/// A job that is done once is done, or given up; says whether it was still the worker's.
pub async fn finish_job(conn: &mut Conn, job: &TakenJob) -> Result<bool, StoreError> {
    const SQL: &str = "delete from jobs where id = $1 and taken = $2";
    let done = run!(conn, |c| query(SQL)
        .bind(job.id.uuid())
        .bind(job.taken)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// A job has succeeded and is due again at a later time; says whether it was still the worker's.
pub async fn repeat_job(conn: &mut Conn, job: &TakenJob, due: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str = "update jobs set due_at = $3, failures = 0, last_error = null where id = $1 and taken = $2";
    change(conn, job, SQL, due).await
}

/// A job has failed and is tried again at a later time; says whether it was still the worker's.
pub async fn retry_job(conn: &mut Conn, job: &TakenJob, due: Timestamp, error: &str) -> Result<bool, StoreError> {
    const SQL: &str =
        "update jobs set due_at = $3, failures = failures + 1, last_error = $4 where id = $1 and taken = $2";
    let done = run!(conn, |c| query(SQL)
        .bind(job.id.uuid())
        .bind(job.taken)
        .bind(due.as_millis())
        .bind(error)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// How many jobs there are that are done once.
pub async fn count_jobs(conn: &mut Conn) -> Result<JobCounts, StoreError> {
    const SQL: &str = "select count(*), count(case when failures > 0 then 1 end) from jobs where recurring is null";
    let (waiting, failing): (i64, i64) = run!(conn, |c| query_as(SQL).fetch_one(c).await)?;
    Ok(JobCounts { waiting, failing })
}

async fn change(conn: &mut Conn, job: &TakenJob, sql: &'static str, due: Timestamp) -> Result<bool, StoreError> {
    let done = run!(conn, |c| query(sql)
        .bind(job.id.uuid())
        .bind(job.taken)
        .bind(due.as_millis())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}
