//! The service: what every use case works with.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{PartnerId, UserId};
use store::{Db, StoreError, audit::Finding, reports::CountMemory, rollups::PackerMemory};
use tokio::sync::{Mutex, Notify, broadcast, watch};

use crate::{
    Change, Clock, Countries, Mailer, Metrics, Sealer, SessionsEnded,
    pace::Pace,
    recorder::{COMMIT_DEADLINE, Recorder},
    reports::ReportPermits,
    sign_in::{Limits, Passwords},
};

/// What the use cases need to know about the site.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address of the site and the API, without a slash at the end.
    pub public_url: String,
    /// Base of tracking links, without a slash at the end.
    pub tracking_url: String,
    /// The brand.
    pub site_name: String,
}

/// Every use case of the program. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Service {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) sealer: Sealer,
    pub(crate) mailer: Mailer,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Limits,
    /// The countries of visitors' addresses.
    pub(crate) countries: Countries,
    pub(crate) report_permits: ReportPermits,
    /// What was counted for reports of days that are over.
    pub(crate) counted: CountMemory,
    /// What the worker that packs clicks for reports knows from its steps before.
    pub(crate) packer: Arc<Mutex<PackerMemory>>,
    pub(crate) offer_pace: Pace<PartnerId>,
    pub(crate) change_pace: Pace<UserId>,
    pub(crate) recorder: Recorder,
    pub(crate) metrics: Metrics,
    pub(crate) changes: broadcast::Sender<Change>,
    pub(crate) ended: broadcast::Sender<SessionsEnded>,
    /// Told when a mail was committed on this node, so that it is sent at once.
    pub(crate) mail_added: Arc<Notify>,
    /// When the database was last found ready; one request at a time finds out.
    ready: Arc<Mutex<Option<Instant>>>,
    settings: Arc<Settings>,
}

/// How long a database that was ready is taken to be: anybody may ask, and to find out takes a transaction.
const STILL_READY: Duration = Duration::from_millis(200);

impl Service {
    /// Puts the parts together and starts the recorder.
    pub fn new(db: Db, clock: Clock, sealer: Sealer, mailer: Mailer, settings: Settings) -> Result<Self, StoreError> {
        let (changes, _) = broadcast::channel(1024);
        let metrics = Metrics::new(db.pool_metrics());
        Ok(Self {
            recorder: Recorder::start(db.recorder()?, changes.clone(), metrics.clone()),
            metrics,
            db,
            clock,
            sealer,
            mailer,
            passwords: Passwords::new(),
            limits: Limits::new(),
            countries: Countries::default(),
            report_permits: ReportPermits::default(),
            counted: CountMemory::default(),
            packer: Arc::default(),
            offer_pace: Pace::of_offers(),
            change_pace: Pace::of_changes(),
            changes,
            ended: broadcast::Sender::new(256),
            mail_added: Arc::default(),
            ready: Arc::default(),
            settings: Arc::new(settings),
        })
    }

    /// The same, and it tells countries by this file.
    #[must_use]
    pub fn with_countries(self, countries: Countries) -> Self {
        Self { countries, ..self }
    }

    /// Reads the file of countries again whenever it has become another, until `stop` says so.
    pub async fn follow_countries(self, stop: watch::Receiver<bool>) {
        self.countries.follow(stop).await;
    }

    /// Whether visitors' countries are known.
    pub const fn knows_countries(&self) -> bool {
        self.countries.is_known()
    }

    /// What the site is called and where it is.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether the database can be written now, and the last clicks and postbacks could: they need more room than what
    /// is written here, on a disk that is nearly full.
    pub async fn check_ready(&self) -> Result<(), StoreError> {
        let late = |_| StoreError::Setup("the database did not answer in time".to_owned());
        tokio::time::timeout(COMMIT_DEADLINE, async {
            if self.recorder.has_just_failed() {
                return Err(StoreError::Setup("the last batch could not be committed".to_owned()));
            }
            let mut ready = self.ready.lock().await;
            if !ready.is_some_and(|last| last.elapsed() < STILL_READY) {
                *ready = None;
                self.db.check_writable().await?;
                *ready = Some(Instant::now());
            }
            Ok(())
        })
        .await
        .map_err(late)?
    }

    /// Lets the recorder finish what it has, then closes the database.
    pub async fn close(&self) {
        self.recorder.finish().await;
        self.db.close().await;
    }

    /// Changes as they are committed on this node.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Sessions as they end on this node by signing out, a new password or a suspension.
    pub fn ended_sessions(&self) -> broadcast::Receiver<SessionsEnded> {
        self.ended.subscribe()
    }

    /// Whether other nodes commit to the same database, unseen by [`Service::subscribe`].
    pub fn is_shared(&self) -> bool {
        self.db.is_shared()
    }

    /// Checks the invariants; for tests of what the use cases have left.
    pub async fn audit(&self) -> Result<Vec<Finding>, StoreError> {
        let mut conn = self.db.snapshot().await?;
        store::audit::check_invariants(&mut conn).await
    }
}
