//! What the program can be asked to do, one file each.

mod accounts;
mod audit;
mod backup;
mod demo;
mod healthcheck;
mod migrate;
mod serve;

use std::process::ExitCode;

use service::{Clock, Service};
use store::StoreError;

use crate::{
    config::{AdminCommand, Arguments, Command, Settings},
    startup::build_service,
};

/// Does what was asked. An error is a sentence for the operator.
pub async fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let settings = arguments.settings;
    settings.check()?;
    survive_file_limits();
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&settings).await,
        Command::Demo { json } => demo::demo(&settings, json).await,
        Command::Admin { command: AdminCommand::Create { email } } => accounts::create_admin(&settings, email).await,
        Command::Migrate => migrate::migrate(&settings).await,
        Command::Audit => audit::audit(&settings).await,
        Command::Backup { file } => backup::backup(&settings, &file).await,
        Command::Healthcheck { url } => healthcheck::healthcheck(&settings, url).await,
    }
}

/// Where a limit of the process says how large a file may be (`ulimit -f`, systemd's `LimitFSIZE`), the kernel ends a
/// process that reaches it, without a word. Listened to, its signal does nothing, and the write fails as on a full
/// disk.
fn survive_file_limits() {
    #[cfg(target_os = "linux")]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // The handler stays when what it gave is dropped.
        if let Err(error) = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw())) {
            tracing::warn!(%error, "a limit of file sizes would end the program");
        }
    }
}

/// The use cases, for a command that serves nobody.
async fn open(settings: &Settings, clock: Clock) -> Result<Service, String> {
    build_service(settings, settings.listen_addr, clock).await
}

/// The database's own sentence, and the setting that it is about.
fn named(error: StoreError) -> String {
    match error {
        StoreError::Copy(why) => format!("FILE: {why}"),
        other => format!("DATABASE_URL: {other}"),
    }
}

/// Writes a line to standard output; that nobody reads it is no failure.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{text}");
}
