#![doc = include_str!("../README.md")]
// A page is one type, as deep as its HTML.
#![recursion_limit = "512"]

pub mod commands;
pub mod config;
mod doors;
mod middleware;
mod router;
mod routes;
pub mod startup;

pub use doors::people_runtime;
