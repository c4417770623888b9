//! Three servers on one PostgreSQL are restarted one after the other, under load, and no visitor notices.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use testkit::Engine;

use crate::{
    load::{Load, Outcome, Pace, count},
    running::{Program, ask},
    scene::Scene,
    sized,
};

const PACE: Pace = Pace { clients: 40, per_second: 1_000 };
/// How often the balancer asks each server whether it is ready.
const LOOK: Duration = Duration::from_millis(100);
/// Long enough for the balancer to see it, and for every client to have asked once more.
const DRAIN: (&str, &str) = ("DRAIN_SECONDS", "2");

/// What stands before several servers: new connections go to those that say they are ready.
struct Balancer {
    servers: Vec<(String, AtomicBool)>,
    next: AtomicUsize,
    stopped: AtomicBool,
}

impl Balancer {
    fn start(addresses: &[String]) -> (Arc<Self>, JoinHandle<()>) {
        let servers = addresses.iter().map(|address| (address.clone(), AtomicBool::new(true))).collect();
        let balancer = Arc::new(Self { servers, next: AtomicUsize::new(0), stopped: AtomicBool::new(false) });
        let looking = Arc::clone(&balancer);
        let thread = thread::spawn(move || {
            while !looking.stopped.load(Ordering::Relaxed) {
                for (address, ready) in &looking.servers {
                    ready.store(
                        ask(address, "GET", "/readyz").is_some_and(|(status, _)| status == 200),
                        Ordering::Relaxed,
                    );
                }
                thread::sleep(LOOK);
            }
        });
        (balancer, thread)
    }

    /// A server that is ready.
    fn choose(&self) -> String {
        loop {
            let (address, ready) = &self.servers[self.next.fetch_add(1, Ordering::Relaxed) % self.servers.len()];
            if ready.load(Ordering::Relaxed) {
                return address.clone();
            }
            thread::yield_now();
        }
    }

    fn wait_for(&self, server: usize) {
        let until = Instant::now() + Duration::from_secs(30);
        while !self.servers[server].1.load(Ordering::Relaxed) {
            assert!(Instant::now() < until, "server {server} does not come back");
            thread::sleep(LOOK);
        }
    }
}

/// Ports that nobody listens on: a restarted server is found where it was.
fn free_addresses() -> Vec<String> {
    let listeners: Vec<_> = (0..3).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().to_string()).collect()
}

#[test]
fn a_rolling_restart_fails_no_request_and_loses_nothing() {
    let Some(scene) = Scene::set(Engine::Postgres) else { return };
    let addresses = free_addresses();
    let start = |address: &String| scene.start_with(&[DRAIN, ("LISTEN_ADDR", address)]);
    let mut servers: Vec<Program> = addresses.iter().map(start).collect();
    let (balancer, looking) = Balancer::start(&addresses);
    let choosing = Arc::clone(&balancer);
    let began = Instant::now();
    let load = Load::start_at(&scene, PACE, move || choosing.choose());
    thread::sleep(Duration::from_millis(500));
    let rounds = sized(1, 10);
    for _ in 0..rounds {
        for (number, address) in addresses.iter().enumerate() {
            servers.remove(number).stop();
            servers.insert(number, start(address));
            balancer.wait_for(number);
            thread::sleep(Duration::from_millis(300));
        }
    }
    let (seen, lasted) = (load.stop(), began.elapsed());
    balancer.stopped.store(true, Ordering::Relaxed);
    looking.join().unwrap();
    let failed = count(&seen, Outcome::Broken) + count(&seen, Outcome::Unavailable);
    let slowest = seen.iter().map(|seen| seen.answered - seen.sent).max().unwrap();
    println!("{rounds} rounds: {failed} of {} requests failed; the slowest took {slowest:?}", seen.len());
    assert_eq!(failed, 0);
    let wanted = usize::try_from(PACE.per_second).unwrap() * lasted.as_secs() as usize;
    assert!(
        seen.len() > wanted / sized(8, 2),
        "{} requests of {wanted} are too little load to tell anything",
        seen.len()
    );
    servers.into_iter().for_each(|server| drop(server.stop()));
    let held = scene.assert_all_kept();
    assert_eq!(held.clicks + held.sales, held.stored, "what was stored was answered");
    scene.assert_audit_is_clean();
}
