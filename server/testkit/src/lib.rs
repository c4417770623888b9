#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::missing_panics_doc,
    reason = "only tests and the bench use this crate"
)]

mod mailbox;
mod postgres;
mod restart;
mod rows;
mod sql;
mod trouble;

use tempfile::TempDir;

pub use mailbox::{Mail, Mailbox, Manner};
pub use restart::{PrivatePostgres, Stop};
pub use rows::{StoredClick, StoredRows, StoredSale, click_parts};
pub use trouble::Lock;

/// A database engine that a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// A private server.
    Postgres,
}

/// An empty database of one's own; gone when dropped (PostgreSQL's goes with its server).
#[derive(Debug)]
pub struct TestDatabase {
    /// What `DATABASE_URL` would say.
    pub url: String,
    /// A folder for whatever else a test needs.
    pub folder: TempDir,
}

impl TestDatabase {
    /// A new, empty one; nothing where PostgreSQL was to be left out.
    pub async fn create(engine: Engine) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
            Engine::Postgres => postgres::create_database().await?,
        };
        Some(Self { url, folder })
    }

    /// How often PostgreSQL had to end a transaction because several waited for each other in a circle.
    pub async fn count_deadlocks(&self) -> i64 {
        postgres::count_deadlocks(&self.url).await
    }

    /// A new, empty one on a PostgreSQL that keeps its promises, as measurements need it: what it has committed
    /// survives a power cut, which tests don't wait for. Nothing where PostgreSQL was to be left out.
    pub async fn create_durable() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let url = postgres::create_durable_database().await?;
        Some(Self { url, folder })
    }
}
