//! The connections that are open: how many, whose, and which of them has done nothing for longest.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use service::ClientNetwork;
use tokio::task::AbortHandle;

/// Connections of one client's network. Where there are more, the one that has done nothing for longest has to go: a
/// client that opens them without end takes room from itself.
const OF_ONE_NETWORK: usize = 1_024;
/// Connections in all, where the system lets the program have so many files.
const IN_ALL: usize = 16_384;
/// Files that are not connections: the database, its log, standard streams.
const OTHER_FILES: usize = 128;
/// An answer may be read from a file.
const FILES_OF_A_CONNECTION: usize = 2;

/// All open connections of a listener.
#[derive(Debug)]
pub(super) struct Registry {
    open: Mutex<Open>,
    of_one: usize,
    in_all: usize,
}

#[derive(Debug, Default)]
struct Open {
    by_network: HashMap<ClientNetwork, Vec<Arc<OpenConnection>>>,
    count: usize,
}

/// A connection among them.
#[derive(Debug)]
pub(super) struct OpenConnection {
    /// When it last read or wrote, by [`clock_millis`].
    active: AtomicU64,
    is_evicted: AtomicBool,
    /// The task that serves it.
    task: OnceLock<AbortHandle>,
    /// Whether the request that is being read had a first line that could be read in several ways.
    ambiguous: AtomicBool,
    /// Whether one of its requests has had a body.
    has_body: AtomicBool,
}

impl OpenConnection {
    pub(super) fn touch(&self) {
        self.active.store(clock_millis(), Ordering::Relaxed);
    }

    pub(super) fn set_ambiguous(&self) {
        self.ambiguous.store(true, Ordering::Relaxed);
    }

    /// Reports and clears the flag.
    pub(super) fn was_ambiguous(&self) -> bool {
        self.ambiguous.load(Ordering::Relaxed) && self.ambiguous.swap(false, Ordering::Relaxed)
    }

    pub(super) fn set_has_body(&self) {
        self.has_body.store(true, Ordering::Relaxed);
    }

    /// See [`OpenConnection::set_has_body`].
    pub(super) fn has_body(&self) -> bool {
        self.has_body.load(Ordering::Relaxed)
    }

    /// Says which task serves it, which may have to end already.
    pub(super) fn served_by(&self, task: AbortHandle) {
        let _ = self.task.set(task);
        if self.is_evicted.load(Ordering::SeqCst) {
            self.end();
        }
    }

    /// A task that is aborted closes its connection; polling for a word to go would cost with every read and write.
    fn evict(&self) {
        self.is_evicted.store(true, Ordering::SeqCst);
        self.end();
    }

    fn end(&self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }
}

impl Registry {
    /// With as much room as the system gives.
    pub(super) fn new() -> Self {
        let files = allowed_files().saturating_sub(OTHER_FILES) / FILES_OF_A_CONNECTION;
        Self::with_limits(OF_ONE_NETWORK, IN_ALL.min(files.max(FILES_OF_A_CONNECTION)))
    }

    pub(super) fn with_limits(of_one: usize, in_all: usize) -> Self {
        Self { open: Mutex::default(), of_one: of_one.min(in_all), in_all }
    }

    /// Takes in a connection. `is_proxy`: it speaks for many clients, and is only bound by the limit for all.
    pub(super) fn add(&self, peer: IpAddr, is_proxy: bool) -> Arc<OpenConnection> {
        let connection = Arc::new(OpenConnection {
            active: AtomicU64::default(),
            is_evicted: AtomicBool::default(),
            task: OnceLock::new(),
            ambiguous: AtomicBool::default(),
            has_body: AtomicBool::default(),
        });
        connection.touch();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.count += 1;
        let is_full = open.count > self.in_all;
        let of_network = open.by_network.entry(ClientNetwork::of(peer)).or_default();
        of_network.push(Arc::clone(&connection));
        let has_evicted = if of_network.len() > self.of_one && !is_proxy {
            evict(of_network, &connection)
        } else {
            let most = open.by_network.values_mut().filter(|_| is_full).max_by_key(|of_network| of_network.len());
            most.is_some_and(|of_network| evict(of_network, &connection))
        };
        open.count -= usize::from(has_evicted);
        connection
    }

    /// Lets go of one that has ended.
    pub(super) fn remove(&self, peer: IpAddr, connection: &Arc<OpenConnection>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let network = ClientNetwork::of(peer);
        let Some(of_network) = open.by_network.get_mut(&network) else { return };
        // One that was told to go is no longer among them.
        let place = of_network.iter().position(|other| Arc::ptr_eq(other, connection));
        place.map(|at| of_network.swap_remove(at));
        if of_network.is_empty() {
            open.by_network.remove(&network);
        }
        open.count -= usize::from(place.is_some());
    }
}

/// Tells the one that has done nothing for longest to go, which is not the newcomer; says whether there is one. It no
/// longer counts.
fn evict(of_network: &mut Vec<Arc<OpenConnection>>, newcomer: &Arc<OpenConnection>) -> bool {
    let others = (0..of_network.len()).filter(|at| !Arc::ptr_eq(&of_network[*at], newcomer));
    let Some(stalest) = others.min_by_key(|at| of_network[*at].active.load(Ordering::Relaxed)) else { return false };
    of_network.swap_remove(stalest).evict();
    true
}

/// Milliseconds of a clock that never goes back. The coarse one costs a fifth of the exact one, twice for each request.
#[cfg(target_os = "linux")]
fn clock_millis() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::MonotonicCoarse);
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000 + u64::try_from(now.tv_nsec).unwrap_or(0) / 1_000_000
}

#[cfg(not(target_os = "linux"))]
fn clock_millis() -> u64 {
    static BEGAN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    u64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// How many files the program may have open, raised as far as it goes.
#[cfg(target_os = "linux")]
fn allowed_files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = u64::try_from(IN_ALL * FILES_OF_A_CONNECTION + OTHER_FILES).unwrap_or(u64::MAX);
    let limit = getrlimit(Resource::Nofile);
    let Some(current) = limit.current.filter(|current| *current < wanted) else {
        return usize::try_from(wanted).unwrap_or(usize::MAX);
    };
    let raised = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let done = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum });
    usize::try_from(if done.is_ok() { raised } else { current }).unwrap_or(usize::MAX)
}

/// What every system gives.
#[cfg(not(target_os = "linux"))]
fn allowed_files() -> usize {
    1_024
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_evicted(connection: &OpenConnection) -> bool {
        connection.is_evicted.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn whoever_has_to_go_before_its_task_is_known_goes_then() {
        let registry = Registry::with_limits(1, 5);
        let early = registry.add(IpAddr::from([10, 0, 0, 1]), false);
        let late = registry.add(IpAddr::from([10, 0, 0, 1]), false);
        let never = || tokio::spawn(std::future::pending::<()>());
        let (evicted, kept) = (never(), never());
        early.served_by(evicted.abort_handle());
        late.served_by(kept.abort_handle());
        assert!(evicted.await.unwrap_err().is_cancelled());
        assert!(!kept.is_finished());
        let _next = registry.add(IpAddr::from([10, 0, 0, 1]), false);
        assert!(kept.await.unwrap_err().is_cancelled());
    }

    #[test]
    fn the_stalest_connection_of_whoever_has_too_many_goes() {
        let registry = Registry::with_limits(3, 5);
        let (greedy, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let first = registry.add(other, false);
        let mine: Vec<_> = (0..3).map(|_| registry.add(greedy, false)).collect();
        for (millis, connection) in [5, 1, 3].into_iter().zip(&mine) {
            connection.active.store(millis, Ordering::Relaxed);
        }
        first.active.store(0, Ordering::Relaxed);
        let new = registry.add(greedy, false);
        new.active.store(9, Ordering::Relaxed);
        assert_eq!([&mine[0], &mine[1], &mine[2], &first].map(|c| is_evicted(c)), [false, true, false, false]);
        // In all there are five at most: the next one costs the network that has most.
        let _second = registry.add(other, false);
        let _third = registry.add(IpAddr::from([10, 0, 0, 3]), false);
        assert!(is_evicted(&mine[2]) && !is_evicted(&first));
        registry.remove(greedy, &mine[0]);
        registry.remove(greedy, &mine[0]);
    }

    #[test]
    fn a_proxy_speaks_for_many() {
        let registry = Registry::with_limits(2, 100);
        let connections: Vec<_> = (0..50).map(|_| registry.add(IpAddr::from([10, 0, 0, 1]), true)).collect();
        assert!(connections.iter().all(|connection| !is_evicted(connection)));
    }

    #[test]
    fn neighbours_in_ipv6_are_one_network() {
        let address = |text: &str| ClientNetwork::of(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1"));
        assert_ne!(address("2001:db8:0:1::1"), address("2001:db8::1"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    }
}
