#![doc = include_str!("../README.md")]

pub mod commands;
pub mod config;
mod http;
mod listening;
mod runtimes;
pub mod startup;
mod state;
mod stopping;
pub mod telemetry;

pub use runtimes::web_runtime;
