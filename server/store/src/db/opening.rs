//! Opening and migrating either engine, with the settings that its promises need.

use std::{path::Path, str::FromStr};

use sqlx::{
    ConnectOptions as _, Connection as _,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::runtime::Handle;

use super::{Db, PATIENCE};
use crate::{
    StoreError,
    turn::{READERS, ReadTurns, WriteTurn},
    waits::Waits,
};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// SQLite below this has a bug that can corrupt a database in WAL mode.
const OLDEST_SQLITE: &str = "3.51.3";

/// Of a log that became longer, this many bytes are kept when it begins anew.
pub(crate) const LOG_KEPT: u32 = 64 * 1024 * 1024;

impl Db {
    /// Opens `sqlite://path` (created where it isn't there) or `postgres://…`, and migrates it.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::open_postgres(url).await
        } else if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            Self::open_sqlite(Path::new(path)).await
        } else {
            Err(StoreError::Setup(
                "wanted an address that begins with sqlite:// or postgres://, for example sqlite://data/something.db"
                    .to_owned(),
            ))
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| StoreError::Setup(format!("{} can't be created: {error}", folder.display())))?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .foreign_keys(true)
            // Of each connection, in KiB; the file is in the system's memory anyhow.
            .pragma("cache_size", "-2000")
            // The recorder has somebody for that.
            .pragma("wal_autocheckpoint", "0")
            .pragma("journal_size_limit", LOG_KEPT.to_string());
        // Kept for good: its thread has the priority of the one that starts the program, and not of those that make pages.
        let write = SqlitePoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let write = write.acquire_timeout(PATIENCE).connect_with(options.clone()).await?;
        let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&write).await?;
        if version_numbers(&version) < version_numbers(OLDEST_SQLITE) {
            return Err(StoreError::Setup(format!("SQLite {version} is too old: {OLDEST_SQLITE} or later is needed")));
        }
        SQLITE_MIGRATIONS.run(&write).await?;
        // Opened after the migration, so that no reader has prepared anything against an older schema.
        let read = SqlitePoolOptions::new().max_connections(READERS).acquire_timeout(PATIENCE);
        let options = options.read_only(true).create_if_missing(false);
        let home = Handle::current();
        let read =
            home.spawn(read.connect_with(options)).await.map_err(|error| StoreError::Setup(error.to_string()))??;
        let (turn, readers) = (WriteTurn::default(), ReadTurns::default());
        Ok(Self::Sqlite { write, read, home, turn, readers, path: path.to_owned(), waits: Waits::default() })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let patience = PATIENCE.as_millis().to_string();
        let options = PgConnectOptions::from_str(url)?;
        // On a connection without the limits below: a node may have to wait while another migrates.
        let mut plain = options.connect().await?;
        POSTGRES_MIGRATIONS.run(&mut plain).await?;
        plain.close().await?;
        let options = options.options([
            ("statement_timeout", patience.as_str()),
            ("lock_timeout", patience.as_str()),
            ("idle_in_transaction_session_timeout", "10000"),
            ("synchronous_commit", "on"),
        ]);
        let pool = |connections| PgPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
        let write = pool(5).connect_with(options.clone()).await?;
        let read = pool(10).connect_with(options.options([("default_transaction_read_only", "on")])).await?;
        Ok(Self::Postgres { write, read, waits: Waits::default() })
    }
}

fn version_numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
