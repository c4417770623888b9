//! Databases of the last two versions, of others, and damaged ones, as an operator meets them.
//!
//! `before/` has what two programs of November 2026 made by `demo --json`: the databases as SQL (`sqlite3 … .dump`,
//! `pg_dump --no-owner --no-privileges --inserts`), what the command printed, and the key that sealed the API keys. `v7` is
//! of version 7 of the embedded database and 5 of the server's, `v10` of version 10 of both; in the latter the last
//! affiliate was suspended and a key of a partner's replaced.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use testkit::{Engine, StoredRows, TestDatabase};
use tokio::runtime::Runtime;

use crate::support::running::{Program, ask, send};

/// A version before, by the numbers of its databases.
#[derive(Debug, Clone, Copy)]
struct Version {
    sqlite: i64,
    postgres: i64,
    replaced_keys: i64,
}

const VERSIONS: [Version; 2] =
    [Version { sqlite: 7, postgres: 5, replaced_keys: 0 }, Version { sqlite: 10, postgres: 10, replaced_keys: 1 }];

impl Version {
    fn file(self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/before");
        folder.join(format!("v{}", self.sqlite)).join(name)
    }

    const fn of(self, engine: Engine) -> i64 {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// A database of a version before, and who is in it.
struct Before {
    database: TestDatabase,
    network: Value,
}

fn unpacked(file: &Path) -> String {
    let sql = Command::new("gzip").arg("-dc").arg(file).output().unwrap();
    assert!(sql.status.success(), "{}", String::from_utf8_lossy(&sql.stderr));
    String::from_utf8(sql.stdout).unwrap()
}

impl Before {
    async fn restore(version: Version, engine: Engine) -> Option<Self> {
        let database = TestDatabase::create(engine).await?;
        let name = if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
        if engine == Engine::Sqlite {
            database.run_sql("pragma journal_mode = wal".to_owned()).await;
        }
        database.run_sql(unpacked(&version.file(&format!("{name}.sql.gz")))).await;
        fs::copy(version.file("secret.key"), database.folder.path().join("secret.key")).unwrap();
        let network = fs::read_to_string(version.file(&format!("{name}.json"))).unwrap();
        Some(Self { database, network: serde_json::from_str(&network).unwrap() })
    }

    /// How many rows each table of the version before has.
    async fn count_rows(&self) -> Vec<(String, i64)> {
        const TABLES: [&str; 15] = [
            "users",
            "partners",
            "affiliates",
            "sessions",
            "one_time_tokens",
            "offers",
            "applications",
            "links",
            "clicks",
            "click_days",
            "conversions",
            "conversion_days",
            "header_values",
            "partnership_click_days",
            "offer_totals",
        ];
        let mut counts = Vec::new();
        for table in TABLES {
            let count = self.database.read_number(format!("select count(*) from {table}")).await;
            counts.push((table.to_owned(), count));
        }
        counts
    }

    /// Every click and conversion, in the order of their ids.
    async fn rows(&self) -> StoredRows {
        let mut rows = StoredRows::read(&self.database.url).await;
        rows.clicks.sort_by_key(|click| click.id);
        rows.sales.sort_by_key(|sale| (sale.click_id, sale.transaction_id.clone()));
        rows
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Program::command(&self.database).args(arguments).output().unwrap()
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Signs in and returns the session's cookie.
fn session_of(address: &str, person: &Value) -> String {
    let (email, password) = (person["email"].as_str().unwrap(), person["password"].as_str().unwrap());
    let head = "POST /signin HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
    let (status, answer) = send(address, head, &format!("__action=sign_in&email={email}&password={password}")).unwrap();
    assert_eq!(status, 303, "{answer}");
    answer.split("session=").nth(1).unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn a_database_of_a_version_before_keeps_rows_keys_passwords_links_and_numbers() {
    let runtime = Runtime::new().unwrap();
    let engines = [Engine::Sqlite, Engine::Postgres];
    for (version, engine) in VERSIONS.into_iter().flat_map(|version| engines.map(|engine| (version, engine))) {
        let Some(before) = runtime.block_on(Before::restore(version, engine)) else { continue };
        println!("{version:?} on {engine:?}");
        let counts = runtime.block_on(before.count_rows());
        let rows = runtime.block_on(before.rows());
        assert!(rows.clicks.len() > 1_000 && rows.sales.len() > 100, "{counts:?}");
        let looked = before.run(&["audit"]);
        assert!(!looked.status.success() && said(&looked).contains("something-project migrate"), "{}", said(&looked));

        let migrated = before.run(&["migrate"]);
        let from = format!("at version {},", version.of(engine));
        assert!(migrated.status.success() && said(&migrated).contains(&from), "{}", said(&migrated));
        assert_eq!(runtime.block_on(before.count_rows()), counts);
        let after = runtime.block_on(before.rows());
        assert!(after.clicks == rows.clicks && after.sales == rows.sales);
        let audit = before.run(&["audit"]);
        assert!(audit.status.success(), "{}", said(&audit));
        let replaced = "select count(*) from api_keys where revoked_at is not null and sealed is null".to_owned();
        assert_eq!(runtime.block_on(before.database.read_number(replaced)), version.replaced_keys);
        let checked = format!("{} clicks and {} conversions", rows.clicks.len(), rows.sales.len());
        assert!(said(&audit).contains(&checked), "{}", said(&audit));

        let program = Program::start(&before.database, "warn");
        let at = program.address.as_str();
        session_of(at, &before.network["admin"]);
        session_of(at, &before.network["affiliates"][0]);
        for partner in before.network["partners"].as_array().unwrap() {
            let cookie = session_of(at, partner);
            let head =
                format!("POST /rpc/find_api_key HTTP/1.1\r\nSec-Fetch-Site: same-origin\r\nCookie: session={cookie}");
            let (status, key) = send(at, &head, "").unwrap();
            assert!(status == 200 && key.contains(partner["api_key"].as_str().unwrap()), "the key is unsealed");
        }
        for link in before.network["links"].as_array().unwrap() {
            let (_, answer) = ask(at, "GET", &format!("/t/{}", link["slug"].as_str().unwrap())).unwrap();
            assert_eq!(answer.contains("click_id="), link["live"] == true, "{link}: {answer}");
        }
        let keys =
            before.network["partners"].as_array().unwrap().iter().map(|partner| partner["api_key"].as_str().unwrap());
        let click = domain::ClickId::from_uuid(rows.clicks[0].id);
        let sold = keys.map(|key| ask(at, "GET", &format!("/api/postback?api_key={key}&click_id={click}&txn=late")));
        assert_eq!(
            sold.filter(|answer| answer.as_ref().unwrap().0 == 200).count(),
            1,
            "its partner's key is good for it"
        );
        program.stop();
    }
}

/// A database with the demo network, which no program has open.
fn demo() -> TestDatabase {
    let database = Runtime::new().unwrap().block_on(TestDatabase::create(Engine::Sqlite)).unwrap();
    let demo =
        Program::command(&database).args(["demo", "--json"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(demo.unwrap().success());
    database
}

fn file(database: &TestDatabase) -> PathBuf {
    database.folder.path().join("test.db")
}

fn run(database: &TestDatabase, arguments: &[&str]) -> (bool, String) {
    let output = Program::command(database).args(arguments).stdin(Stdio::null()).output().unwrap();
    (output.status.success(), said(&output))
}

#[test]
fn what_is_no_database_is_refused_by_every_command_and_nothing_is_written() {
    let database = Runtime::new().unwrap().block_on(TestDatabase::create(Engine::Sqlite)).unwrap();
    let copy = database.folder.path().join("copy.db");
    let commands: [&[&str]; 6] = [
        &["serve"],
        &["migrate"],
        &["demo"],
        &["admin", "create", "--email", "boss@test.example"],
        &["audit"],
        &["backup", copy.to_str().unwrap()],
    ];
    let refuse_all = |commands: &[&[&str]], word: &str| {
        for command in commands {
            let (done, said) = run(&database, command);
            assert!(!done && said.contains(word) && said.contains("test.db"), "{command:?}: {said}");
        }
    };
    refuse_all(&commands[3..], "there is no database at");
    assert!(!file(&database).exists());
    fs::write(file(&database), "").unwrap();
    refuse_all(&commands, "0 bytes");
    assert_eq!(fs::read(file(&database)).unwrap(), b"");
    assert!(!copy.exists());
}

#[test]
fn without_migrating_only_a_database_of_this_version_is_served() {
    let runtime = Runtime::new().unwrap();
    let before = runtime.block_on(Before::restore(VERSIONS[0], Engine::Sqlite)).unwrap();
    let bytes = fs::read(file(&before.database)).unwrap();
    let (done, said) = run(&before.database, &["serve", "--migrate", "false"]);
    assert!(!done && said.contains("at version 7") && said.contains("something-project migrate"), "{said}");
    assert_eq!(fs::read(file(&before.database)).unwrap(), bytes);
    assert!(run(&before.database, &["migrate"]).0);
    Program::start_with(&before.database, "warn", &[("MIGRATE", "no")]).stop();
}

#[test]
fn an_audit_finds_damage_of_the_file_and_says_so_first() {
    let database = demo();
    let (done, said) = run(&database, &["audit"]);
    assert!(done && said.starts_with("ok      the database's file is whole\n"), "{said}");
    Runtime::new().unwrap().block_on(database.damage("header_values"));
    let bytes = fs::read(file(&database)).unwrap();
    let (done, said) = run(&database, &["audit"]);
    assert!(!done && said.starts_with("BROKEN  the database's file is whole"), "{said}");
    assert_eq!(fs::read(file(&database)).unwrap(), bytes);
}

#[test]
fn a_backup_that_is_killed_leaves_nothing_under_its_name() {
    let database = demo();
    let copy = database.folder.path().join("copy.db");
    for millis in [1, 5, 10, 20, 30, 40, 60] {
        let mut backup = Program::command(&database).arg("backup").arg(&copy).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(millis));
        let _ = backup.kill();
        backup.wait().unwrap();
        if copy.exists() {
            let url = format!("sqlite://{}", copy.display());
            let audit = Program::command(&database).arg("audit").env("DATABASE_URL", url).output().unwrap();
            assert!(audit.status.success(), "after {millis} ms: {}", said(&audit));
            fs::remove_file(&copy).unwrap();
        }
    }
    assert!(run(&database, &["backup", copy.to_str().unwrap()]).0, "what was left does not stand in the way");
}

#[test]
fn a_server_whose_file_is_cut_is_not_ready_either() {
    let database = demo();
    let program = Program::start(&database, "error");
    assert_eq!(ask(&program.address, "GET", "/readyz").unwrap().0, 200);
    let whole = fs::metadata(file(&database)).unwrap().len();
    fs::OpenOptions::new().write(true).open(file(&database)).unwrap().set_len(whole / 2).unwrap();
    // What was found ready a moment ago is taken to be.
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(ask(&program.address, "GET", "/readyz").unwrap().0, 503);
    program.kill();
}

#[test]
fn a_log_without_its_database_is_no_new_network() {
    let database = demo();
    let log = database.folder.path().join("test.db-wal");
    fs::write(&log, [1; 100]).unwrap();
    fs::remove_file(file(&database)).unwrap();
    for command in ["serve", "migrate", "demo"] {
        let (done, said) = run(&database, &[command]);
        assert!(!done && said.contains("test.db-wal"), "{command}: {said}");
    }
    assert!(!file(&database).exists() && log.exists());
}

#[test]
fn a_server_whose_file_is_gone_is_not_ready_and_acknowledges_nothing() {
    let database = Runtime::new().unwrap().block_on(TestDatabase::create(Engine::Sqlite)).unwrap();
    let demo = crate::support::running::Demo::fill(&database);
    let program = Program::start(&database, "error");
    let visit = format!("/t/{}", demo.slug);
    assert_eq!(ask(&program.address, "GET", &visit).unwrap().0, 302);
    assert_eq!(ask(&program.address, "GET", "/readyz").unwrap().0, 200);
    fs::rename(file(&database), database.folder.path().join("away.db")).unwrap();
    assert_eq!(ask(&program.address, "GET", &visit).unwrap().0, 503);
    // What was found ready a moment ago is taken to be.
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(ask(&program.address, "GET", "/readyz").unwrap().0, 503);
    let log = program.stop();
    assert!(log.contains("removed, replaced or cut"), "{log}");
}

/// As by something that was copied into it: as long as before, and another.
#[test]
fn a_server_whose_file_is_damaged_acknowledges_nothing_once_that_is_seen() {
    use std::os::unix::fs::FileExt as _;
    const PAGE: u64 = 4096;
    let database = Runtime::new().unwrap().block_on(TestDatabase::create(Engine::Sqlite)).unwrap();
    let demo = crate::support::running::Demo::fill(&database);
    let program = Program::start(&database, "error");
    let visit = format!("/t/{}", demo.slug);
    assert_eq!(ask(&program.address, "GET", &visit).unwrap().0, 302);
    let open = fs::OpenOptions::new().write(true).open(file(&database)).unwrap();
    let length = open.metadata().unwrap().len();
    let rest = vec![7; usize::try_from(length - PAGE).unwrap()];
    open.write_all_at(&rest, PAGE).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(ask(&program.address, "GET", "/readyz").unwrap().0, 503);
    assert_eq!(ask(&program.address, "GET", &visit).unwrap().0, 503);
    let said = program.output.lock().unwrap().clone();
    assert!(said.contains("file is damaged"), "{said}");
    program.kill();
}
