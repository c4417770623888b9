//! The commands, as their users call them.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use testkit::{Engine, TestDatabase};

use crate::support::running::{Demo, Program, ask};

fn database() -> TestDatabase {
    tokio::runtime::Runtime::new().unwrap().block_on(TestDatabase::create(Engine::Sqlite)).unwrap()
}

#[test]
fn the_demo_prints_the_contract_s_json_and_refuses_a_database_with_users() {
    let database = database();
    let Demo { network, .. } = Demo::fill(&database);
    let links = network["links"].as_array().unwrap();
    let count = |field: &str, value: &str| links.iter().filter(|link| link[field] == value).count();
    assert_eq!(network["partners"].as_array().unwrap().len(), 2);
    assert_eq!(network["affiliates"].as_array().unwrap().len(), 5);
    for partner in network["partners"].as_array().unwrap() {
        let live = links.iter().filter(|link| link["partner_id"] == partner["partner_id"] && link["live"] == true);
        assert!(live.count() >= 3, "at least three links are live for each partner");
    }
    assert!(count("offer_status", "paused") >= 1 && count("offer_status", "pending") >= 1);
    assert!(count("application_status", "pending") >= 1 && count("application_status", "rejected") >= 1);

    let program = Program::start(&database, "warn");
    for link in links {
        let (status, answer) = ask(&program.address, "GET", &format!("/t/{}", link["slug"].as_str().unwrap())).unwrap();
        assert_eq!(status, 302);
        assert_eq!(answer.contains("click_id="), link["live"] == true, "{link}: {answer}");
    }
    program.stop();
    assert!(Program::command(&database).arg("audit").status().unwrap().success());

    let again = Program::command(&database).args(["demo", "--json"]).output().unwrap();
    assert!(!again.status.success() && again.stdout.is_empty());
    assert!(String::from_utf8_lossy(&again.stderr).contains("users already"));
}

#[test]
fn an_admin_is_made_from_standard_input_and_backup_copies_while_the_program_runs() {
    let database = database();
    assert!(Program::command(&database).arg("migrate").output().unwrap().status.success());
    let mut create = Program::command(&database);
    create.args(["admin", "create", "--email", "boss@test.example"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = create.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
    assert!(child.wait().unwrap().success());

    let program = Program::start(&database, "warn");
    let copy = database.folder.path().join("copy.db");
    assert!(Program::command(&database).arg("backup").arg(&copy).status().unwrap().success());
    assert!(!Program::command(&database).arg("backup").arg(&copy).output().unwrap().status.success());
    program.stop();
    let mut audit = Program::command(&database);
    audit.arg("audit").env("DATABASE_URL", format!("sqlite://{}", copy.display()));
    assert!(audit.status().unwrap().success(), "the copy is a database like the first");
}

#[test]
fn a_bad_setting_names_the_variable_and_an_example() {
    for (variable, value, example) in [
        ("LISTEN_ADDR", "nonsense", "127.0.0.1:3000"),
        ("PUBLIC_URL", "network.example", "https://network.example"),
        ("PUBLIC_URL", "https://network.example/affiliates", "a host of its own"),
        ("TRACKING_URL", "https://network.example/go", "a host of its own"),
        ("PUBLIC_URL", "http://0.0.0.0:3000", "https://network.example"),
        ("SITE_NAME", "two\nlines", "on one line"),
        ("LOG", "nonsense", "LOG=warn,mail=info"),
        ("LOG", "info,mail=loud", "LOG=warn,mail=info"),
        ("TRUSTED_PROXIES", "10.0.0.0/99", "10.0.0.0/8,::1"),
        ("DATABASE_URL", "mysql://x", "sqlite:// or postgres://"),
        ("SMTP_URL", "nonsense", "smtps://user:password@mail.example:465"),
        ("METRICS_ADDR", "9100", "127.0.0.1:3000"),
        ("LOG_FORMAT", "xml", "json"),
        ("DRAIN_SECONDS", "soon", "such as 3"),
        ("RETENTION_DAYS", "0", "such as 90"),
        ("DATABASE_URL", "sqlite://f.db?mode=ro", "without `?`"),
        ("DATABASE_URL", "sqlite://", "sqlite://data/something.db"),
    ] {
        let database = database();
        let output = Program::command(&database).arg("demo").env(variable, value).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(example), "{variable}: {error}");
        let flag = variable.to_lowercase().replace('_', "-");
        assert!(error.contains(variable) || error.contains(&flag), "{variable}: {error}");
    }
    let help = Command::new(env!("CARGO_BIN_EXE_something-project")).arg("--help").output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for word in [
        "serve",
        "migrate",
        "demo",
        "admin",
        "audit",
        "backup",
        "healthcheck",
        "LISTEN_ADDR",
        "SECRET_KEY_FILE",
        "TRUSTED_PROXIES",
        "METRICS_ADDR",
        "MIGRATE",
    ] {
        assert!(help.contains(word), "{word}");
    }
}
