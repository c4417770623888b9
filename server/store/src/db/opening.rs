//! Connecting to either engine, with the settings that its promises need.

use std::{path::Path, str::FromStr};

use sqlx::{
    ConnectOptions as _,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::runtime::Handle;

use super::{
    Db, POOL_TIMEOUT,
    address::Address,
    file,
    migrations::{read_only_options, require_postgres, require_usable_postgres},
    open_file::DatabaseFile,
    reaching::unreachable,
    standing::Purpose,
};
use crate::{
    StoreError,
    locks::{READERS, ReadPermits, WriteLock},
    pool_metrics::PoolMetrics,
};

/// Of a log that became longer, this many bytes are kept when it is restarted.
pub(crate) const WAL_KEPT: u32 = 64 * 1024 * 1024;

impl Db {
    /// Migrates a database and connects to it.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::migrate(url).await?;
        Self::connect(url).await
    }

    /// Connects to a database of this program's version, `sqlite://path` or `postgres://…`. It makes none and migrates
    /// none: one of another version is refused, unless that is newer and says that this program can work with it.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        match Address::parse(url)? {
            Address::Sqlite(path) => connect_sqlite(&path).await,
            Address::Postgres(url) => connect_postgres(PgConnectOptions::from_str(url)?, Purpose::Work).await,
        }
    }

    /// Connects to a database of this program's version for looking at it: nothing can be written, and no statement is
    /// logged for the time it takes.
    pub async fn connect_read_only(url: &str) -> Result<Self, StoreError> {
        match Address::parse(url)? {
            Address::Sqlite(path) => {
                let options = read_only_options(&path, Purpose::Audit).await?;
                let read = SqlitePoolOptions::new().max_connections(READERS).acquire_timeout(POOL_TIMEOUT);
                let read = read.connect_with(options).await?;
                embedded(&path, read.clone(), read)
            }
            Address::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)?.disable_statement_logging();
                connect_postgres(options.options([READ_ONLY]), Purpose::Audit).await
            }
        }
    }

    /// Fails where there is no network: a mistyped path or name must not make a new, empty one.
    pub async fn require(url: &str) -> Result<(), StoreError> {
        match Address::parse(url)? {
            Address::Sqlite(path) => file::require(&path),
            Address::Postgres(url) => require_postgres(url).await,
        }
    }
}

fn embedded(path: &Path, write: sqlx::SqlitePool, read: sqlx::SqlitePool) -> Result<Db, StoreError> {
    let (lock, readers, home) = (WriteLock::default(), ReadPermits::default(), Handle::current());
    Ok(Db::Sqlite { write, read, home, lock, readers, file: DatabaseFile::at(path)?, metrics: PoolMetrics::default() })
}

async fn connect_sqlite(path: &Path) -> Result<Db, StoreError> {
    // Looks before anything is opened for writing, which may change what is there.
    read_only_options(path, Purpose::Work).await?;
    file::check_writable(path)?;
    file::warn_if_not_private(path);
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(POOL_TIMEOUT)
        .foreign_keys(true)
        // Of each connection, in KiB; the file is in the system's memory anyhow.
        .pragma("cache_size", "-2000")
        // The recorder has somebody for that.
        .pragma("wal_autocheckpoint", "0")
        .pragma("journal_size_limit", WAL_KEPT.to_string())
        // What is erased is overwritten, too. The recorder's connection does so wherever that costs nothing.
        .pragma("secure_delete", "on");
    // Kept for good: its thread has the priority of the one that starts the program, and not of those that make pages.
    let write = SqlitePoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
    let write = write.acquire_timeout(POOL_TIMEOUT).connect_with(options.clone()).await;
    let write = write.map_err(|error| file::refused(path, &error))?;
    let read = SqlitePoolOptions::new().max_connections(READERS).acquire_timeout(POOL_TIMEOUT);
    let connecting = Handle::current().spawn(read.connect_with(options.read_only(true)));
    let read = connecting.await.map_err(|error| StoreError::Setup(error.to_string()))??;
    embedded(path, write, read)
}

const READ_ONLY: (&str, &str) = ("default_transaction_read_only", "on");

async fn connect_postgres(options: PgConnectOptions, purpose: Purpose) -> Result<Db, StoreError> {
    let timeout = POOL_TIMEOUT.as_millis().to_string();
    let options = options.options([
        ("statement_timeout", timeout.as_str()),
        ("lock_timeout", timeout.as_str()),
        ("idle_in_transaction_session_timeout", "10000"),
        ("synchronous_commit", "on"),
    ]);
    let pool = |connections| PgPoolOptions::new().max_connections(connections).acquire_timeout(POOL_TIMEOUT);
    let write = pool(5).connect_with(options.clone()).await.map_err(|error| unreachable(&options, &error))?;
    require_usable_postgres(&mut *write.acquire().await?, purpose).await?;
    let read = pool(10).connect_with(options.options([READ_ONLY])).await?;
    Ok(Db::Postgres { write, read, metrics: PoolMetrics::default() })
}
