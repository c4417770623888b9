#![doc = include_str!("../README.md")]

#[macro_use]
mod db;
pub mod applications;
pub mod audit;
pub mod clicks;
pub mod conversions;
mod error;
mod keyset;
mod locks;
pub mod maintenance;
pub mod offers;
pub mod overview;
pub mod partners;
mod pool_metrics;
mod recorder;
mod scope;
mod search;
pub mod sessions;
pub mod tokens;
pub mod users;

pub use db::{Conn, Db, Migrated, owned_task, owners};
pub use error::StoreError;
pub use pool_metrics::PoolMetrics;
pub use recorder::{Answers, BatchRecorder, OpenBatch};
pub use scope::Scope;
