//! The log: what is written to standard error, and in which form.

use std::io::{IsTerminal as _, stderr};

use clap::ValueEnum;
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::filter_fn, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line, with the id of the request it belongs to.
    Json,
}

/// Begins to log to standard error what the variable `LOG` wants.
pub fn log_to_stderr(format: LogFormat) {
    let wanted = EnvFilter::try_from_env("LOG").unwrap_or_else(|_| "info,sqlx=warn".into());
    let lines = fmt::layer().with_writer(stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    // Filters of the whole, not of the layer: sqlx asks whether a level is on without saying anything then, after
    // which a layer's own filter would swallow the thread's next line.
    tracing_subscriber::registry().with(wanted).with(filter_fn(keeps_secrets)).with(lines).init();
}

/// What libraries say below `info` can be anything they were given: requests with keys, arguments with passwords.
/// Only our own crates are known to keep secrets at every level.
fn keeps_secrets(event: &Metadata<'_>) -> bool {
    let origin = event.target().split("::").next().unwrap_or_default();
    *event.level() <= Level::INFO || ["app", "domain", "mail", "server", "service", "store"].contains(&origin)
}
