//! Who finds out that something has changed: one task for all streams of this node.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use service::{Audience, Change, Service, Version};
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        watch,
    },
    time::{Instant, timeout, timeout_at},
};

/// Shortest time between two events; a burst of clicks is one event.
const REST: Duration = Duration::from_millis(300);
/// How often the versions are compared where other nodes commit unseen.
const LOOK: Duration = Duration::from_millis(700);
/// How long a look may take.
const LONGEST_LOOK: Duration = Duration::from_secs(2);
/// How often it is looked whether anybody still follows, where nothing else happens.
const TIDY: Duration = Duration::from_secs(5);

/// Who is followed, each for as long as somebody does.
#[derive(Debug, Clone, Default)]
pub(super) struct Watchers(Arc<Mutex<Watched>>);

#[derive(Debug, Default)]
struct Watched {
    audiences: HashMap<Audience, Followed>,
    /// Whether the task runs that watches.
    is_watching: bool,
}

#[derive(Debug)]
struct Followed {
    sender: watch::Sender<u64>,
    seen: Option<Version>,
}

impl Followed {
    fn tell(&self) {
        self.sender.send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Watchers {
    /// A number that changes with every change of what this audience may see, from now on.
    pub(super) fn follow(&self, service: &Service, audience: Audience) -> watch::Receiver<u64> {
        let mut watched = self.lock();
        let followed = watched.audiences.entry(audience);
        let receiver =
            followed.or_insert_with(|| Followed { sender: watch::channel(0).0, seen: None }).sender.subscribe();
        if !watched.is_watching {
            watched.is_watching = true;
            let watch = Watch {
                service: service.clone(),
                changes: service.subscribe(),
                watchers: self.clone(),
                is_needed: true,
            };
            tokio::spawn(watch.run());
        }
        receiver
    }

    /// The version that a new stream has found, so that the next look finds only what is newer.
    pub(super) fn note(&self, audience: Audience, version: Version) {
        if let Some(followed) = self.lock().audiences.get_mut(&audience) {
            followed.seen.get_or_insert(version);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that watches.
struct Watch {
    service: Service,
    changes: broadcast::Receiver<Change>,
    watchers: Watchers,
    /// Whether it still has to: nobody else watches meanwhile.
    is_needed: bool,
}

/// What was heard. Whom it concerns is asked when it is told: somebody may have begun to follow meanwhile.
enum Heard {
    These(HashSet<Change>),
    /// More was said than could be listened to.
    TooMuch,
}

impl Watch {
    async fn run(mut self) {
        let is_shared = self.service.is_shared();
        let pause = if is_shared { LOOK } else { TIDY };
        while self.goes_on() {
            let first = timeout(pause, self.changes.recv()).await;
            let heard = match first {
                Ok(first) => self.hear_more(first).await,
                Err(_) => Heard::These(HashSet::new()),
            };
            if is_shared {
                self.compare(&heard).await;
            } else {
                self.tell(&heard);
            }
        }
    }

    /// Forgets whom nobody follows any more; whether anybody is left.
    fn goes_on(&mut self) -> bool {
        let mut watched = self.watchers.lock();
        watched.audiences.retain(|_, followed| followed.sender.receiver_count() > 0);
        self.is_needed = !watched.audiences.is_empty();
        watched.is_watching = self.is_needed;
        self.is_needed
    }

    /// Whatever else comes within the rest is told by the same event.
    async fn hear_more(&mut self, first: Result<Change, RecvError>) -> Heard {
        let mut heard = HashSet::new();
        let mut next = first;
        let end = Instant::now() + REST;
        loop {
            match next {
                Ok(change) => {
                    heard.insert(change);
                }
                Err(RecvError::Lagged(_)) => {
                    tokio::time::sleep_until(end).await;
                    self.changes = self.changes.resubscribe();
                    return Heard::TooMuch;
                }
                Err(RecvError::Closed) => return Heard::TooMuch,
            }
            next = match timeout_at(end, self.changes.recv()).await {
                Ok(next) => next,
                Err(_) => return Heard::These(heard),
            };
        }
    }

    fn tell(&self, heard: &Heard) {
        for (audience, followed) in &self.watchers.lock().audiences {
            if heard.is_about(*audience) {
                followed.tell();
            }
        }
    }

    /// Tells of what was heard, and of what other nodes have committed.
    async fn compare(&self, heard: &Heard) {
        let audiences: Vec<Audience> = self.watchers.lock().audiences.keys().copied().collect();
        // A server that vanished without a word must not make all streams deaf.
        let Ok(Ok(versions)) = timeout(LONGEST_LOOK, self.service.versions(&audiences)).await else {
            return self.tell(heard);
        };
        let mut watched = self.watchers.lock();
        for (audience, now) in audiences.into_iter().zip(versions) {
            let Some(followed) = watched.audiences.get_mut(&audience) else { continue };
            let before = followed.seen.replace(now);
            // What was heard is news even if no number tells: entries of the activity are not committed in their order. And
            // nobody knows what a page has missed before the first look.
            if heard.is_about(audience) || before != Some(now) {
                followed.tell();
            }
        }
    }
}

impl Heard {
    fn is_about(&self, audience: Audience) -> bool {
        match self {
            Self::These(changes) => changes.iter().any(|change| audience.is_concerned_by(*change)),
            Self::TooMuch => true,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // After a panic: those who follow are told by the end of their channels, and come again.
        if self.is_needed {
            *self.watchers.lock() = Watched::default();
        }
    }
}
