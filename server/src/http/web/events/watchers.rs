//! Who finds out that something has changed: one task for all streams that show the same rows.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{AffiliateId, PartnerId};
use service::{Change, Service, Session, Version};
use tokio::sync::{broadcast, watch};

/// Shortest time between two events; a burst of clicks is one event.
const REST: Duration = Duration::from_millis(300);
/// How often the numbers are compared where other nodes commit unseen.
const LOOK: Duration = Duration::from_millis(700);

/// Whose rows a stream shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Audience {
    Partner(PartnerId),
    Affiliate(AffiliateId),
    Network,
}

impl Audience {
    fn of(session: &Session) -> Self {
        match session {
            Session::Partner(partner) => Self::Partner(partner.partner_id()),
            Session::Affiliate(affiliate) => Self::Affiliate(affiliate.affiliate_id()),
            Session::Admin(_) => Self::Network,
        }
    }

    fn is_concerned_by(self, change: Change) -> bool {
        match self {
            Self::Partner(partner) => change.partner == Some(partner),
            Self::Affiliate(affiliate) => change.affiliate == Some(affiliate),
            Self::Network => true,
        }
    }
}

/// The tasks that watch, each for as long as somebody follows it.
#[derive(Debug, Clone, Default)]
pub(super) struct Watchers(Arc<Mutex<HashMap<Audience, watch::Sender<u64>>>>);

impl Watchers {
    /// A number that changes with every change of what this person may see.
    pub(super) fn follow(&self, service: &Service, session: &Session) -> watch::Receiver<u64> {
        let audience = Audience::of(session);
        let mut open = self.lock();
        if let Some(sender) = open.get(&audience) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(0);
        open.insert(audience, sender.clone());
        drop(open);
        let watcher = Watcher {
            audience,
            session: session.clone(),
            service: service.clone(),
            changes: service.subscribe(),
            seen: None,
            sender,
            watchers: self.clone(),
            is_listed: true,
        };
        tokio::spawn(watcher.run());
        receiver
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Audience, watch::Sender<u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Watcher {
    audience: Audience,
    session: Session,
    service: Service,
    changes: broadcast::Receiver<Change>,
    seen: Option<Version>,
    sender: watch::Sender<u64>,
    watchers: Watchers,
    /// Whether others can still find it.
    is_listed: bool,
}

impl Watcher {
    async fn run(mut self) {
        let sender = self.sender.clone();
        if self.service.is_shared() {
            self.seen = self.service.version(&self.session).await.ok();
            // What another node has committed before this look may be missing on a page that is open already.
            sender.send_modify(|count| *count = count.wrapping_add(1));
        }
        loop {
            tokio::select! {
                () = self.changed() => sender.send_modify(|count| *count = count.wrapping_add(1)),
                () = sender.closed() => if self.ends() { return },
            }
        }
    }

    /// Takes itself off the list, unless somebody has begun to follow meanwhile.
    fn ends(&mut self) -> bool {
        let mut open = self.watchers.lock();
        if self.sender.receiver_count() > 0 {
            return false;
        }
        open.remove(&self.audience);
        self.is_listed = false;
        true
    }

    /// Waits for a change of one's own; on a shared database the numbers themselves are compared.
    async fn changed(&mut self) {
        loop {
            let heard = if self.service.is_shared() {
                tokio::time::timeout(LOOK, self.hear()).await.is_ok()
            } else {
                self.hear().await;
                true
            };
            if heard {
                // Whatever else comes within the rest is told by the same event.
                tokio::time::sleep(REST).await;
                self.changes = self.changes.resubscribe();
            }
            if self.is_news(heard).await {
                return;
            }
        }
    }

    async fn is_news(&mut self, heard: bool) -> bool {
        if !self.service.is_shared() {
            return heard;
        }
        let Ok(now) = self.service.version(&self.session).await else { return heard };
        let before = self.seen.replace(now);
        // What was heard is news even if no number tells: entries of the activity are not committed in their order.
        heard || before.is_some_and(|before| before != now)
    }

    async fn hear(&mut self) {
        loop {
            match self.changes.recv().await {
                Ok(change) if !self.audience.is_concerned_by(change) => {}
                // Lagging behind means that a lot has happened; some of it may be one's own.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // After a panic: those who follow it are told by the end of the channel, and come again.
        if self.is_listed {
            self.watchers.lock().remove(&self.audience);
        }
    }
}
