#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::missing_panics_doc,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "only developers run it: it prints ratios, and what it counts fits"
)]

mod bare_axum;
mod database;
mod fill;
mod http;
mod network;
mod nginx;
mod numbers;
mod open_loop;
mod process;
mod rows;
mod stages;
mod table;
mod unrest;
mod versions;
mod visitors;
mod wrk;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::stages::{Options, Stages};

/// What went wrong, for the person who started the bench.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures the program beside nginx, bare axum and itself, and prints one table of ratios.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Inner>,
    /// The built program.
    #[arg(long, value_name = "PATH", default_value = "target/release/something-project")]
    program: PathBuf,
    /// How many seconds each load lasts: 5 if nothing is said, 1 with --quick.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: Option<u64>,
    /// Measures only the rows whose name contains this word.
    #[arg(long, value_name = "WORD")]
    only: Option<String>,
    /// A look instead of a measurement: short loads, one round, and a small network in place of the large one.
    #[arg(long)]
    quick: bool,
    /// Another version of the program: measures both in turn, and nothing else.
    #[arg(long, value_name = "PATH")]
    beside: Option<PathBuf>,
    /// How often each of the two has its turn: 16 tell ten percent on a machine with neighbours, 100 two.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pairs: u16,
    /// Where the table goes as JSON.
    #[arg(long, value_name = "FILE", default_value = "target/bench.json")]
    json: PathBuf,
}

/// What the bench starts of itself.
#[derive(Debug, Subcommand)]
enum Inner {
    /// Serves the bare redirect that the program is measured beside.
    #[command(hide = true)]
    BareAxum,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Some(Inner::BareAxum) => bare_axum::serve().await.map(|()| ExitCode::SUCCESS),
        // Whatever ends the measurement, programs are stopped and folders removed as it is dropped.
        None => tokio::select! {
            done = Box::pin(measure(arguments)) => done,
            () = asked_to_stop() => Err("stopped".into()),
        },
    };
    done.unwrap_or_else(|failure| {
        eprintln!("bench: {failure}");
        ExitCode::FAILURE
    })
}

/// Fails when a row could not be measured, or what was measured was not right; a goal that is missed is no failure.
async fn measure(arguments: Arguments) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let Arguments { program, seconds, only, quick, beside, pairs, json, .. } = arguments;
    let program = existing(&program)?;
    if json.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(format!("--json: the folder of {} is not there", json.display()).into());
    }
    let seconds = seconds.unwrap_or(if quick || beside.is_some() { 1 } else { 5 });
    let options = Options { program, seconds, rounds: if quick { 1 } else { 2 }, is_quick: quick };
    let mut stages = Stages::new(options)?;
    if let Some(other) = beside {
        println!("{}", versions::compare(&stages, &existing(&other)?, pairs.into(), &only.unwrap_or_default()).await?);
        return Ok(ExitCode::SUCCESS);
    }
    if !quick && only.is_none() {
        stages::say("measuring everything", 420);
    }
    let lines = rows::measure_all(&mut stages, &only.unwrap_or_default()).await;
    if lines.is_empty() {
        return Err("--only: no row has that word in its name".into());
    }
    let title = stages.title();
    println!("{}", table::print(&title, &lines));
    std::fs::write(&json, format!("{:#}\n", table::json(&title, &lines)))?;
    eprintln!("==> done in {} s; also in {}", began.elapsed().as_secs(), json.display());
    Ok(if lines.iter().all(|(_, line)| line.is_measured()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The whole path of a program that is there.
fn existing(program: &Path) -> Result<PathBuf, Failure> {
    let program = std::path::absolute(program)?;
    if program.is_file() {
        return Ok(program);
    }
    Err(format!("there is no program at {}; `make bench` builds this version's", program.display()).into())
}

async fn asked_to_stop() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
