//! Settings, as operators and their tools write them.

use std::{
    io::Read as _,
    net::TcpListener,
    process::Command,
    time::{Duration, Instant},
};

use clap::CommandFactory as _;
use server::config::Arguments;
use testkit::{Engine, TestDatabase};

use crate::support::running::{PROGRAM, Program};

fn database() -> TestDatabase {
    tokio::runtime::Runtime::new().unwrap().block_on(TestDatabase::create(Engine::Sqlite)).unwrap()
}

#[test]
fn an_empty_variable_is_not_set() {
    let database = database();
    let folder = database.folder.path();
    let arguments = Arguments::command();
    let variables: Vec<_> = arguments.get_arguments().filter_map(clap::Arg::get_env).chain(["LOG".as_ref()]).collect();
    assert!(variables.len() > 12, "{variables:?}");
    for empty in ["", " "] {
        let mut demo = Command::new(PROGRAM);
        demo.args(["demo", "--json"]).current_dir(folder);
        demo.envs(variables.iter().map(|name| (name, empty)));
        let output = demo.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(folder.join("data/something.db").is_file(), "the defaults are taken");
        std::fs::remove_dir_all(folder.join("data")).unwrap();
    }
    let help = Command::new(PROGRAM).arg("--help").env("SMTP_URL", "").env("SITE_NAME", "").output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(help.contains("[env: SMTP_URL") && help.contains("[env: SITE_NAME"), "{help}");
}

#[test]
fn a_password_that_is_not_encoded_is_named_and_not_shown() {
    for (variable, value) in [
        ("DATABASE_URL", "postgres://something:ab/canary@db.example/something"),
        ("DATABASE_URL", "postgres://something:ab#canary@db.example/something"),
        ("SMTP_URL", "smtps://robot:ab?canary@mail.example"),
    ] {
        let output = Program::command(&database()).arg("serve").env(variable, value).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(variable), "{error}");
        assert!(error.contains("percent-encode the password") && !error.contains("canary"), "{error}");
    }
}

#[test]
fn the_version_names_the_commit() {
    let output = Command::new(PROGRAM).arg("--version").output().unwrap();
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let commit = version.trim().strip_prefix("something-project 0.1.0 (").and_then(|rest| rest.strip_suffix(')'));
    assert!(commit.is_some_and(|commit| !commit.is_empty()), "{version}");
}

fn healthcheck(arguments: &[&str], listen: &str) -> (Option<i32>, String) {
    // In an empty folder: nothing but the address is needed, and nothing is made.
    let database = database();
    let folder = database.folder.path();
    let mut command = Command::new(PROGRAM);
    command.arg("healthcheck").args(arguments).env("LISTEN_ADDR", listen).current_dir(folder);
    let output = command.output().unwrap();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_healthcheck_tells_a_server_that_is_ready_from_one_that_is_not() {
    let database = database();
    let program = Program::start(&database, "warn");
    let port = program.address.rsplit_once(':').unwrap().1;
    for (arguments, listen) in [
        (vec![], program.address.clone()),
        (vec![], format!("0.0.0.0:{port}")),
        (vec![], format!("[::]:{port}")),
        (vec!["--url".to_owned(), format!("http://{}/healthz", program.address)], "127.0.0.1:1".to_owned()),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (code, said) = healthcheck(&arguments, &listen);
        assert_eq!(code, Some(0), "{arguments:?} {listen}: {said}");
    }
    let url = format!("http://{}/nothing", program.address);
    let (code, said) = healthcheck(&["--url", &url], &program.address);
    assert!(code == Some(1) && said.contains("404"), "{said}");

    let address = program.address.clone();
    program.stop();
    let (code, said) = healthcheck(&[], &address);
    assert!(code == Some(1) && said.contains("can't be reached"), "{said}");
}

#[test]
fn a_healthcheck_does_not_wait_for_ever() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let held = std::thread::spawn(move || {
        let (mut stream, _) = silent.accept().unwrap();
        // Until the other side gives up.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let asked = Instant::now();
    let (code, said) = healthcheck(&[], &address);
    assert!(code == Some(1) && said.contains("within 5 seconds"), "{said}");
    assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
    held.join().unwrap();
}
