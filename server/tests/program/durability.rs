//! `kill -9` under load: nothing that was answered is missing, and the counters are those of the rows.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use testkit::{Engine, TestDatabase};

use crate::running::{Demo, Program, ask};

const CYCLES: u32 = 10;
const CLIENTS: usize = 8;

fn click_id(answer: &str) -> Option<String> {
    let id = answer.split("click_id=").nth(1)?.split(['&', '\r', '"']).next()?;
    Some(id.to_owned())
}

#[derive(Default)]
struct Ledger {
    clicks: HashSet<String>,
    conversions: HashSet<String>,
}

fn load(address: String, slug: String, key: String, ledger: Arc<Mutex<Ledger>>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let Some((302, answer)) = ask(&address, "GET", &format!("/t/{slug}")) else { continue };
        let click = click_id(&answer).unwrap();
        ledger.lock().unwrap().clicks.insert(click.clone());
        let target = format!("/api/postback?api_key={key}&click_id={click}&amount=9.99&commission=1");
        if let Some((200, _)) = ask(&address, "GET", &target) {
            ledger.lock().unwrap().conversions.insert(click);
        }
    }
}

#[test]
fn nothing_that_was_answered_is_lost_when_the_program_is_killed() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = runtime.block_on(TestDatabase::create(engine)) else { continue };
        let Demo { slug, key, .. } = Demo::fill(&database);

        let ledger = Arc::new(Mutex::new(Ledger::default()));
        for cycle in 0..CYCLES {
            let program = Program::start(&database, "warn");
            let stop = Arc::new(AtomicBool::new(false));
            let clients: Vec<_> = (0..CLIENTS)
                .map(|_| {
                    let (address, slug, key) = (program.address.clone(), slug.clone(), key.clone());
                    let (ledger, stop) = (Arc::clone(&ledger), Arc::clone(&stop));
                    thread::spawn(move || load(address, slug, key, ledger, stop))
                })
                .collect();
            thread::sleep(Duration::from_millis(150 + u64::from(cycle) * 37));
            program.kill();
            stop.store(true, Ordering::Relaxed);
            clients.into_iter().for_each(|client| client.join().unwrap());
        }

        let program = Program::start(&database, "warn");
        let ledger = ledger.lock().unwrap();
        assert!(ledger.clicks.len() > 100 && ledger.conversions.len() > 50, "too little load to tell anything");
        let began = Instant::now();
        for click in &ledger.conversions {
            // Sent again, everything that was acknowledged has to be known already.
            let target = format!("/api/postback?api_key={key}&click_id={click}");
            let (status, answer) = ask(&program.address, "GET", &target).unwrap();
            assert!(status == 200 && answer.contains("\"duplicate\":true"), "{click}: {answer}");
        }
        for click in ledger.clicks.difference(&ledger.conversions) {
            let target = format!("/api/postback?api_key={key}&click_id={click}&transaction_id=probe");
            assert_eq!(ask(&program.address, "GET", &target).unwrap().0, 200, "the click {click} is lost");
        }
        println!(
            "{engine:?}: {} clicks and {} conversions were acknowledged before {CYCLES} kills; none is missing ({} ms)",
            ledger.clicks.len(),
            ledger.conversions.len(),
            began.elapsed().as_millis()
        );
        program.kill();
        let audit = Program::command(&database).arg("audit").output().unwrap();
        assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
    }
}
