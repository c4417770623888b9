//! A network to measure on: the demo's people, and then as many links and clicks as a row wants; and the program on it.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::{
    Failure,
    database::Database,
    fill::{self, Size},
    http,
    process::Running,
    stages::say,
};

/// Somebody of the demo.
#[derive(Debug)]
pub(crate) struct Person {
    /// Who signs in,
    pub(crate) email: String,
    /// and with what.
    pub(crate) password: String,
}

/// A filled database, and what is known of it.
#[derive(Debug)]
pub(crate) struct Network {
    /// Where it is.
    pub(crate) database: Database,
    /// How large it is.
    pub(crate) size: Size,
    /// Who owns the links.
    pub(crate) partner: Person,
    /// That partner's key.
    pub(crate) api_key: String,
    /// Who runs it.
    pub(crate) admin: Person,
    /// For the program's secret and its log.
    folder: PathBuf,
}

impl Network {
    /// Fills an empty database.
    pub(crate) async fn build(
        program: &Path,
        folder: PathBuf,
        database: Database,
        size: Size,
    ) -> Result<Self, Failure> {
        let demo = make_demo(program, &folder, &database).await?;
        let (admin, partner) = (person(&demo["admin"])?, person(&demo["partners"][0])?);
        let api_key = text(&demo["partners"][0]["api_key"])?;
        fill::fill(&database, size, &partner.email).await?;
        Ok(Self { database, size, partner, api_key, admin, folder })
    }

    /// Starts the program on it.
    pub(crate) async fn start(&self, program: &Path) -> Result<Program, Failure> {
        start(program, &self.folder, &self.database).await
    }

    /// Fails unless a link of this network leads to where it should, with a click's id.
    pub(crate) async fn follow_a_link(&self, address: &str) -> Result<(), Failure> {
        let slugs = self.size.slugs(1);
        let answer = http::ask(address, &format!("GET /t/{} HTTP/1.1", slugs[0]), "").await?;
        if answer.status == 302 && answer.head.contains("click_id=clk_") {
            Ok(())
        } else {
            Err(format!("a link that should be live answered {}", answer.head).into())
        }
    }
}

/// Makes the demo network in an empty database; what the program tells of it.
pub(crate) async fn make_demo(program: &Path, folder: &Path, database: &Database) -> Result<Value, Failure> {
    say("making the demo network", 5);
    let output = command(program, folder, database).args(["demo", "--json"]).output().await?;
    if !output.status.success() {
        return Err(format!("the demo failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Starts the program on a database; its secret and its log are in the folder.
pub(crate) async fn start(program: &Path, folder: &Path, database: &Database) -> Result<Program, Failure> {
    let mut command = command(program, folder, database);
    command.arg("serve");
    let mut running = Running::start(command, &folder.join("program.log"))?;
    let address = running.address().await?;
    Ok(Program { address, running })
}

/// The program, as its users start it, on a free port, behind a proxy that names its clients.
fn command(program: &Path, folder: &Path, database: &Database) -> Command {
    let mut command = Command::new(program);
    command
        .env("DATABASE_URL", database.url())
        .env("SECRET_KEY_FILE", folder.join("secret.key"))
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .env("TRUSTED_PROXIES", "127.0.0.1")
        .env_remove("PUBLIC_URL")
        .env_remove("TRACKING_URL")
        .env_remove("SMTP_URL")
        .env_remove("LOG")
        .kill_on_drop(true);
    command
}

fn person(demo: &Value) -> Result<Person, Failure> {
    Ok(Person { email: text(&demo["email"])?, password: text(&demo["password"])? })
}

fn text(value: &Value) -> Result<String, Failure> {
    Ok(value.as_str().ok_or("the demo's JSON is not what the bench knows")?.to_owned())
}

/// The running program.
#[derive(Debug)]
pub(crate) struct Program {
    /// Host and port.
    pub(crate) address: String,
    running: Running,
}

impl Program {
    /// The number the system knows it by.
    pub(crate) const fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Stops it as a service manager does, and waits until its database is closed.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.running.stop().await
    }
}
