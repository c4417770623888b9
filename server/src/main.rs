//! The program `something-project`.

use std::{io::IsTerminal as _, process::ExitCode};

use clap::Parser as _;
use server::config::Arguments;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("LOG").unwrap_or_else(|_| "info,sqlx=warn".into()))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match server::commands::run(arguments).await {
        Ok(code) => code,
        Err(message) => {
            eprintln!("something-project: {message}");
            ExitCode::FAILURE
        }
    }
}
