//! How many streams may be open: each is a connection and a task for as long as a page is looked at.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::UserId;
use service::SessionToken;
use tokio::sync::oneshot;

/// As many as a browser opens connections to one site.
const PER_SESSION: usize = 6;
const PER_USER: usize = 20;
const PER_NODE: usize = 1_000;

/// The streams that are open on this node.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    /// The number of the stream that was opened last.
    last: u64,
    /// In the order in which they were opened.
    streams: Vec<Taker>,
}

#[derive(Debug)]
struct Taker {
    number: u64,
    token: SessionToken,
    user: UserId,
    /// Dropped to close the stream.
    _keep: oneshot::Sender<()>,
}

/// The place of one stream; free again when dropped.
#[derive(Debug)]
pub(super) struct Place {
    number: u64,
    places: Places,
    kept: oneshot::Receiver<()>,
}

impl Places {
    /// A place for another stream. Where the session or the person has too many, the oldest of theirs ends: the tab that
    /// was opened last is the one that is looked at. Where the node has too many, the person who has most loses one.
    pub(super) fn take(&self, token: &SessionToken, user: UserId) -> Place {
        let mut places = self.lock();
        places.end_oldest(PER_SESSION, |taker| taker.token.expose() == token.expose());
        places.end_oldest(PER_USER, |taker| taker.user == user);
        if places.streams.len() >= PER_NODE {
            places.end_one_of_most();
        }
        places.last += 1;
        let (keep, kept) = oneshot::channel();
        let number = places.last;
        places.streams.push(Taker { number, token: token.clone(), user, _keep: keep });
        Place { number, places: self.clone(), kept }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn end_oldest(&mut self, most: usize, is_theirs: impl Fn(&Taker) -> bool) {
        let mut theirs = (0..self.streams.len()).filter(|at| is_theirs(&self.streams[*at]));
        let oldest = theirs.next();
        let others = theirs.count();
        if let Some(oldest) = oldest.filter(|_| others + 1 >= most) {
            self.streams.remove(oldest);
        }
    }

    fn end_one_of_most(&mut self) {
        let mut counts: HashMap<UserId, usize> = HashMap::new();
        for taker in &self.streams {
            *counts.entry(taker.user).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count).map(|(user, _)| user);
        if let Some(at) = self.streams.iter().position(|taker| Some(taker.user) == most) {
            self.streams.remove(at);
        }
    }
}

impl Place {
    /// Waits until a newer stream has taken it.
    pub(super) async fn lost(&mut self) {
        let _ = (&mut self.kept).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().streams.retain(|taker| taker.number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn is_lost(place: &mut Place) -> bool {
        place.lost().now_or_never().is_some()
    }

    fn person() -> UserId {
        UserId::from_uuid(uuid::Uuid::now_v7())
    }

    fn token(number: usize) -> SessionToken {
        SessionToken::new(format!("token {number}"))
    }

    #[test]
    fn the_oldest_stream_of_a_session_gives_way_to_its_newest() {
        let (places, user) = (Places::default(), person());
        let mut other = places.take(&token(2), user);
        let mut all: Vec<_> = (0..PER_SESSION).map(|_| places.take(&token(1), user)).collect();
        assert!(all.iter_mut().all(|place| !is_lost(place)));
        let mut newest = places.take(&token(1), user);
        assert!(is_lost(&mut all[0]) && !is_lost(&mut all[1]) && !is_lost(&mut newest));
        drop(all);
        let mut more: Vec<_> = (1..PER_SESSION).map(|_| places.take(&token(1), user)).collect();
        assert!(more.iter_mut().all(|place| !is_lost(place)), "a closed stream takes no place");
        assert!(!is_lost(&mut newest) && !is_lost(&mut other));
    }

    #[test]
    fn a_person_has_so_many_streams_and_of_a_full_node_whoever_has_most_loses_one() {
        let (places, user) = (Places::default(), person());
        let mut own: Vec<_> = (0..=PER_USER).map(|number| places.take(&token(number), user)).collect();
        assert!(is_lost(&mut own[0]) && !is_lost(&mut own[1]));
        let others = PER_NODE - PER_USER;
        let mut taken: Vec<_> = (0..others).map(|n| places.take(&token(100 + n), person())).collect();
        let mut newest = places.take(&token(9_999), person());
        assert!(is_lost(&mut own[1]) && !is_lost(&mut own[2]) && !is_lost(&mut newest));
        assert!(taken.iter_mut().all(|place| !is_lost(place)));
    }
}
