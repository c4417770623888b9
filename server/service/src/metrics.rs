//! What monitoring is told, in the text form of OpenMetrics, which Prometheus reads.
//!
//! Every number belongs to this program and its life: a restart begins at zero, several servers are added up by the
//! monitoring. No label holds anything that a client sent.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::ClickKind;
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use store::{
    PoolMetrics, StoreError,
    jobs::{JobCounts, count_jobs},
};

use crate::Service;

/// How long the database is asked for one of them.
const COUNT_TIMEOUT: Duration = Duration::from_secs(1);

/// One label and its value, from our own words.
type Label = [(&'static str, &'static str); 1];

/// Numbers for monitoring. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    clicks: [Counter; 3],
    not_live: Counter,
    unknown: Counter,
    unavailable: Counter,
    postbacks: Family<Label, Counter>,
    /// All postbacks together.
    answered: AtomicU64,
    jobs: Family<[(&'static str, &'static str); 2], Counter>,
    waiting_jobs: Gauge,
    failing_jobs: Gauge,
    batches: Recording,
    queue: Gauge,
    sessions: Gauge,
    streams: Gauge,
}

/// What is measured of each batch that is recorded.
pub(crate) struct Recording {
    /// Clicks and postbacks in one transaction.
    pub(crate) members: Histogram,
    /// Until the transaction could write.
    pub(crate) wait: Histogram,
    /// From then until it was on disk.
    pub(crate) commit: Histogram,
    /// Batches of which nothing was stored.
    pub(crate) failed: Counter,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    pub(crate) fn new(pools: &PoolMetrics) -> Self {
        let mut registry = Registry::with_prefix("something");
        let kinds: Family<Label, Counter> = Family::default();
        registry.register("clicks", "Clicks on disk, by what they were", kinds.clone());
        let refused: Family<Label, Counter> = Family::default();
        registry.register("visits_not_recorded", "Requests to tracking links that made no click", refused.clone());
        let postbacks: Family<Label, Counter> = Family::default();
        registry.register("postbacks", "Postbacks, by what they were answered", postbacks.clone());
        let jobs: Family<[(&'static str, &'static str); 2], Counter> = Family::default();
        registry.register("jobs", "Background job attempts, by outcome", jobs.clone());
        let of = |family: &Family<Label, Counter>, label| family.get_or_create(&[label]).clone();
        let batches = Recording::register(&mut registry);
        let help = "Time until a page or form got a connection to the database";
        registry.register_with_unit("pool_wait", help, Unit::Seconds, pools.by_pool.clone());
        let gauge = |registry: &mut Registry, name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let queue = gauge(&mut registry, "queue_depth", "Clicks and postbacks that wait for the recorder");
        let help = "Mails and whatever else is done once that are still to be done, of the whole network";
        let waiting_jobs = gauge(&mut registry, "jobs_waiting", help);
        let help = "Of them, those that have failed and are tried again";
        let failing_jobs = gauge(&mut registry, "jobs_failing", help);
        let sessions = gauge(&mut registry, "sessions", "Sessions that have not ended, of the whole network");
        let streams = gauge(&mut registry, "event_streams", "Open dashboards that are told of changes");
        Self(Arc::new(Inner {
            registry,
            clicks: [("kind", "human"), ("kind", "bot"), ("kind", "prefetch")].map(|label| of(&kinds, label)),
            not_live: of(&refused, ("reason", "not_live")),
            unknown: of(&refused, ("reason", "unknown")),
            unavailable: of(&refused, ("reason", "unavailable")),
            postbacks,
            answered: AtomicU64::new(0),
            jobs,
            waiting_jobs,
            failing_jobs,
            batches,
            queue,
            sessions,
            streams,
        }))
    }

    pub(crate) fn count_click(&self, kind: ClickKind) {
        let [visits, bots, prefetches] = &self.0.clicks;
        match kind {
            ClickKind::Human => visits,
            ClickKind::Bot => bots,
            ClickKind::Prefetch => prefetches,
        }
        .inc();
    }

    /// How many clicks this program has recorded, and postbacks it has answered.
    pub(crate) fn recorded(&self) -> u64 {
        self.0.clicks.iter().map(Counter::get).sum::<u64>() + self.0.answered.load(Ordering::Relaxed)
    }

    pub(crate) fn count_not_live(&self) {
        self.0.not_live.inc();
    }

    pub(crate) fn count_unknown(&self) {
        self.0.unknown.inc();
    }

    pub(crate) fn count_unavailable(&self) {
        self.0.unavailable.inc();
    }

    /// Counts a postback by the code of its answer, which is one of the contract's words.
    pub fn count_postback(&self, outcome: &'static str) {
        self.0.postbacks.get_or_create(&[("outcome", outcome)]).inc();
        self.0.answered.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_job(&self, kind: &'static str, outcome: &'static str) {
        self.0.jobs.get_or_create(&[("kind", kind), ("outcome", outcome)]).inc();
    }

    pub(crate) fn batches(&self) -> &Recording {
        &self.0.batches
    }
}

impl Recording {
    fn register(registry: &mut Registry) -> Self {
        let milliseconds = || Histogram::new([0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 5.0]);
        let (wait, commit) = (milliseconds(), milliseconds());
        let members = Histogram::new([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0]);
        let failed = Counter::default();
        registry.register("batch_size", "Clicks and postbacks in one transaction", members.clone());
        let help = "Until a batch's transaction could write";
        registry.register_with_unit("batch_wait", help, Unit::Seconds, wait.clone());
        let help = "From then until the batch was on disk";
        registry.register_with_unit("batch_commit", help, Unit::Seconds, commit.clone());
        registry.register("batches_failed", "Batches of which nothing was stored", failed.clone());
        Self { members, wait, commit, failed }
    }

    pub(crate) fn observe(&self, members: usize, wait: Duration, commit: Duration) {
        self.members.observe(f64::from(u32::try_from(members).unwrap_or(u32::MAX)));
        self.wait.observe(wait.as_secs_f64());
        self.commit.observe(commit.as_secs_f64());
    }
}

/// An open dashboard that is told of changes; dropped, it is none any more.
#[derive(Debug)]
pub struct OpenStream(Gauge);

impl Metrics {
    /// Counts one until it is dropped.
    pub fn open_stream(&self) -> OpenStream {
        self.0.streams.inc();
        OpenStream(self.0.streams.clone())
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Service {
    /// Where HTTP counts what it answers by itself.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// All numbers as they are now, as text. They are wanted most when the database is away: then what is counted there
    /// stays what it was.
    pub async fn write_metrics(&self) -> String {
        let inner = &self.metrics.0;
        if let Ok(Ok((sessions, jobs))) = tokio::time::timeout(COUNT_TIMEOUT, self.count_stored()).await {
            inner.sessions.set(sessions);
            inner.waiting_jobs.set(jobs.waiting);
            inner.failing_jobs.set(jobs.failing);
        }
        inner.queue.set(self.recorder.waiting().try_into().unwrap_or(i64::MAX));
        let mut text = String::new();
        // A String takes whatever is written into it.
        let _ = encode(&mut text, &inner.registry);
        text
    }

    async fn count_stored(&self) -> Result<(i64, JobCounts), StoreError> {
        let mut conn = self.db.read().await?;
        let sessions = store::sign_in::sessions::count_sessions(&mut conn, self.clock.now()).await?;
        Ok((sessions, count_jobs(&mut conn).await?))
    }
}
