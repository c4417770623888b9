//! The whole program, tested from outside.
//!
//! * `http`: tracking link, postback, forms and pages of a program that runs in the test. Each test is named after a
//!   sentence of the contract.
//! * `cli`: the built program as a process: commands, settings, databases of versions before.
//! * `crash`: what it has to survive: kills, power cuts, full disks. `make torture` runs the long form.
//! * `rights`: who may call which server function.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs, reason = "tests")]

mod cli;
mod crash;
mod http;
mod rights;
mod support;
