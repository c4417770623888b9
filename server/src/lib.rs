#![doc = include_str!("../README.md")]

pub mod commands;
pub mod config;
mod middleware;
mod router;
mod routes;
pub mod startup;
