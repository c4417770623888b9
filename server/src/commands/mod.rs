//! What the program can be asked to do, one file each.

mod accounts;
mod audit;
mod backup;
mod demo;
mod serve;

use std::process::ExitCode;

use service::{Clock, Service};

use crate::{
    config::{AdminCommand, Arguments, Command, Settings},
    startup::build_service,
};

/// Does what was asked. An error is a sentence for whoever asked.
pub async fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let settings = arguments.settings;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&settings).await,
        Command::Demo { json } => demo::demo(&settings, json).await,
        Command::Admin { command: AdminCommand::Create { email } } => accounts::create_admin(&settings, email).await,
        Command::Audit => audit::audit(&settings).await,
        Command::Backup { file } => backup::backup(&settings, &file).await,
    }
}

/// The use cases, for a command that serves nobody.
async fn open(settings: &Settings, clock: Clock) -> Result<Service, String> {
    build_service(settings, settings.listen_addr, clock).await
}

/// For commands that look at what is there: a mistyped path must not make a new, empty and faultless database.
fn require_database(settings: &Settings) -> Result<(), String> {
    let url = &settings.database_url;
    match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        Some(path) if !std::path::Path::new(path).exists() => {
            Err(format!("DATABASE_URL: there is no database at {path}"))
        }
        _ => Ok(()),
    }
}

/// Writes a line for whoever reads standard output; that nobody reads it is no failure.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{text}");
}
