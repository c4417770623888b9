//! The built program, run as a process.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs, reason = "tests")]

mod commands;
mod durability;
mod mail;
mod running;
mod secrets;
