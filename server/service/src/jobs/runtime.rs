//! The worker: does what waits in the table of jobs, on whichever node has time for it.
//!
//! A job is the worker's for a minute, which it makes longer while it works. A worker that dies leaves a job that is due
//! again when that is over, so everything is done at least once. What fails is tried again, after longer and longer.

use std::{pin::Pin, time::Duration};

use domain::{JobId, Timestamp};
use store::{
    Conn, StoreError,
    jobs::{self, TakenJob},
    owned_task,
};
use tokio::{sync::watch, task::JoinSet};

use super::{JobKind, Outcome};
use crate::Service;

/// How often a lane looks whether something has become due that nobody told it of: by another node, or by time.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// How long a job is its worker's, and how often that is made longer. Far more than nodes' clocks differ.
const LEASE_MILLIS: i64 = 60_000;
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Until what failed is tried again, the first time; each time twice as long, up to the second.
const FIRST_RETRY_MILLIS: i64 = 10_000;
const LAST_RETRY_MILLIS: i64 = 600_000;
/// How long a database that can't be used is left alone.
const DATABASE_RETRY: Duration = Duration::from_secs(5);
/// How long a job that has begun may go on when the program is to stop. Whatever is cut off is done again.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Works until `stop` says so, and then ends what has begun. `retention_days` is after how many days what is known of
/// visitors is erased, if ever.
pub async fn run_jobs(service: Service, retention_days: Option<u32>, stop: watch::Receiver<bool>) {
    // A mail server that is slow keeps nothing else waiting.
    let mut lanes = JoinSet::new();
    for kind in JobKind::of(retention_days) {
        lanes.spawn(Lane { service: service.clone(), kind, retention_days, stop: stop.clone() }.run());
    }
    while lanes.join_next().await.is_some() {}
}

/// What is done in a short transaction, boxed, because it borrows that.
type JobTransaction<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

/// All jobs of a kind, one after the other.
struct Lane {
    service: Service,
    kind: JobKind,
    retention_days: Option<u32>,
    stop: watch::Receiver<bool>,
}

impl Lane {
    async fn run(mut self) {
        let mut is_begun = false;
        while !*self.stop.borrow() {
            let worked = async {
                if !is_begun {
                    self.service.begin_recurring(self.kind).await?;
                    is_begun = true;
                }
                Box::pin(self.work()).await
            };
            let rest = match worked.await {
                Ok(true) => continue,
                Ok(false) => POLL_INTERVAL,
                Err(error) => {
                    tracing::warn!(%error, kind = self.kind.as_str(), "jobs could not be looked for");
                    DATABASE_RETRY
                }
            };
            let woken = self.service.mail_added.notified();
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                () = woken, if self.kind == JobKind::Mail => {}
                changed = self.stop.changed() => if changed.is_err() {
                    // Nobody is left who could say so.
                    return;
                },
            }
        }
    }

    /// Does one job, if one is due; one that has begun when the program is to stop gets a little time for its end.
    async fn work(&mut self) -> Result<bool, StoreError> {
        let mut stop = self.stop.clone();
        let late = async {
            // Nobody who could say so is there any more: then it is to stop, too.
            let _ = stop.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(DRAIN_TIMEOUT).await;
        };
        // In a task of its own: a mistake of ours ends one try, and not the lane.
        let (service, kind, retention_days) = (self.service.clone(), self.kind, self.retention_days);
        let mut working = JoinSet::new();
        working.spawn(async move { Box::pin(service.work_once(kind, retention_days)).await });
        tokio::select! {
            worked = working.join_next() => match worked {
                Some(Ok(worked)) => worked,
                Some(Err(error)) => Err(StoreError::Setup(format!("a job attempt crashed: {error}"))),
                None => Ok(false),
            },
            () = late => Ok(false),
        }
    }
}

impl Service {
    /// Does a job of a kind, if one is due; says whether there was one.
    pub(super) async fn work_once(&self, kind: JobKind, retention_days: Option<u32>) -> Result<bool, StoreError> {
        let mut conn = self.db.read().await?;
        let is_due = jobs::any_job_is_due(&mut conn, kind.as_str(), self.clock.now()).await?;
        // To take a job is a change, and where nothing happens nothing is to be changed.
        let is_wanted = kind != JobKind::RollUp || self.has_to_roll_up(&mut conn).await?;
        drop(conn);
        if !is_due || !is_wanted {
            return Ok(false);
        }
        let (now, lease) = (self.clock.now(), self.lease_end());
        let taken = self
            .change_jobs(move |conn| Box::pin(async move { jobs::take_job(conn, kind.as_str(), now, lease).await }));
        let Some(job) = taken.await? else { return Ok(false) };
        if self.is_too_old(kind, job.id) {
            self.give_up(kind, job, "it has waited for too long").await?;
            return Ok(true);
        }
        let outcome = tokio::select! {
            outcome = self.perform(kind, &job, retention_days) => outcome,
            () = self.renew_lease(&job) => {
                tracing::warn!(job = %job.id, kind = kind.as_str(), "a job took so long that another worker has it");
                return Ok(true);
            }
        };
        self.metrics.count_job(kind.as_str(), outcome.word());
        self.settle(kind, job, outcome).await?;
        Ok(true)
    }

    /// Makes the lease longer for as long as it is this worker's.
    async fn renew_lease(&self, job: &TakenJob) {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            let (kept, lease) = (job.clone(), self.lease_end());
            let extended =
                self.change_jobs(move |conn| Box::pin(async move { jobs::extend_lease(conn, &kept, lease).await }));
            match extended.await {
                Ok(true) => {}
                Ok(false) => return,
                // It may be another's soon; both can do it.
                Err(error) => tracing::warn!(%error, job = %job.id, "a lease could not be made longer"),
            }
        }
    }

    /// Writes down what became of a job.
    async fn settle(&self, kind: JobKind, job: TakenJob, outcome: Outcome) -> Result<(), StoreError> {
        let (now, id) = (self.clock.now(), job.id);
        let kept = match (kind.repeated_after(), outcome) {
            (Some(millis), Outcome::Done) => {
                let due = now.plus_millis(millis);
                self.change_jobs(move |conn| Box::pin(async move { jobs::repeat_job(conn, &job, due).await })).await?
            }
            (None, Outcome::Done) => {
                self.change_jobs(move |conn| Box::pin(async move { jobs::finish_job(conn, &job).await })).await?
            }
            (None, Outcome::GiveUp(error)) => self.give_up(kind, job, &error).await?,
            (None, Outcome::Retry(error)) if self.is_too_old(kind, id) => self.give_up(kind, job, &error).await?,
            (_, Outcome::Retry(error) | Outcome::GiveUp(error)) => {
                let wait = retry_after(job.failures);
                let (due, seconds) = (now.plus_millis(wait), wait / 1_000);
                tracing::warn!(job = %id, error, "{}; the next try is in {seconds} s", kind.failure());
                let error = domain::shorten_to_bytes(&error, 500).to_owned();
                self.change_jobs(move |conn| Box::pin(async move { jobs::retry_job(conn, &job, due, &error).await }))
                    .await?
            }
        };
        if !kept {
            tracing::warn!(job = %id, kind = kind.as_str(), "a job was done while another worker had taken it");
        }
        Ok(())
    }

    fn is_too_old(&self, kind: JobKind, id: JobId) -> bool {
        kind.given_up_after().is_some_and(|millis| id.made_at().plus_millis(millis) < self.clock.now())
    }

    async fn give_up(&self, kind: JobKind, job: TakenJob, error: &str) -> Result<bool, StoreError> {
        tracing::error!(job = %job.id, error, "{}, and won't be tried again", kind.failure());
        self.metrics.count_job(kind.as_str(), "given_up");
        self.change_jobs(move |conn| Box::pin(async move { jobs::finish_job(conn, &job).await })).await
    }

    /// Sees to it that what is done again and again is there to be done.
    async fn begin_recurring(&self, kind: JobKind) -> Result<(), StoreError> {
        if kind.repeated_after().is_none() {
            return Ok(());
        }
        let (id, now): (JobId, Timestamp) = (self.clock.new_id(), self.clock.now());
        self.change_jobs(move |conn| {
            Box::pin(async move { jobs::ensure_recurring(conn, id, kind.as_str(), now).await })
        })
        .await
    }

    fn lease_end(&self) -> Timestamp {
        self.clock.now().plus_millis(LEASE_MILLIS)
    }

    /// A short transaction about jobs, which is no person's change.
    async fn change_jobs<T: Send + 'static>(
        &self,
        change: impl for<'c> FnOnce(&'c mut Conn) -> JobTransaction<'c, T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let db = self.db.clone();
        owned_task(async move {
            let mut conn = db.begin().await?;
            let changed = change(&mut conn).await?;
            conn.commit().await?;
            Ok(changed)
        })
        .await
    }
}

/// In milliseconds.
fn retry_after(failures: i64) -> i64 {
    let doubled = u32::try_from(failures.clamp(0, 20)).unwrap_or(20);
    (FIRST_RETRY_MILLIS << doubled).min(LAST_RETRY_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_again_after_longer_and_longer_but_never_after_more_than_ten_minutes() {
        let waits: Vec<i64> = (0..8).map(|failures| retry_after(failures) / 1_000).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 600, 600]);
        assert_eq!([-1, i64::MAX].map(retry_after), [10_000, 600_000]);
    }
}
