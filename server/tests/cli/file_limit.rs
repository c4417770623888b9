//! A limit of the process on the size of its files.

use std::{process::Command, thread, time::Duration};

use testkit::{Engine, TestDatabase};

use crate::support::running::{Demo, PROGRAM, Program, ask, send};

/// What visits write before the limit is reached: each has texts of its own.
const ROOM: u64 = 4 * 1024 * 1024;
const MOST_VISITS: usize = 4_000;

#[test]
fn a_limit_of_file_sizes_is_like_a_full_disk_and_ends_nobody() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(TestDatabase::create(Engine::Sqlite)).unwrap();
    let Demo { slug, .. } = Demo::fill(&database);
    let size = std::fs::metadata(database.url.strip_prefix("sqlite://").unwrap()).unwrap().len();
    // In blocks of 512 bytes, as POSIX has it; bash counts in 1,024.
    let blocks = (size + ROOM) / 512;
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f \"$1\" && exec \"$0\" serve", PROGRAM, &blocks.to_string()]);
    let mut command = Program::command_by(shell, &database);
    command.env("LOG", "error");
    let mut program = Program::run(command);

    let visit = |number: usize| {
        let text = format!("{number}{}", "a".repeat(4_000));
        let head = format!("GET /t/{slug} HTTP/1.1\r\nUser-Agent: {text}\r\nReferer: https://blog.example/{text}");
        send(&program.address, &head, "").map(|(status, _)| status)
    };
    let refused = (0..MOST_VISITS).map(visit).find(|status| *status != Some(302));
    assert_eq!(refused, Some(Some(503)), "the limit is reached, and told");
    assert_eq!(
        ask(&program.address, "GET", "/readyz").unwrap().0,
        503,
        "whoever spreads the requests hears of it, too"
    );
    thread::sleep(Duration::from_millis(500));
    assert!(program.is_running());
    assert_eq!(ask(&program.address, "GET", "/healthz").unwrap().0, 200);
    program.kill();
    assert!(Program::command(&database).arg("audit").status().unwrap().success());
}
