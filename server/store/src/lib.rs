#![doc = include_str!("../README.md")]

#[macro_use]
mod db;
pub mod activity;
pub mod applications;
pub mod audit;
pub mod clicks;
pub mod conversions;
pub mod counters;
mod error;
pub mod jobs;
mod keyset;
mod locks;
pub mod maintenance;
pub mod offers;
pub mod organisations;
mod picked;
mod pool_metrics;
mod recorder;
pub mod reports;
pub mod rollups;
mod scope;
mod search;
pub mod sign_in;
pub mod versions;

pub use db::{Conn, Db, Migrated, owned_task, owners};
pub use error::StoreError;
pub use picked::Picked;
pub use pool_metrics::PoolMetrics;
pub use recorder::{Answers, BatchRecorder, OpenBatch};
pub use scope::Scope;
