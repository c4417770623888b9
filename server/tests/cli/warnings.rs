//! What the log says of settings that work, and yet are hardly what somebody wanted.

use std::{fs::Permissions, os::unix::fs::PermissionsExt as _, path::PathBuf};

use testkit::{Engine, TestDatabase};

use crate::support::running::{Demo, Program, ask, send};

fn database() -> TestDatabase {
    tokio::runtime::Runtime::new().unwrap().block_on(TestDatabase::create(Engine::Sqlite)).unwrap()
}

fn secret_key(database: &TestDatabase) -> PathBuf {
    database.folder.path().join("secret.key")
}

/// What it logs when it starts and stops.
fn log_of_start(database: &TestDatabase, settings: &[(&str, &str)]) -> String {
    Program::start_with(database, "info", settings).stop()
}

#[test]
fn a_server_for_others_without_a_public_address_is_warned_of() {
    let database = database();
    let program = Program::start_with(&database, "info", &[("LISTEN_ADDR", "0.0.0.0:0")]);
    assert!(program.address.starts_with("localhost:"), "no link leads to 0.0.0.0: {}", program.address);
    assert_eq!(ask(&program.address, "GET", "/readyz").unwrap().0, 200);
    let log = program.stop();
    assert!(log.contains("PUBLIC_URL isn't set") && !log.contains("http://0.0.0.0"), "{log}");

    let public = [("LISTEN_ADDR", "0.0.0.0:0"), ("PUBLIC_URL", "http://network.example")];
    assert!(!log_of_start(&database, &public).contains("PUBLIC_URL isn't set"));
    assert!(!log_of_start(&database, &[]).contains("PUBLIC_URL isn't set"), "whoever tries it out knows");
}

#[test]
fn a_secret_key_that_others_can_read_is_warned_of() {
    let database = database();
    assert!(!log_of_start(&database, &[]).contains("chmod"), "the program makes it with the right mode");
    let file = secret_key(&database);
    for (mode, is_warned) in [(0o666, true), (0o640, true), (0o604, true), (0o600, false), (0o400, false)] {
        std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        let log = log_of_start(&database, &[]);
        assert_eq!(log.contains(&format!("chmod 600 {}", file.display())), is_warned, "{mode:o}: {log}");
    }
}

#[test]
fn a_secret_key_that_is_another_one_or_was_lost_is_told_loudly() {
    const TOLD: &str = "is not the file that partners' API keys were sealed with";
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let Some(database) = runtime.block_on(TestDatabase::create(engine)) else { continue };
        assert!(!log_of_start(&database, &[]).contains(TOLD), "there are no partners yet");
        let file = secret_key(&database);
        std::fs::remove_file(&file).unwrap();
        Demo::fill(&database);
        assert!(!log_of_start(&database, &[]).contains(TOLD));
        let right = std::fs::read(&file).unwrap();

        std::fs::remove_file(&file).unwrap();
        let lost = log_of_start(&database, &[]);
        std::fs::write(&file, [7; 32]).unwrap();
        let changed = log_of_start(&database, &[]);
        for log in [lost, changed] {
            let line = log.lines().find(|line| line.contains(TOLD)).unwrap_or_else(|| panic!("it is silent: {log}"));
            assert!(line.contains("ERROR") && line.contains(&file.display().to_string()), "{line}");
        }
        std::fs::write(&file, right).unwrap();
        assert!(!log_of_start(&database, &[]).contains(TOLD));
    }
}

#[test]
fn a_proxy_that_is_not_trusted_is_warned_of_once() {
    let database = database();
    let visit = |program: &Program, header: &str| {
        for target in ["/signin", "/t/0000000000", "/signin"] {
            send(&program.address, &format!("GET {target} HTTP/1.1\r\n{header}"), "").unwrap();
        }
    };
    for header in ["X-Forwarded-For: 192.0.2.7", "Forwarded: for=192.0.2.7", "X-Real-IP: 192.0.2.7"] {
        let program = Program::start_with(&database, "info", &[]);
        visit(&program, "Accept: text/html");
        assert!(!program.output.lock().unwrap().contains("TRUSTED_PROXIES"));
        visit(&program, header);
        let log = program.stop();
        assert_eq!(log.matches("TRUSTED_PROXIES=127.0.0.1").count(), 1, "{header}: {log}");
    }
    let program = Program::start_with(&database, "info", &[("TRUSTED_PROXIES", "127.0.0.1")]);
    visit(&program, "X-Forwarded-For: 192.0.2.7");
    assert!(!program.stop().contains("TRUSTED_PROXIES"));
}

#[test]
fn a_key_in_the_place_of_the_method_is_not_logged() {
    let database = database();
    let program = Program::start(&database, "debug");
    let key = format!("sp_live_{}", "Canary7890".repeat(4));
    for target in ["/", "/signin", "/t/0000000000", "/api/postback"] {
        send(&program.address, &format!("{key} {target} HTTP/1.1"), "").unwrap();
    }
    let log = program.stop();
    assert!(log.contains("(another)") && !log.contains("Canary7890"), "{log}");
}
