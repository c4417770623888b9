//! What an operator works with: metrics, logs for machines, a stop that nobody notices, a retention.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use testkit::{Engine, StoredRows, TestDatabase, click_parts};
use tokio::runtime::Runtime;

use crate::support::running::{Demo, Program, ask, send};

/// Runs a test on each engine, with the demo network in its database.
pub fn on_both(test: impl Fn(&Runtime, &TestDatabase, &Demo)) {
    let runtime = Runtime::new().unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = runtime.block_on(TestDatabase::create(engine)) else { continue };
        println!("on {engine:?}");
        test(&runtime, &database, &Demo::fill(&database));
    }
}

pub fn click(at: &str, slug: &str) -> String {
    let (status, answer) = ask(at, "GET", &format!("/t/{slug}")).unwrap();
    assert_eq!(status, 302, "{answer}");
    answer.split("click_id=").nth(1).unwrap().split('&').next().unwrap().to_owned()
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    answer.lines().find_map(|line| line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name))).map(|(_, v)| v)
}

/// Where the program says that its metrics are.
fn metrics_address(program: &Program) -> String {
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until {
        if let Some(at) = program.output.lock().unwrap().split("Metrics: http://").nth(1) {
            return at.split('/').next().unwrap().to_owned();
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("it does not say where its metrics are");
}

#[test]
fn metrics_count_clicks_and_postbacks_by_outcome_on_an_address_of_their_own() {
    on_both(|_, database, demo| {
        let program = Program::start_with(database, "info", &[("METRICS_ADDR", "127.0.0.1:0")]);
        let (at, metrics_at) = (&program.address, metrics_address(&program));
        let id = click(at, &demo.slug);
        click(at, &demo.slug);
        ask(at, "GET", "/t/0000000000").unwrap();
        let links = demo.network["links"].as_array().unwrap();
        let stopped = links.iter().find(|link| link["live"] == false).unwrap();
        ask(at, "GET", &format!("/t/{}", stopped["slug"].as_str().unwrap())).unwrap();
        let postback = format!("/api/postback?api_key={}&click_id={id}", demo.key);
        for (method, target) in [
            ("GET", postback.clone()),
            ("GET", postback.clone()),
            ("GET", format!("{postback}&amount=x")),
            ("GET", "/api/postback".to_owned()),
            ("PUT", postback.clone()),
        ] {
            ask(at, method, &target).unwrap();
        }
        let (status, metrics) = ask(&metrics_at, "GET", "/metrics").unwrap();
        assert_eq!(status, 200);
        assert_eq!(
            header(&metrics, "content-type"),
            Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
        );
        for line in [
            // The tests' own program calls itself "test", which no bot does.
            "something_clicks_total{kind=\"human\"} 2",
            "something_clicks_total{kind=\"bot\"} 0",
            "something_visits_not_recorded_total{reason=\"unknown\"} 1",
            "something_visits_not_recorded_total{reason=\"not_live\"} 1",
            "something_visits_not_recorded_total{reason=\"unavailable\"} 0",
            "something_postbacks_total{outcome=\"recorded\"} 1",
            "something_postbacks_total{outcome=\"duplicate\"} 1",
            "something_postbacks_total{outcome=\"invalid_amount\"} 1",
            "something_postbacks_total{outcome=\"api_key_required\"} 1",
            "something_postbacks_total{outcome=\"method_not_allowed\"} 1",
            "something_queue_depth 0",
            "something_sessions 0",
            "something_event_streams 0",
            "something_batches_failed_total 0",
            // Each of the four visits and two postbacks came alone.
            "something_batch_size_count 6",
            "something_batch_wait_seconds_count 6",
            "something_batch_commit_seconds_count 6",
            "# EOF",
        ] {
            assert!(metrics.lines().any(|one| one == line), "{line} is not in {metrics}");
        }
        for pool in ["read", "write"] {
            assert!(metrics.contains(&format!("something_pool_wait_seconds_count{{pool=\"{pool}\"}}")), "{metrics}");
        }
        let helps = metrics.lines().filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next());
        let mut seen = std::collections::HashSet::new();
        assert!(helps.into_iter().all(|name| seen.insert(name)), "a metric is explained twice: {metrics}");
        assert!(!metrics.contains(&demo.key), "a key is in the metrics");
        assert_eq!(ask(&metrics_at, "GET", "/").unwrap().0, 404);
        assert_eq!(ask(at, "GET", "/metrics").unwrap().0, 404, "it is nobody else's business");
        program.stop();
    });
}

#[test]
fn clients_that_say_nothing_neither_stop_a_scrape_nor_stay() {
    let database = Runtime::new().unwrap().block_on(TestDatabase::create(Engine::Sqlite)).unwrap();
    let program = Program::start_with(&database, "info", &[("METRICS_ADDR", "127.0.0.1:0")]);
    let metrics_at = metrics_address(&program);
    let silent: Vec<_> = (0..200).map(|_| TcpStream::connect(&metrics_at).unwrap()).collect();
    assert_eq!(ask(&metrics_at, "GET", "/metrics").unwrap().0, 200);
    let until = Instant::now() + Duration::from_secs(30);
    for mut stream in silent {
        let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left)).unwrap();
        assert!(stream.read_to_end(&mut Vec::new()).is_ok(), "a connection without a request is still open");
    }
    assert_eq!(ask(&metrics_at, "GET", "/metrics").unwrap().0, 200);
    program.stop();
}

/// Ids that a proxy gives to requests.
const GIVEN: [&str; 2] = ["01935678-90ab-7cde-b012-345678901234", "01935678-90ab-7cde-b012-345678901235"];

#[test]
fn logs_for_machines_are_json_and_name_the_request() {
    on_both(|_, database, demo| {
        let settings = [("LOG_FORMAT", "json"), ("TRUSTED_PROXIES", "127.0.0.1")];
        let program = Program::start_with(database, "debug", &settings);
        let at = program.address.clone();
        // As nginx writes them.
        for (target, given) in [("/signin", GIVEN[0]), (&format!("/api/postback?api_key={}", demo.key), GIVEN[1])] {
            send(&at, &format!("GET {target} HTTP/1.1\r\nX-Request-Id: {}", given.replace('-', "")), "").unwrap();
        }
        send(&at, &format!("GET /signup HTTP/1.1\r\nX-Request-Id: {}", demo.key), "").unwrap();
        let output = program.stop();
        let lines = output.lines().filter(|line| line.starts_with('{'));
        let lines: Vec<serde_json::Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |id: &str| lines.iter().filter(|line| line["span"]["id"] == id).collect::<Vec<_>>();
        let postback = of(GIVEN[1]);
        assert!(postback.iter().any(|line| line["outcome"] == "click_id_required"), "{output}");
        assert!(postback.iter().all(|line| line["span"]["path"] == "/api/postback"), "{output}");
        assert!(of(GIVEN[0]).iter().any(|line| line["status"] == 200), "{output}");
        let another = lines.iter().find(|line| line["span"]["path"] == "/signup").unwrap();
        assert_eq!(another["span"]["id"].as_str().unwrap().len(), 36, "a text that is no id is not taken: {another}");
        assert!(lines.iter().any(|line| line["message"] == "stopping"), "{output}");
        assert!(lines.iter().all(|line| line["timestamp"].is_string() && line["level"].is_string()), "{output}");
    });
}

#[test]
fn what_went_wrong_here_is_found_in_the_log_by_the_answer() {
    let runtime = Runtime::new().unwrap();
    let database = runtime.block_on(TestDatabase::create(Engine::Sqlite)).unwrap();
    let demo = Demo::fill(&database);
    let program = Program::start_with(&database, "warn", &[("LOG_FORMAT", "json")]);
    let click = click(&program.address, &demo.slug);
    let postback = format!("/api/postback?api_key={}&click_id={click}", demo.key);
    let lock = runtime.block_on(database.lock());
    let failed = [format!("/t/{}", demo.slug), postback, "/readyz".to_owned()].map(|target| {
        let address = program.address.clone();
        thread::spawn(move || ask(&address, "GET", &target).unwrap())
    });
    let failed = failed.map(|asked| asked.join().unwrap());
    runtime.block_on(lock.release());
    let log = program.stop();
    for (status, answer) in failed {
        assert_eq!(status, 503, "{answer}");
        let id = header(&answer, "x-request-id").unwrap();
        let line = log.lines().find(|line| line.contains(id)).unwrap_or_else(|| panic!("{id} is not in {log}"));
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&line["span"]["id"], line["level"].as_str()), (&id.into(), Some("WARN")), "{line}");
    }
    assert!(!log.contains(&demo.key));
}

#[test]
fn nobody_else_gives_ids_to_requests() {
    let database = Runtime::new().unwrap().block_on(TestDatabase::create(Engine::Sqlite)).unwrap();
    let program = Program::start(&database, "debug");
    send(&program.address, &format!("GET /signin HTTP/1.1\r\nX-Request-Id: {}", GIVEN[0]), "").unwrap();
    let log = program.stop();
    assert!(log.contains("/signin") && !log.contains(GIVEN[0]), "{log}");
}

/// One request on a connection that stays open; nothing where the server has closed it.
fn ask_again(stream: &mut TcpStream, target: &str) -> Option<String> {
    write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\nUser-Agent: test\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    let mut bytes = [0; 1024];
    while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = stream.read(&mut bytes).ok().filter(|read| *read > 0)?;
        answer.extend_from_slice(&bytes[..read]);
    }
    Some(String::from_utf8_lossy(&answer).into_owned())
}

/// The session cookie of the partner whose key it is.
fn sign_in(at: &str, demo: &Demo) -> String {
    let partners = demo.network["partners"].as_array().unwrap();
    let partner = partners.iter().find(|partner| partner["api_key"] == demo.key.as_str()).unwrap();
    let (email, password) = (partner["email"].as_str().unwrap(), partner["password"].as_str().unwrap());
    let head = "POST /signin HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
    let (_, answer) = send(at, head, &format!("__action=sign_in&email={email}&password={password}")).unwrap();
    header(&answer, "set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn a_stop_is_told_first_and_every_answer_then_ends_its_connection() {
    on_both(|_, database, demo| {
        let program = Program::start_with(database, "warn", &[("DRAIN_SECONDS", "20")]);
        let at = program.address.clone();
        let visit = format!("/t/{}", demo.slug);
        let mut kept = TcpStream::connect(&at).unwrap();
        let answer = ask_again(&mut kept, &visit).unwrap();
        assert!(answer.starts_with("HTTP/1.1 302") && header(&answer, "connection").is_none(), "{answer}");
        assert_eq!(ask(&at, "GET", "/readyz").unwrap().0, 200);
        let cookie = sign_in(&at, demo);
        program.terminate();
        let until = Instant::now() + Duration::from_secs(10);
        while ask(&at, "GET", "/readyz").unwrap().0 == 200 {
            assert!(Instant::now() < until, "it is still ready");
            thread::sleep(Duration::from_millis(10));
        }
        let answer = ask_again(&mut kept, &visit).unwrap();
        assert!(answer.starts_with("HTTP/1.1 302"), "{answer}");
        assert_eq!(header(&answer, "connection"), Some("close"), "{answer}");
        assert_eq!(ask_again(&mut kept, &visit), None, "and then it is closed");
        click(&at, &demo.slug);
        assert_eq!(ask(&at, "GET", "/healthz").unwrap().0, 200);
        // A stream would end as soon as it began, and a browser would begin another.
        for method in ["GET", "HEAD"] {
            let (status, answer) = send(&at, &format!("{method} /events HTTP/1.1\r\nCookie: {cookie}"), "").unwrap();
            assert_eq!((status, header(&answer, "retry-after")), (503, Some("1")), "{method}: {answer}");
        }
        // Told twice, it doesn't wait for the rest of the time.
        program.terminate();
        program.ended();
        assert!(TcpStream::connect(&at).is_err());
    });
}

#[test]
fn whoever_asks_twice_does_not_want_to_wait() {
    on_both(|_, database, demo| {
        let program = Program::start_with(database, "warn", &[("DRAIN_SECONDS", "600")]);
        click(&program.address, &demo.slug);
        program.terminate();
        let until = Instant::now() + Duration::from_secs(5);
        while ask(&program.address, "GET", "/readyz").unwrap().0 == 200 {
            assert!(Instant::now() < until, "it is still ready");
            thread::sleep(Duration::from_millis(10));
        }
        program.terminate();
        let asked = Instant::now();
        program.ended();
        assert!(asked.elapsed() < Duration::from_secs(60), "{:?}", asked.elapsed());
    });
}

#[test]
fn what_is_known_of_a_visitor_is_erased_after_the_retention_and_the_click_stays_convertible() {
    on_both(|runtime, database, demo| {
        let read = || runtime.block_on(StoredRows::read(&database.url)).clicks;
        let before = read();
        assert!(before.iter().all(|click| !click.ip.is_empty()));
        let program = Program::start_with(database, "info", &[("RETENTION_DAYS", "7")]);
        let week = Duration::from_secs(7 * 24 * 3600);
        let limit = (std::time::UNIX_EPOCH.elapsed().unwrap() - week).as_millis();
        let is_old = |id: &uuid::Uuid| id.as_u128() >> 80 < limit;
        let until = Instant::now() + Duration::from_secs(30);
        let after = loop {
            let after = read();
            if after.iter().all(|click| click.ip.is_empty() == is_old(&click.id)) {
                break after;
            }
            assert!(Instant::now() < until, "not everything old was erased, or something new was");
            thread::sleep(Duration::from_millis(100));
        };
        assert_eq!(before.len(), after.len());
        let old = after.iter().filter(|click| click.ip.is_empty()).count();
        assert!(old > 1_000 && old < after.len(), "{old} of {}", after.len());
        let oldest = after.iter().map(|click| click.id).min().unwrap();
        let sell = |partner: &serde_json::Value| {
            let key = partner["api_key"].as_str().unwrap();
            let click = domain::ClickId::from_uuid(oldest);
            ask(&program.address, "GET", &format!("/api/postback?api_key={key}&click_id={click}&txn=late")).unwrap().0
        };
        let answers: Vec<u16> = demo.network["partners"].as_array().unwrap().iter().map(sell).collect();
        assert!(answers.contains(&200), "{answers:?}");
        program.stop();
        let audit = Program::command(database).arg("audit").output().unwrap();
        assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
    });
}

#[test]
fn the_parts_of_coming_months_are_made_by_the_program_itself() {
    let runtime = Runtime::new().unwrap();
    let Some(database) = runtime.block_on(TestDatabase::create(Engine::Postgres)) else { return };
    Demo::fill(&database);
    let of_months = || {
        let parts = runtime.block_on(click_parts(&database.url));
        parts.into_iter().filter(|part| part.starts_with("clicks_20")).count()
    };
    assert_eq!(of_months(), 0, "the first part reaches to the end of the next month");
    let program = Program::start(&database, "info");
    let until = Instant::now() + Duration::from_secs(30);
    while of_months() == 0 {
        assert!(Instant::now() < until, "there is no part for the month after the next");
        thread::sleep(Duration::from_millis(100));
    }
    program.stop();
}
