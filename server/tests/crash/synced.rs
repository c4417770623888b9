//! The order of system calls: between the reading of a request and the writing of its answer, the log was synced.

use std::{
    collections::HashMap,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use testkit::Engine;

use super::{
    load::{Load, Outcome, Pace, count},
    scene::{Scene, TRUSTED},
    sized,
};
use crate::support::running::{PROGRAM, Program};

const PACE: Pace = Pace { clients: 4, per_second: 400 };

/// Whether system calls can be watched; a container may forbid it.
fn can_trace() -> bool {
    let probe = Command::new("strace").args(["-f", "true"]).output();
    probe.expect("strace is needed: run `make test`, which installs it").status.success()
}

#[test]
fn every_answer_is_written_after_a_sync_that_began_after_its_request_was_read() {
    if !can_trace() {
        println!("SKIPPED: this machine lets nobody watch system calls");
        return;
    }
    let scene = Scene::set(Engine::Sqlite).unwrap();
    let trace = scene.database.folder.path().join("trace");
    // The program stays this process's child (-D), and only the calls of interest stop it (--seccomp-bpf).
    let mut command = Command::new("strace");
    command.args(["-D", "-f", "--seccomp-bpf", "-y", "-s", "48", "-o"]).arg(&trace);
    command.args(["-e", "trace=recvfrom,read,write,writev,sendto,fsync,fdatasync", PROGRAM, "serve"]);
    let mut command = Program::command_by(command, &scene.database);
    command.env("LOG", "warn").envs([TRUSTED]);
    let program = Program::run(command);
    scene.wait_for_redirect(&program.address, Instant::now());
    let load = Load::start(&scene, &program, PACE);
    thread::sleep(Duration::from_millis(sized(3_000, 20_000)));
    let done = count(&load.stop(), Outcome::Done);
    program.stop();

    let mut order = Order::default();
    read_whole(&trace).lines().enumerate().for_each(|(at, line)| order.follow(at + 1, line));
    println!(
        "{} answers, each after one of {} syncs that began after its request was read; {} answers a sync at most",
        order.answers, order.syncs, order.most
    );
    assert_eq!(order.early, Vec::<String>::new(), "answers without a sync");
    assert!(order.answers >= done && done > 50, "{done} clicks and conversions were acknowledged: {}", order.answers);
    scene.assert_all_kept();
}

/// The trace, when its end was written.
fn read_whole(trace: &Path) -> String {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let text = std::fs::read_to_string(trace).unwrap();
        let first = text.split(' ').next().unwrap_or_default();
        if text.lines().any(|line| line.starts_with(first) && line.ends_with("+++ exited with 0 +++")) {
            return text;
        }
        assert!(Instant::now() < until, "strace has not ended");
        thread::sleep(Duration::from_millis(50));
    }
}

/// What is known after each line of a trace. `strace` writes a line when a call begins or ends, and nobody goes on
/// before it has: what caused something stands above it.
#[derive(Default)]
struct Order {
    /// Calls that have begun, by thread.
    begun: HashMap<String, (usize, String)>,
    /// Where the request that each socket waits for was read.
    requests: HashMap<String, usize>,
    /// Where the last sync began that has ended.
    synced: usize,
    syncs: usize,
    answers: usize,
    since_sync: usize,
    most: usize,
    /// Answers that came too early.
    early: Vec<String>,
}

impl Order {
    fn follow(&mut self, at: usize, line: &str) {
        let Some((thread, call)) = line.split_once(' ') else { return };
        let call = call.trim_start();
        if let Some(begin) = call.strip_suffix("<unfinished ...>") {
            self.begin(at, begin);
            self.begun.insert(thread.to_owned(), (at, begin.to_owned()));
        } else if call.starts_with("<... ") {
            let Some((began, begin)) = self.begun.remove(thread) else { return };
            let rest = call.split_once('>').map_or("", |(_, rest)| rest);
            self.end(began, at, &format!("{begin}{rest}"));
        } else {
            self.begin(at, call);
            self.end(at, at, call);
        }
    }

    /// An answer counts from where its writing begins.
    fn begin(&mut self, at: usize, call: &str) {
        let writes = ["write(", "writev(", "sendto("].iter().any(|name| call.starts_with(name));
        if !writes || !(call.contains("HTTP/1.1 302") || call.contains("HTTP/1.1 200")) {
            return;
        }
        let Some(request) = socket_of(call).and_then(|socket| self.requests.remove(socket)) else {
            self.early.push(format!("line {at}, an answer without a request: {call}"));
            return;
        };
        self.answers += 1;
        self.since_sync += 1;
        self.most = self.most.max(self.since_sync);
        if self.synced <= request {
            self.early.push(format!("line {at}: {call}"));
        }
    }

    /// A request counts from where its reading has ended, a sync from where it began.
    fn end(&mut self, began: usize, at: usize, call: &str) {
        if (call.starts_with("recvfrom(") || call.starts_with("read("))
            && call.contains("\"GET /")
            && let Some(socket) = socket_of(call)
        {
            self.requests.insert(socket.to_owned(), at);
        }
        let is_sync = call.starts_with("fdatasync(") || call.starts_with("fsync(");
        if is_sync && call.contains("-wal>") && call.ends_with("= 0") {
            self.synced = self.synced.max(began);
            self.syncs += 1;
            self.since_sync = 0;
        }
    }
}

/// `12<socket:[345]>`: the number after it tells one connection from the next.
fn socket_of(call: &str) -> Option<&str> {
    call.split_once("socket:[")?.1.split(']').next()
}
