//! The log: what is written to standard error, and in which form.

use std::{
    io::{IsTerminal as _, stderr},
    num::NonZeroU32,
    panic::PanicHookInfo,
    sync::LazyLock,
};

use clap::ValueEnum;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
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
    std::panic::set_hook(Box::new(tell_of_panic));
}

/// One line in the log's own form, of no more than ten in a second. What a panic says can hold what a client sent, so only
/// its place is told.
fn tell_of_panic(panic: &PanicHookInfo<'_>) {
    static LINES: LazyLock<DefaultDirectRateLimiter> =
        LazyLock::new(|| RateLimiter::direct(Quota::per_second(NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN))));
    if LINES.check().is_ok() {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "a mistake in this program: a panic");
    }
}

/// What libraries say below `info` can be anything they were given: requests with keys, arguments with passwords.
/// Only our own crates are known to keep secrets at every level.
fn keeps_secrets(event: &Metadata<'_>) -> bool {
    let origin = event.target().split("::").next().unwrap_or_default();
    *event.level() <= Level::INFO || ["app", "domain", "mail", "server", "service", "store"].contains(&origin)
}
