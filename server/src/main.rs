//! The program `something-project`.

use std::{io::IsTerminal as _, process::ExitCode};

use clap::Parser as _;
use server::config::Arguments;
use tracing::{Level, Metadata};
use tracing_subscriber::{EnvFilter, filter::filter_fn, layer::SubscriberExt as _, util::SubscriberInitExt as _};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr();
    let ended = server::people_runtime()
        .map_err(|error| format!("no threads could be started: {error}"))
        .and_then(|runtime| runtime.block_on(server::commands::run(arguments)));
    match ended {
        Ok(code) => code,
        Err(message) => {
            eprintln!("something-project: {message}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr() {
    let wanted = EnvFilter::try_from_env("LOG").unwrap_or_else(|_| "info,sqlx=warn".into());
    let log = tracing_subscriber::fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    // Filters of the whole, not of the layer: sqlx asks whether a level is on without saying anything then, after
    // which a layer's own filter would swallow the thread's next line.
    tracing_subscriber::registry().with(wanted).with(filter_fn(keeps_secrets)).with(log).init();
}

/// What libraries say below `info` can be anything they were given: requests with keys, arguments with passwords.
/// Only our own crates are known to keep secrets at every level.
fn keeps_secrets(event: &Metadata<'_>) -> bool {
    let origin = event.target().split("::").next().unwrap_or_default();
    *event.level() <= Level::INFO || ["app", "domain", "mail", "server", "service", "store"].contains(&origin)
}
