//! Whatever the guide shows as an example is run as it stands there, against the running program.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use domain::{Amount, ClickId};
use serde_json::Value;
use testkit::{Engine, StoredRows, TestDatabase};
use tokio::runtime::Runtime;

use super::operate::click;
use crate::support::running::{Demo, Program, ask, send};

/// A block of code of the guide.
#[derive(Debug)]
struct Sample {
    /// What stands above it.
    language: String,
    code: String,
}

/// The program with the demo network, and the guide as it serves it.
struct Scene {
    runtime: Runtime,
    database: TestDatabase,
    demo: Demo,
    program: Program,
    samples: Vec<Sample>,
}

impl Scene {
    fn set() -> Self {
        let runtime = Runtime::new().unwrap();
        let database = runtime.block_on(TestDatabase::create(Engine::Sqlite)).unwrap();
        let demo = Demo::fill(&database);
        let program = Program::start(&database, "warn");
        let guide = printed(command("curl").arg("--silent").arg(format!("http://{}/docs/tracking", program.address)));
        let samples = samples(&guide);
        assert!(samples.len() >= 20, "{samples:?}");
        Self { runtime, database, demo, program, samples }
    }

    fn of<'a>(&'a self, language: &'a str) -> impl Iterator<Item = &'a Sample> {
        self.samples.iter().filter(move |sample| sample.language == language)
    }

    /// The code with what its reader has to put in.
    fn fill(&self, code: &str, click: &str) -> String {
        code.replace("sp_live_xxx", &self.demo.key)
            .replace("clk_xxx", click)
            .replace("YOUR_CLICK_ID", click)
            .replace("YOUR_SLUG", &self.demo.slug)
    }

    fn click(&self) -> String {
        click(&self.program.address, &self.demo.slug)
    }

    /// The amounts of a click's conversions.
    fn amounts(&self, click: &str) -> Vec<i64> {
        let id = ClickId::parse(click).unwrap().uuid();
        let rows = self.runtime.block_on(StoredRows::read(&self.database.url));
        rows.sales.iter().filter(|sale| sale.click_id == id).map(|sale| sale.amount).collect()
    }

    /// Runs each example of a language; every one that names a click has to record it with the amount that it names.
    fn run(&self, language: &str, run: impl Fn(&Path, &str) -> Option<String>) {
        let folder = self.database.folder.path();
        assert!(self.of(language).next().is_some(), "the guide has no example in {language}");
        for sample in self.of(language).filter(|sample| !sample.code.contains("listen(")) {
            let click = self.click();
            let code = self.fill(&sample.code, &click);
            let Some(output) = run(folder, &code) else { continue };
            if sample.code.contains("/t/YOUR_SLUG") {
                assert!(output.contains("302") && output.contains("click_id=clk_"), "{code}\n{output}");
                continue;
            }
            let amounts = self.amounts(&click);
            assert!(!amounts.is_empty(), "nothing was recorded by {code}\n{output}");
            assert!(amounts.iter().all(|amount| *amount == amount_in(&code)), "{amounts:?} by {code}\n{output}");
        }
    }
}

fn samples(guide: &str) -> Vec<Sample> {
    let blocks = guide.split("class=\"code__head\"").skip(1);
    blocks
        .map(|block| Sample {
            language: text_between(block, "<span>", "</span>"),
            code: text_between(block, "<code>", "</code>"),
        })
        .collect()
}

/// A piece of HTML as people read it.
fn text_between(html: &str, start: &str, end: &str) -> String {
    let inner = html.split_once(start).unwrap().1.split_once(end).unwrap().0;
    let mut parts = inner.split('<');
    let mut text = parts.next().unwrap().to_owned();
    // Marks for the browser's half.
    parts.for_each(|part| text.push_str(part.split_once('>').unwrap().1));
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

/// The first amount that an example names, in 10^-6 units.
fn amount_in(code: &str) -> i64 {
    let value = code.split("amount").nth(1).map(|rest| rest.trim_start_matches(|c: char| "\"':=> ".contains(c)));
    let digits: String = value.unwrap_or_default().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    if digits.is_empty() { 0 } else { Amount::parse(&digits).unwrap().micros() }
}

/// A program that asks the server without a proxy.
fn command(name: &str) -> Command {
    let mut command = Command::new(name);
    command.env("NO_PROXY", "*").env("no_proxy", "*");
    command
}

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Writes an example into a file and runs it.
fn run_file(program: &str, folder: &Path, name: &str, code: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, code).unwrap();
    printed(command(program).arg(&file))
}

#[test]
fn the_examples_for_curl_record_what_they_say() {
    Scene::set().run("curl", |_, code| Some(printed(command("sh").args(["-e", "-c", code]))));
}

#[test]
fn the_examples_for_node_record_what_they_say() {
    Scene::set().run("Node.js", |folder, code| Some(run_file("node", folder, "sample.js", code)));
}

#[test]
fn the_examples_for_python_record_what_they_say() {
    Scene::set().run("Python", |folder, code| Some(run_file("python3", folder, "sample.py", code)));
}

/// PHP may be left out, as may its extension for curl.
#[test]
fn the_examples_for_php_record_what_they_say() {
    let has = |code: &str| Command::new("php").args(["-r", code]).status().is_ok_and(|status| status.success());
    if !has("exit(0);") {
        println!("there is no PHP");
        return;
    }
    let has_curl = has("exit(extension_loaded('curl') ? 0 : 1);");
    Scene::set().run("PHP", |folder, code| {
        let can_run = has_curl || !code.contains("curl_init");
        can_run.then(|| run_file("php", folder, "sample.php", code))
    });
}

#[test]
fn the_address_to_type_records_what_it_says() {
    let scene = Scene::set();
    let site = format!("http://{}", scene.program.address);
    scene.run("Address bar", |_, code| {
        Some(ask(&scene.program.address, "GET", code.strip_prefix(&site).unwrap()).unwrap().1)
    });
}

/// A receiver of webhooks; dropped, it stops.
struct Receiver(Child);

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_receiver_of_webhooks_passes_on_what_it_gets() {
    let scene = Scene::set();
    let sample = scene.of("Node.js").find(|sample| sample.code.contains(".listen(8080)")).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let click = scene.click();
    let file = scene.database.folder.path().join("receiver.js");
    let code = scene.fill(&sample.code, &click).replace(".listen(8080)", &format!(".listen({port}, '127.0.0.1')"));
    std::fs::write(&file, code).unwrap();
    let receiver = Receiver(command("node").arg(&file).stdout(Stdio::null()).spawn().unwrap());
    let order = format!(r#"{{"order_id":"1001","total":"99.00","currency":"USD","click_id":"{click}"}}"#);
    let until = Instant::now() + Duration::from_secs(20);
    // Webhooks may arrive twice.
    for _ in 0..2 {
        let (status, answer) = loop {
            if let Some(answer) = send(&format!("127.0.0.1:{port}"), "POST / HTTP/1.1", &order) {
                break answer;
            }
            assert!(Instant::now() < until, "the receiver does not listen");
            thread::sleep(Duration::from_millis(50));
        };
        assert_eq!(status, 200, "{answer}");
    }
    drop(receiver);
    assert_eq!(scene.amounts(&click), [99_000_000]);
}

#[test]
fn the_answers_in_the_guide_are_those_of_the_program() {
    let scene = Scene::set();
    let shown: Vec<Value> = scene.of("JSON").map(|sample| serde_json::from_str(&sample.code).unwrap()).collect();
    let real = |rest: &str| -> Value {
        let target = format!("/api/postback?api_key={}&{rest}", scene.demo.key);
        let (_, answer) = ask(&scene.program.address, "GET", &target).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    };
    let keys = |answer: &Value| answer.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let [recorded, refused] = shown.as_slice() else { panic!("{shown:?}") };
    let click = scene.click();
    let real_recorded = real(&format!("click_id={click}&txn=order-1001&amount=99&commission=10"));
    assert_eq!(keys(recorded), keys(&real_recorded));
    for name in
        ["ok", "transaction_id", "status", "counts_toward_earnings", "amount", "commission", "currency", "warnings"]
    {
        assert_eq!(recorded[name], real_recorded[name], "{name}");
    }
    let real_refused = real("click_id=%7Bclick_id%7D");
    assert_eq!(keys(refused), keys(&real_refused));
    assert_eq!((&refused["error"], &refused["hint"]), (&real_refused["error"], &real_refused["hint"]));
}

#[test]
fn every_example_of_the_guide_has_somebody_who_runs_it() {
    let scene = Scene::set();
    // The snippet for pages is run by the tests in a browser; the last three are no code.
    let known = [
        "curl",
        "Node.js",
        "Python",
        "PHP",
        "Address bar",
        "JSON",
        "HTML",
        "Postback URL",
        "Tracking link",
        "Landing address",
    ];
    for sample in &scene.samples {
        assert!(known.contains(&sample.language.as_str()), "nobody runs {sample:?}");
    }
}
