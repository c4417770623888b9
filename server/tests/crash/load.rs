//! Clients that visit and sell at a steady pace, and write down what they ask and what they are told.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    client::{Answer, Client},
    ledger::{Ledger, visitor},
    scene::{Scene, postback},
};
use crate::support::running::Program;

/// One postback after so many clicks.
const CLICKS_PER_SALE: u32 = 10;

/// How many requests.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub clients: u32,
    /// Clicks, of all clients together; a tenth as many postbacks come on top.
    pub per_second: u32,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A redirect with a click, or a recorded sale.
    Done,
    /// 503, with everything that belongs to it.
    Unavailable,
    /// The connection broke.
    Broken,
}

/// A request, as its client saw it.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub sent: Instant,
    pub answered: Instant,
    pub outcome: Outcome,
}

/// Clients at work, until they are stopped.
pub struct Load {
    clients: Vec<JoinHandle<Vec<Seen>>>,
    stop: Arc<AtomicBool>,
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Load {
    pub fn start(scene: &Scene, program: &Program, pace: Pace) -> Self {
        let address = program.address.clone();
        Self::start_at(scene, pace, move || address.clone())
    }

    /// Clients that ask for an address whenever they need a connection.
    pub fn start_at(scene: &Scene, pace: Pace, choose: impl Fn() -> String + Clone + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let interval =
            Duration::from_secs(1) * pace.clients * CLICKS_PER_SALE / (pace.per_second * (CLICKS_PER_SALE + 1));
        let clients = (0..pace.clients).map(|number| {
            let worker = Worker {
                client: Client::choosing(choose.clone()),
                track: scene.track(),
                key: scene.demo.key.clone(),
                ledger: Arc::clone(&scene.ledger),
                last: None,
            };
            let (stop, first) = (Arc::clone(&stop), Instant::now() + interval * number / pace.clients);
            thread::spawn(move || worker.work(number, &stop, first, interval))
        });
        Self { clients: clients.collect(), stop }
    }

    /// What all of them saw. An answer that is none of the three outcomes fails the test.
    pub fn stop(mut self) -> Vec<Seen> {
        self.stop.store(true, Ordering::Relaxed);
        std::mem::take(&mut self.clients).into_iter().flat_map(|client| client.join().unwrap()).collect()
    }
}

/// How many had an outcome.
pub fn count(seen: &[Seen], outcome: Outcome) -> usize {
    seen.iter().filter(|seen| seen.outcome == outcome).count()
}

struct Worker {
    client: Client,
    track: String,
    key: String,
    ledger: Arc<Ledger>,
    /// The last click that was told.
    last: Option<String>,
}

impl Worker {
    /// Each begins at another turn, so that some have something to sell however soon it ends.
    fn work(mut self, number: u32, stop: &AtomicBool, first: Instant, interval: Duration) -> Vec<Seen> {
        let (mut due, mut all) = (first, Vec::new());
        for turn in number + 1.. {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if stop.load(Ordering::Relaxed) {
                break;
            }
            // Whoever was kept waiting doesn't make up for it later.
            due = (due + interval).max(Instant::now());
            let sent = Instant::now();
            let click = if turn % (CLICKS_PER_SALE + 1) == 0 { self.last.take() } else { None };
            let outcome = match click {
                Some(click) => self.sell(&click),
                None => self.visit(),
            };
            all.push(Seen { sent, answered: Instant::now(), outcome });
        }
        all
    }

    fn visit(&mut self) -> Outcome {
        let number = self.ledger.ask_click();
        let Some(answer) = self.client.get(&self.track, &visitor(number)) else { return Outcome::Broken };
        if answer.status != 302 {
            return unavailable(&answer);
        }
        let click = answer.click_id().unwrap();
        self.ledger.told_click(number, click);
        self.last = Some(click.to_owned());
        Outcome::Done
    }

    fn sell(&mut self, click: &str) -> Outcome {
        let sale = self.ledger.ask_sale(click);
        let Some(answer) = self.client.get(&postback(&self.key, &sale), "") else { return Outcome::Broken };
        if answer.status != 200 {
            return unavailable(&answer);
        }
        assert!(answer.body.contains("\"ok\":true"), "{}", answer.body);
        self.ledger.told_sale(&sale);
        Outcome::Done
    }
}

/// "503 with `Retry-After` (seconds)", and nothing else is another outcome.
fn unavailable(answer: &Answer) -> Outcome {
    assert_eq!(answer.status, 503, "{answer:?}");
    let seconds = answer.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
    assert!(seconds.is_some_and(|seconds| seconds > 0), "{answer:?}");
    assert_eq!(answer.header("location"), None);
    Outcome::Unavailable
}
