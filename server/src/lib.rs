#![doc = include_str!("../README.md")]
// A page is one type, as deep as its HTML.
#![recursion_limit = "512"]

pub mod commands;
pub mod config;
mod connections;
mod doors;
mod listening;
mod middleware;
mod request_id;
mod router;
mod routes;
pub mod startup;
mod stopping;
pub mod telemetry;

pub use doors::people_runtime;
