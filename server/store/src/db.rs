//! Connections to either engine, and the dispatch of one query text to both.

mod address;
mod backup;
mod direct;
mod file;
mod migrations;
mod open_file;
mod opening;
mod reaching;
mod standing;

use std::{future::Future, time::Duration};

use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction, pool::PoolConnection};
use tokio::{runtime::Handle, task::JoinError};

use crate::{
    BatchRecorder, StoreError,
    locks::{ReadPermit, ReadPermits, WriteGuard, WriteLock},
    pool_metrics::{PoolMetrics, timed},
    recorder::{PostgresRecorder, SqliteRecorder},
};

pub(crate) use direct::read_directly;
pub use file::owners;
pub use migrations::Migrated;
pub(crate) use open_file::DatabaseFile;
pub(crate) use opening::WAL_KEPT;

/// How long a statement or a connection may be waited for: "503 after at most 5 s of trying", with room to answer.
const POOL_TIMEOUT: Duration = Duration::from_secs(4);

/// The database: one embedded file, or a PostgreSQL server.
#[derive(Debug, Clone)]
pub enum Db {
    /// One file, one writing connection, several reading ones.
    Sqlite {
        /// The writing connection.
        write: SqlitePool,
        /// Read-only connections.
        read: SqlitePool,
        /// Where they are opened: SQLite's thread for each then gives way as the threads of this runtime do,
        /// whichever thread asks for it.
        home: Handle,
        /// Held by the one that writes.
        lock: WriteLock,
        /// Who may read.
        readers: ReadPermits,
        /// The file.
        file: DatabaseFile,
        /// How long was waited for connections.
        metrics: PoolMetrics,
    },
    /// A server that several nodes share. Two pools, so that slow reading never keeps a click waiting.
    Postgres {
        /// Connections for changes.
        write: PgPool,
        /// Connections for reading.
        read: PgPool,
        /// How long was waited for connections.
        metrics: PoolMetrics,
    },
}

/// A connection that reads, or a transaction that writes.
#[derive(Debug)]
pub enum Conn {
    /// Reads the embedded database, while it holds its permit or lock.
    SqliteRead(PoolConnection<Sqlite>, ReadPermit),
    /// Changes the embedded database, while it holds its permit or lock.
    SqliteWrite(Transaction<'static, Sqlite>, WriteGuard),
    /// Reads the server.
    PostgresRead(PoolConnection<Postgres>),
    /// Changes the server.
    PostgresWrite(Transaction<'static, Postgres>),
    /// Reads one state of the embedded database, whatever happens meanwhile.
    SqliteSnapshot(Transaction<'static, Sqlite>, ReadPermit),
    /// Reads one state of the server's.
    PostgresSnapshot(Transaction<'static, Postgres>),
}

/// The driver's own connection, for `run!`.
pub(crate) enum Raw<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Runs one expression on whichever engine the connection belongs to: `run!(conn, |c| query(SQL).execute(c).await)`.
macro_rules! run {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn.raw() {
            $crate::db::Raw::Sqlite($c) => $body,
            $crate::db::Raw::Postgres($c) => $body,
        }
    };
}

impl Conn {
    pub(crate) fn raw(&mut self) -> Raw<'_> {
        match self {
            Self::SqliteRead(c, _) => Raw::Sqlite(c),
            Self::SqliteWrite(c, _) | Self::SqliteSnapshot(c, _) => Raw::Sqlite(c),
            Self::PostgresRead(c) => Raw::Postgres(c),
            Self::PostgresWrite(c) | Self::PostgresSnapshot(c) => Raw::Postgres(c),
        }
    }

    /// Whether it is one of the embedded database.
    pub(crate) const fn is_embedded(&self) -> bool {
        matches!(self, Self::SqliteRead(..) | Self::SqliteWrite(..) | Self::SqliteSnapshot(..))
    }

    /// What writes an address as text: only one of the engines keeps it as something else.
    pub(crate) const fn address_text(&self) -> &'static str {
        if self.is_embedded() { "c.ip" } else { "address_text(c.ip)" }
    }

    /// A list of numbers from a JSON text, for `… in`.
    pub(crate) fn numbers_of(&self, text: &str) -> String {
        if self.is_embedded() {
            format!("(select value from json_each({text}))")
        } else {
            format!("(select value::bigint from json_array_elements_text({text}::json))")
        }
    }

    /// The same of texts.
    pub(crate) fn texts_of(&self, text: &str) -> String {
        if self.is_embedded() {
            format!("(select value from json_each({text}))")
        } else {
            format!("(select value from json_array_elements_text({text}::json))")
        }
    }

    /// A list of ids from a JSON text of their 32 hexadecimal digits, for `… in`.
    pub(crate) fn ids_of(&self, text: &str) -> String {
        if self.is_embedded() {
            format!("(select unhex(value) from json_each({text}))")
        } else {
            format!("(select value::uuid from json_array_elements_text({text}::json))")
        }
    }

    /// Makes a transaction's changes last: when this returns, they are on disk. Without it they are undone.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::SqliteWrite(transaction, _guard) => transaction.commit().await?,
            Self::PostgresWrite(transaction) => transaction.commit().await?,
            Self::SqliteRead(..) | Self::PostgresRead(_) | Self::SqliteSnapshot(..) | Self::PostgresSnapshot(_) => {}
        }
        Ok(())
    }
}

/// Runs work to its end even when the caller goes away, as a handler does when its client hangs up.
pub async fn owned_task<T, E>(work: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(error) => Err(StoreError::Setup(format!("a task ended early: {error}")).into()),
    }
}

impl Db {
    /// A connection for reading.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        let late = || StoreError::Unavailable("no connection was free in time".into());
        timed(&self.pool_metrics().read, tokio::time::timeout(POOL_TIMEOUT, self.read_now()))
            .await
            .map_err(|_| late())?
    }

    async fn read_now(&self) -> Result<Conn, StoreError> {
        Ok(match self {
            Self::Sqlite { read, home, readers, .. } => {
                let taken = readers.take(POOL_TIMEOUT).await?;
                let read = read.clone();
                let opened = home.spawn(async move { read.acquire().await }).await;
                let lost = |error: JoinError| StoreError::Unavailable(error.into());
                Conn::SqliteRead(opened.map_err(lost)??, taken)
            }
            Self::Postgres { read, .. } => Conn::PostgresRead(read.acquire().await?),
        })
    }

    /// A connection that reads one state of the database for as long as it likes: for what has to add up.
    pub async fn snapshot(&self) -> Result<Conn, StoreError> {
        Ok(match self {
            Self::Sqlite { read, readers, .. } => {
                let taken = readers.take(POOL_TIMEOUT).await?;
                Conn::SqliteSnapshot(read.begin().await?, taken)
            }
            Self::Postgres { read, .. } => {
                let mut transaction = read.begin_with("begin isolation level repeatable read, read only").await?;
                sqlx::query("set local statement_timeout = 0").execute(&mut *transaction).await?;
                Conn::PostgresSnapshot(transaction)
            }
        })
    }

    /// A transaction for writing; call it inside of an [`owned_task`] only.
    pub async fn begin(&self) -> Result<Conn, StoreError> {
        timed(&self.pool_metrics().write, self.begin_now()).await
    }

    async fn begin_now(&self) -> Result<Conn, StoreError> {
        Ok(match self {
            // A deferred transaction that turns into a writer fails at once, whatever the busy timeout.
            Self::Sqlite { write, lock, file, .. } => {
                let taken = lock.take(POOL_TIMEOUT).await?;
                file.check()?;
                Conn::SqliteWrite(write.begin_with("begin immediate").await?, taken)
            }
            Self::Postgres { write, .. } => Conn::PostgresWrite(write.begin().await?),
        })
    }

    /// The way for clicks and postbacks; one for each program is enough.
    pub fn recorder(&self) -> Result<BatchRecorder, StoreError> {
        Ok(match self {
            Self::Sqlite { file, lock, readers, .. } => BatchRecorder::Sqlite(Box::new(SqliteRecorder::open(
                file,
                lock.clone(),
                readers.clone(),
                POOL_TIMEOUT,
            )?)),
            Self::Postgres { write, .. } => {
                BatchRecorder::Postgres(Box::new(PostgresRecorder::new(write, POOL_TIMEOUT)?))
            }
        })
    }

    /// Whether a transaction that writes can be committed now, and to a file that has its name still.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        // Rows that were expired before they were written: a full disk can't take even them.
        const WRITE: &str = "insert into one_time_tokens (token_hash, purpose, expires_at) values ($1, 'setup', 0)
            on conflict (token_hash) do update set expires_at = 0";
        const UNDO: &str = "delete from one_time_tokens where token_hash = $1";
        let probe = [0_u8; 32];
        let db = self.clone();
        let written = owned_task(async move {
            let mut conn = db.begin().await?;
            run!(conn, |c| sqlx::query(WRITE).bind(probe.as_slice()).execute(c).await.map(|_| ()))?;
            run!(conn, |c| sqlx::query(UNDO).bind(probe.as_slice()).execute(c).await.map(|_| ()))?;
            conn.commit().await
        })
        .await;
        match self {
            Self::Sqlite { file, .. } => written.map_err(|error| file.heed(error)),
            Self::Postgres { .. } => written,
        }
    }

    /// How long was waited for connections.
    pub const fn pool_metrics(&self) -> &PoolMetrics {
        match self {
            Self::Sqlite { metrics, .. } | Self::Postgres { metrics, .. } => metrics,
        }
    }

    /// Whether other nodes may change the same database.
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres { .. })
    }

    /// Waits for connections to be given back, and closes them.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read, file, .. } => {
                // So that the file alone is the whole database, though other connections end a moment later.
                if file.takes_log() {
                    let _ = sqlx::query("pragma wal_checkpoint(passive)").execute(write).await;
                }
                read.close().await;
                write.close().await;
            }
            Self::Postgres { write, read, .. } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}
