//! The log: what is written to standard error, and in which form.

use std::{
    ffi::OsStr,
    io::{IsTerminal as _, stderr},
    num::NonZeroU32,
    panic::PanicHookInfo,
    sync::LazyLock,
};

use clap::ValueEnum;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tracing::{Level, Metadata, level_filters::LevelFilter};
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

/// What is logged where nobody says.
const DEFAULT: &str = "info,sqlx=warn";

/// Begins to log to standard error what the variable `LOG` wants.
pub fn log_to_stderr(format: LogFormat) -> Result<(), String> {
    let wanted = parse_filter(std::env::var_os("LOG").as_deref())?;
    let lines = fmt::layer().with_writer(stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    // Filters of the whole, not of the layer: sqlx asks whether a level is on without saying anything then, after
    // which a layer's own filter would swallow the thread's next line.
    tracing_subscriber::registry().with(wanted).with(filter_fn(keeps_secrets)).with(lines).init();
    std::panic::set_hook(Box::new(tell_of_panic));
    Ok(())
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

/// A filter that can't be read is an error, and so is a word alone that is no level: it would be taken for the name of a
/// part of the program, and everything else would be silent.
fn parse_filter(given: Option<&OsStr>) -> Result<EnvFilter, String> {
    let wrong =
        |part: &str| format!("LOG: {part} is not understood; wanted for example LOG=debug or LOG=warn,mail=info");
    let given = given.map_or(Ok(""), |text| text.to_str().ok_or_else(|| wrong("what is not UTF-8")))?;
    let filter: Vec<&str> = given.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    for part in &filter {
        if !part.contains(['=', '[']) && part.parse::<LevelFilter>().is_err() {
            return Err(wrong(part));
        }
    }
    let filter = if filter.is_empty() { DEFAULT.to_owned() } else { filter.join(",") };
    EnvFilter::builder().parse(&filter).map_err(|_| wrong(&filter))
}

/// What libraries say below `info` can be anything they were given: requests with keys, arguments with passwords.
/// Only our own crates are known to keep secrets at every level.
fn keeps_secrets(event: &Metadata<'_>) -> bool {
    let origin = event.target().split("::").next().unwrap_or_default();
    *event.level() <= Level::INFO || ["app", "domain", "mail", "server", "service", "store"].contains(&origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, String> {
        parse_filter(Some(OsStr::new(text))).map(|filter| filter.to_string())
    }

    #[test]
    fn an_empty_filter_is_the_default() {
        let default = parse_filter(None).unwrap().to_string();
        assert!(default.contains("info") && default.contains("sqlx=warn"), "{default}");
        for empty in ["", " ", ","] {
            assert_eq!(parse(empty).as_ref(), Ok(&default));
        }
    }

    #[test]
    fn a_filter_has_levels() {
        for right in ["debug", "WARN", "off", "warn, mail=info", "server::http=trace", "info,[request]=debug"] {
            assert!(parse(right).is_ok(), "{right}");
        }
        for wrong in ["nonsense", "info,nonsense", "server", "mail=loud", "debug warn", "=="] {
            let error = parse(wrong).unwrap_err();
            assert!(error.starts_with("LOG: ") && error.contains("LOG=warn,mail=info"), "{wrong}: {error}");
        }
    }
}
