//! The built program, run as a process.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs, reason = "tests")]

mod commands;
mod mail;
mod operate;
#[path = "../support/running.rs"]
#[allow(dead_code)]
mod running;
mod samples;
mod secrets;
#[cfg(target_os = "linux")]
mod threads;
mod versions;
