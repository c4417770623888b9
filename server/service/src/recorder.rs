//! The recorder: the one thread through which clicks and conversions reach the disk.
//!
//! It drains what has gathered, writes it in one transaction, commits, and only then answers each waiting request.
//! Batches grow by themselves under load; an idle server commits at once. Whether a link is live is decided in the
//! transaction of the click.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use store::{
    Answers, BatchRecorder, StoreError,
    clicks::{NewClick, ResolvedLink},
    conversions::{ConversionOutcome, NewConversion},
};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::{Change, Metrics};

/// "503 after at most 5 s of trying."
pub(crate) const COMMIT_DEADLINE: Duration = Duration::from_millis(4_800);
/// Requests that may wait at once; more are turned away at once.
const QUEUE: usize = 16_384;
/// For how long a batch that failed is held against the database.
const FAILED_FOR: Duration = Duration::from_secs(5);
/// Requests in one transaction.
const BATCH: usize = 1_024;

/// What the recorder is asked to do, and whom it answers.
enum Asked {
    Click(NewClick, oneshot::Sender<Option<Arc<ResolvedLink>>>),
    Conversion(Box<NewConversion>, oneshot::Sender<ConversionOutcome>),
    Finish(oneshot::Sender<()>),
}

/// What was asked, and until when somebody waits for the answer.
struct Queued {
    asked: Asked,
    deadline: Instant,
}

/// The way to the recorder's thread.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    queue: mpsc::Sender<Queued>,
    failed: Failed,
}

/// It could not be committed in time: it is unknown whether it will be, and the client has to ask again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotCommitted;

impl Recorder {
    /// Starts the thread; it ends with the last of these handles.
    pub(crate) fn start(recorder: BatchRecorder, changes: broadcast::Sender<Change>, metrics: Metrics) -> Self {
        let (queue, asked) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new().name("recorder".to_owned());
        let failed = Failed::default();
        let listeners = Listeners { changes, metrics, failed: failed.clone() };
        if let Err(error) = thread.spawn(move || run(recorder, asked, &listeners)) {
            // Then nobody holds the other end, and every request is answered with 503.
            tracing::error!(%error, "the recorder could not be started");
        }
        Self { queue, failed }
    }

    /// Whether the last batch could not be committed. Who was sent elsewhere because of that proves nothing here, so
    /// it is no longer said a while later.
    pub(crate) fn has_just_failed(&self) -> bool {
        self.failed.lock().is_some_and(|failed| failed.elapsed() < FAILED_FOR)
    }

    /// Records a click if its link is live; says what the link is, once that is committed.
    pub(crate) async fn click(&self, click: NewClick) -> Result<Option<Arc<ResolvedLink>>, NotCommitted> {
        self.ask(|reply| Asked::Click(click, reply)).await
    }

    /// Records a conversion; says what became of it, once that is committed.
    pub(crate) async fn conversion(&self, conversion: NewConversion) -> Result<ConversionOutcome, NotCommitted> {
        self.ask(|reply| Asked::Conversion(Box::new(conversion), reply)).await
    }

    /// Waits until everything that was asked before has been answered.
    pub(crate) async fn finish(&self) {
        let _ = self.ask(Asked::Finish).await;
    }

    /// How many requests wait to be taken up.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    async fn ask<T>(&self, asked: impl FnOnce(oneshot::Sender<T>) -> Asked) -> Result<T, NotCommitted> {
        let (reply, answer) = oneshot::channel();
        let deadline = Instant::now() + COMMIT_DEADLINE;
        self.queue.try_send(Queued { asked: asked(reply), deadline }).map_err(|_| NotCommitted)?;
        match tokio::time::timeout(COMMIT_DEADLINE, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            _ => Err(NotCommitted),
        }
    }
}

/// Who else is told what was recorded.
struct Listeners {
    changes: broadcast::Sender<Change>,
    metrics: Metrics,
    failed: Failed,
}

/// When the last batch failed, if it did.
#[derive(Debug, Clone, Default)]
struct Failed(Arc<Mutex<Option<Instant>>>);

impl Failed {
    /// A row that the database does not take says nothing of other batches.
    fn note(&self, error: &StoreError) {
        if !matches!(error, StoreError::Refused(_) | StoreError::Duplicate) {
            *self.lock() = Some(Instant::now());
        }
    }

    fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run(mut recorder: BatchRecorder, mut queue: mpsc::Receiver<Queued>, listeners: &Listeners) {
    let mut gathered = Vec::with_capacity(BATCH);
    while queue.blocking_recv_many(&mut gathered, BATCH) > 0 {
        let mut batch = Batch::default();
        for Queued { asked, deadline } in gathered.drain(..) {
            match asked {
                Asked::Click(click, reply) => batch.clicks.push(Waiting { asked: click, reply, deadline }),
                Asked::Conversion(asked, reply) => batch.conversions.push(Waiting { asked: *asked, reply, deadline }),
                Asked::Finish(reply) => batch.finished.push(reply),
            }
        }
        batch.record(&mut recorder, listeners);
    }
}

/// A request that waits to be recorded.
struct Waiting<T, A> {
    asked: T,
    reply: oneshot::Sender<A>,
    deadline: Instant,
}

#[derive(Default)]
struct Batch {
    clicks: Vec<Waiting<NewClick, Option<Arc<ResolvedLink>>>>,
    conversions: Vec<Waiting<NewConversion, ConversionOutcome>>,
    finished: Vec<oneshot::Sender<()>>,
}

impl Batch {
    fn record(mut self, recorder: &mut BatchRecorder, listeners: &Listeners) {
        match self.try_record(recorder, &listeners.metrics) {
            Ok(answers) => {
                if self.members() > 0 {
                    listeners.failed.forget();
                }
                self.answer(answers, listeners);
            }
            // One row that the database refuses must not spoil the others: it is alone soon, and they in few batches.
            Err(error @ (StoreError::Refused(_) | StoreError::Duplicate)) if self.members() > 1 => {
                tracing::warn!(%error, "a batch holds a row that the database refuses; recording its halves");
                self.record_halves(recorder, listeners);
            }
            // The replies are dropped, which each waiting request reads as "not committed".
            Err(error) => {
                listeners.failed.note(&error);
                listeners.metrics.batches().failed.inc();
                tracing::error!(%error, "a batch could not be committed");
            }
        }
    }

    fn try_record(&mut self, recorder: &mut BatchRecorder, metrics: &Metrics) -> Result<Answers, StoreError> {
        if self.members() == 0 {
            return Ok(Answers::default());
        }
        let asked = Instant::now();
        let open = recorder.begin()?;
        // That may have taken a while: what somebody was told to be impossible must not be done after all.
        let now = Instant::now();
        self.clicks.retain(|waiting| waiting.deadline > now);
        self.conversions.retain(|waiting| waiting.deadline > now);
        if self.members() == 0 {
            // Dropped, `open` has done nothing.
            metrics.batches().failed.inc();
            return Ok(Answers::default());
        }
        let clicks: Vec<_> = self.clicks.iter().map(|waiting| &waiting.asked).collect();
        let conversions: Vec<_> = self.conversions.iter().map(|waiting| &waiting.asked).collect();
        let answers = open.record(&clicks, &conversions)?;
        metrics.batches().observe(clicks.len() + conversions.len(), now - asked, now.elapsed());
        Ok(answers)
    }

    fn members(&self) -> usize {
        self.clicks.len() + self.conversions.len()
    }

    /// Each for itself: the clicks before the conversions that may be theirs.
    fn record_halves(mut self, recorder: &mut BatchRecorder, listeners: &Listeners) {
        let half = self.members() / 2;
        let clicks = self.clicks.split_off(half.min(self.clicks.len()));
        let conversions = self.conversions.split_off(half - self.clicks.len());
        let rest = Self { clicks, conversions, finished: std::mem::take(&mut self.finished) };
        self.record(recorder, listeners);
        rest.record(recorder, listeners);
    }

    fn answer(self, answers: Answers, Listeners { changes, metrics, .. }: &Listeners) {
        let mut touched = HashSet::new();
        for (waiting, link) in self.clicks.into_iter().zip(answers.links) {
            match &link {
                Some(link) if link.rules.is_live() => {
                    metrics.count_click(waiting.asked.kind);
                    touched.insert(Change { partner: Some(link.partner_id), affiliate: Some(link.affiliate_id) });
                }
                Some(_) => metrics.count_not_live(),
                None => metrics.count_unknown(),
            }
            let _ = waiting.reply.send(link);
        }
        for (waiting, recorded) in self.conversions.into_iter().zip(answers.conversions) {
            if let ConversionOutcome::Stored { duplicate: false, partner_id, affiliate_id, .. } = &recorded {
                touched.insert(Change { partner: Some(*partner_id), affiliate: Some(*affiliate_id) });
            }
            let _ = waiting.reply.send(recorded);
        }
        for reply in self.finished {
            let _ = reply.send(());
        }
        if changes.receiver_count() > 0 {
            for change in touched {
                let _ = changes.send(change);
            }
        }
    }
}
