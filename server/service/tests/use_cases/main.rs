//! The use cases, each by the functions that its three doors call, on a database of its own and by a clock that is set by
//! hand: the embedded engine alone, because the contracts of the store hold for both.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod applications;
mod clicks_and_sales;
mod network;
mod offers;
mod overviews;
mod people;
mod profiles;
mod reports;
mod saved_reports;
