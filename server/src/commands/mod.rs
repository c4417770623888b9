//! What the program can be asked to do, one file each.

mod accounts;
mod audit;
mod backup;
mod demo;
mod migrate;
mod serve;

use std::process::ExitCode;

use service::{Clock, Service};
use store::StoreError;

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
        Command::Migrate => migrate::migrate(&settings).await,
        Command::Audit => audit::audit(&settings).await,
        Command::Backup { file } => backup::backup(&settings, &file).await,
    }
}

/// The use cases, for a command that serves nobody.
async fn open(settings: &Settings, clock: Clock) -> Result<Service, String> {
    build_service(settings, settings.listen_addr, clock).await
}

/// The database's own sentence, and the setting that it is about.
#[expect(clippy::needless_pass_by_value, reason = "it ends every chain of `map_err`")]
fn named(error: StoreError) -> String {
    format!("DATABASE_URL: {error}")
}

/// Writes a line for whoever reads standard output; that nobody reads it is no failure.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{text}");
}
