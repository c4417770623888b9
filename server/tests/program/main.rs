//! The built program, run as a process.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs, reason = "tests")]

mod commands;
#[cfg(target_os = "linux")]
mod file_limit;
mod mail;
mod operate;
#[path = "../support/running.rs"]
#[allow(dead_code)]
mod running;
mod samples;
mod secrets;
mod settings;
#[cfg(target_os = "linux")]
mod threads;
mod versions;
mod warnings;
