//! `kill -9` under load: nothing that was answered is missing, and the counters are those of the rows.

use std::{
    collections::HashSet,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use testkit::{Engine, TestDatabase};

const CYCLES: u32 = 10;
const CLIENTS: usize = 8;

struct Program {
    child: Child,
    address: String,
}

impl Program {
    fn command(database: &TestDatabase) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_something-project"));
        command
            .env("DATABASE_URL", &database.url)
            .env("SECRET_KEY_FILE", database.folder.path().join("secret.key"))
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .stderr(Stdio::null());
        command
    }

    fn start(database: &TestDatabase) -> Self {
        let mut child = Self::command(database).arg("serve").stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.split("http://").nth(1).unwrap().trim().to_owned();
        thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// One request on a connection of its own: status and the whole answer, or nothing where the connection broke.
fn ask(address: &str, method: &str, target: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(stream, "{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: test\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    // An answer without its end was not received.
    answer.contains("\r\n\r\n").then_some((status, answer))
}

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
        let demo = Program::command(&database).args(["demo", "--json"]).output().unwrap();
        assert!(demo.status.success());
        let network: serde_json::Value = serde_json::from_slice(&demo.stdout).unwrap();
        let link = network["links"].as_array().unwrap().iter().find(|link| link["live"] == true).unwrap();
        let partners = network["partners"].as_array().unwrap();
        let owner = partners.iter().find(|partner| partner["partner_id"] == link["partner_id"]).unwrap();
        let slug = link["slug"].as_str().unwrap().to_owned();
        let key = owner["api_key"].as_str().unwrap().to_owned();

        let ledger = Arc::new(Mutex::new(Ledger::default()));
        for cycle in 0..CYCLES {
            let program = Program::start(&database);
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

        let program = Program::start(&database);
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
