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

use super::{
    load::{Load, Outcome, Pace, count},
    scene::Scene,
    sized, wait,
};
use crate::support::running::{Program, ask};

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

/// What the version after this one does to a database that servers of this one are working with. It only adds, and it gives
/// up and begins again where others keep it waiting, as `migrate` does.
const COMING_VERSION: &str = "do $$ begin
    loop
        begin
            perform set_config('lock_timeout', '500ms', true);
            alter table clicks add column coming text;
            alter table conversions add column coming bigint not null default 0;
            alter table links add column coming text;
            alter table offers add column coming text;
            create table coming (id uuid not null primary key);
            insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                select max(version) + 1, 'of the coming version', true, '', 0 from _sqlx_migrations;
            exit;
        exception when lock_not_available or deadlock_detected then
            perform pg_sleep(0.2);
        end;
    end loop;
end $$";

/// Three servers with a balancer before them, and load.
struct Rolling {
    scene: Scene,
    addresses: Vec<String>,
    servers: Vec<Program>,
    balancer: Arc<Balancer>,
    looking: JoinHandle<()>,
    load: Load,
    began: Instant,
}

impl Rolling {
    fn begin() -> Option<Self> {
        let scene = Scene::set(Engine::Postgres)?;
        let addresses = free_addresses();
        let servers = addresses.iter().map(|address| start(&scene, address)).collect();
        let (balancer, looking) = Balancer::start(&addresses);
        let choosing = Arc::clone(&balancer);
        let began = Instant::now();
        let load = Load::start_at(&scene, PACE, move || choosing.choose());
        thread::sleep(Duration::from_millis(500));
        Some(Self { scene, addresses, servers, balancer, looking, load, began })
    }

    /// Restarts one server after the other.
    fn restart_each(&mut self) {
        for (number, address) in self.addresses.iter().enumerate() {
            self.servers.remove(number).stop();
            self.servers.insert(number, start(&self.scene, address));
            self.balancer.wait_for(number);
            thread::sleep(Duration::from_millis(300));
        }
    }

    /// Nobody was turned away, and everything that was stored was answered.
    fn end(self) -> Scene {
        let (seen, lasted) = (self.load.stop(), self.began.elapsed());
        self.balancer.stopped.store(true, Ordering::Relaxed);
        self.looking.join().unwrap();
        let failed = count(&seen, Outcome::Broken) + count(&seen, Outcome::Unavailable);
        let slowest = seen.iter().map(|seen| seen.answered - seen.sent).max().unwrap();
        println!("{failed} of {} requests failed; the slowest took {slowest:?}", seen.len());
        assert_eq!(failed, 0);
        let wanted = usize::try_from(PACE.per_second).unwrap() * lasted.as_secs() as usize;
        assert!(
            seen.len() > wanted / sized(8, 2),
            "{} requests of {wanted} are too little load to tell anything",
            seen.len()
        );
        self.servers.into_iter().for_each(|server| drop(server.stop()));
        let held = self.scene.assert_all_kept();
        assert_eq!(held.clicks + held.sales, held.stored, "what was stored was answered");
        self.scene
    }
}

fn start(scene: &Scene, address: &str) -> Program {
    scene.start_with(&[DRAIN, ("LISTEN_ADDR", address)])
}

#[test]
fn a_rolling_restart_fails_no_request_and_loses_nothing() {
    let Some(mut rolling) = Rolling::begin() else { return };
    for _ in 0..sized(1, 10) {
        rolling.restart_each();
    }
    rolling.end().assert_audit_is_clean();
}

#[test]
fn servers_of_two_versions_work_side_by_side() {
    let Some(mut rolling) = Rolling::begin() else { return };
    // As the first server of the next version migrates, those of this one have connections and prepared statements.
    wait(rolling.scene.database.run_sql(COMING_VERSION.to_owned()));
    thread::sleep(Duration::from_secs(1));
    // Some go on, others are started again on what the next version has made: as after a way back.
    rolling.restart_each();
    let scene = rolling.end();
    // An audit looks at nothing that it doesn't know all of.
    wait(scene.database.run_sql("delete from _sqlx_migrations where description = 'of the coming version'".to_owned()));
    scene.assert_audit_is_clean();
}
