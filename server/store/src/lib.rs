#![doc = include_str!("../README.md")]

#[macro_use]
mod db;
pub mod applications;
pub mod audit;
pub mod clicks;
pub mod conversions;
mod error;
mod keyset;
pub mod offers;
pub mod overview;
pub mod partners;
mod recording;
mod scope;
mod search;
pub mod sessions;
pub mod tokens;
mod turn;
pub mod upkeep;
pub mod users;
mod waits;

pub use db::{Conn, Db, Migrated, owned_task};
pub use error::StoreError;
pub use recording::{Answers, GroupRecorder, OpenGroup};
pub use scope::Scope;
pub use waits::Waits;
