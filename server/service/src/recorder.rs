//! The recorder: the one task through which clicks and conversions reach the disk.
//!
//! It drains what has gathered, writes it in one transaction, commits, and only then answers each waiting request.
//! Groups grow by themselves under load; an idle server commits at once. Nothing is cached, so nothing can be stale.

use std::time::{Duration, Instant};

use store::{
    Conn, Db, StoreError,
    clicks::{NewClick, ResolvedLink, record_clicks},
    conversions::{NewConversion, Recorded, record_conversions},
};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::Change;

/// "503 after at most 5 s of trying."
pub(crate) const PATIENCE: Duration = Duration::from_millis(4_800);
/// Requests that may wait at once; more are turned away at once.
const QUEUE: usize = 16_384;
/// Requests in one transaction.
const GROUP: usize = 1_024;

enum Job {
    Click(NewClick, oneshot::Sender<Option<ResolvedLink>>),
    Conversion(Box<NewConversion>, oneshot::Sender<Recorded>),
    Finish(oneshot::Sender<()>),
}

/// What was asked, and until when somebody waits for the answer.
struct Queued {
    job: Job,
    deadline: Instant,
}

/// The way to the recorder's task.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    queue: mpsc::Sender<Queued>,
}

/// It could not be committed in time: it is unknown whether it will be, and the client has to ask again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotCommitted;

impl Recorder {
    pub(crate) fn start(db: Db, changes: broadcast::Sender<Change>) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        tokio::spawn(run(db, jobs, changes));
        Self { queue }
    }

    /// Records a click if its link is live; says what the link is, once that is committed.
    pub(crate) async fn click(&self, click: NewClick) -> Result<Option<ResolvedLink>, NotCommitted> {
        self.ask(|reply| Job::Click(click, reply)).await
    }

    /// Records a conversion; says what became of it, once that is committed.
    pub(crate) async fn conversion(&self, conversion: NewConversion) -> Result<Recorded, NotCommitted> {
        self.ask(|reply| Job::Conversion(Box::new(conversion), reply)).await
    }

    /// Waits until everything that was asked before has been answered.
    pub(crate) async fn finish(&self) {
        let _ = self.ask(Job::Finish).await;
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, NotCommitted> {
        let (reply, answer) = oneshot::channel();
        let deadline = Instant::now() + PATIENCE;
        self.queue.try_send(Queued { job: job(reply), deadline }).map_err(|_| NotCommitted)?;
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            _ => Err(NotCommitted),
        }
    }
}

async fn run(db: Db, mut jobs: mpsc::Receiver<Queued>, changes: broadcast::Sender<Change>) {
    let mut gathered = Vec::with_capacity(GROUP);
    while jobs.recv_many(&mut gathered, GROUP).await > 0 {
        let now = Instant::now();
        let mut group = Group::default();
        for Queued { job, deadline } in gathered.drain(..) {
            match job {
                // Whoever asked has been told that it didn't work.
                Job::Click(..) | Job::Conversion(..) if deadline < now => {}
                Job::Click(click, reply) => group.clicks.push((click, reply)),
                Job::Conversion(conversion, reply) => group.conversions.push((*conversion, reply)),
                Job::Finish(reply) => group.finished.push(reply),
            }
        }
        group.record(&db, &changes).await;
    }
}

#[derive(Default)]
struct Group {
    clicks: Vec<(NewClick, oneshot::Sender<Option<ResolvedLink>>)>,
    conversions: Vec<(NewConversion, oneshot::Sender<Recorded>)>,
    finished: Vec<oneshot::Sender<()>>,
}

type Answers = (Vec<Option<ResolvedLink>>, Vec<Recorded>);

impl Group {
    async fn record(self, db: &Db, changes: &broadcast::Sender<Change>) {
        let clicks: Vec<&NewClick> = self.clicks.iter().map(|(click, _)| click).collect();
        let conversions: Vec<&NewConversion> = self.conversions.iter().map(|(conversion, _)| conversion).collect();
        // A server that vanished without a word would keep the only recorder waiting for a quarter of an hour.
        let done = tokio::time::timeout(PATIENCE, commit(db, &clicks, &conversions)).await;
        match done.unwrap_or_else(|_| Err(StoreError::Setup("the database did not answer in time".to_owned()))) {
            Ok(answers) => self.answer(answers, changes),
            // One row that the database refuses must not spoil the others: each for itself.
            Err(StoreError::Refused(error)) if clicks.len() + conversions.len() > 1 => {
                tracing::warn!(%error, "a group holds a row that the database refuses; recording one by one");
                self.record_one_by_one(db, changes).await;
            }
            // The replies are dropped, which each waiting request reads as "not committed".
            Err(error) => tracing::error!(%error, "a group could not be committed"),
        }
    }

    async fn record_one_by_one(self, db: &Db, changes: &broadcast::Sender<Change>) {
        for (click, reply) in self.clicks {
            let one = Group { clicks: vec![(click, reply)], ..Group::default() };
            Box::pin(one.record(db, changes)).await;
        }
        for (conversion, reply) in self.conversions {
            let one = Group { conversions: vec![(conversion, reply)], ..Group::default() };
            Box::pin(one.record(db, changes)).await;
        }
    }

    fn answer(self, (links, recorded): Answers, changes: &broadcast::Sender<Change>) {
        for ((_, reply), link) in self.clicks.into_iter().zip(links) {
            if let Some(link) = link.as_ref().filter(|link| link.live) {
                let _ = changes.send(Change { partner: link.partner_id, affiliate: link.affiliate_id });
            }
            let _ = reply.send(link);
        }
        for ((_, reply), recorded) in self.conversions.into_iter().zip(recorded) {
            if let Recorded::Stored { duplicate: false, partner_id, affiliate_id, .. } = &recorded {
                let _ = changes.send(Change { partner: *partner_id, affiliate: *affiliate_id });
            }
            let _ = reply.send(recorded);
        }
        for reply in self.finished {
            let _ = reply.send(());
        }
    }
}

async fn commit(db: &Db, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Result<Answers, StoreError> {
    if clicks.is_empty() && conversions.is_empty() {
        return Ok(Answers::default());
    }
    let mut conn: Conn = db.begin().await?;
    let links = if clicks.is_empty() { Vec::new() } else { record_clicks(&mut conn, clicks).await? };
    let recorded = if conversions.is_empty() { Vec::new() } else { record_conversions(&mut conn, conversions).await? };
    conn.commit().await?;
    Ok((links, recorded))
}
