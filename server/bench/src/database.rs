//! The database of a network, on either engine: connections to it, and the room it takes.

use std::path::PathBuf;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection, query_scalar, raw_sql,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous},
};
use testkit::{Engine, TestDatabase};

use crate::Failure;

/// Where a database is.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// The address of one on a private server that keeps its promises, unlike the one that tests use.
    Postgres(String),
}

/// A connection to it.
#[derive(Debug)]
pub(crate) enum Connection {
    /// To the file.
    Sqlite(SqliteConnection),
    /// To the server.
    Postgres(PgConnection),
}

/// Runs one expression on whichever engine it is: `run!(conn, |c| query(SQL).execute(c).await)`.
macro_rules! run {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::database::Connection::Sqlite($c) => $body,
            $crate::database::Connection::Postgres($c) => $body,
        }
    };
}
pub(crate) use run;

impl Database {
    /// An empty one on a server of its own, whose commits survive a power cut.
    pub(crate) async fn on_a_durable_server() -> Result<Self, Failure> {
        // In a task, so that its panic, where PostgreSQL's programs are missing, is an error here.
        let created = tokio::spawn(TestDatabase::create_durable()).await?;
        let database = created.ok_or("PostgreSQL is left out by SKIP_POSTGRES")?;
        Ok(Self::Postgres(database.url))
    }

    /// Which engine.
    pub(crate) const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// What `DATABASE_URL` says.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite://{}", file.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// A connection for a few questions, also while the program runs.
    pub(crate) async fn connect(&self) -> Result<Connection, Failure> {
        Ok(match self {
            Self::Sqlite(file) => Connection::Sqlite(SqliteConnectOptions::new().filename(file).connect().await?),
            Self::Postgres(url) => Connection::Postgres(PgConnection::connect(url).await?),
        })
    }

    /// A connection for filling it while nobody else is there: fast, and lost if the machine stops meanwhile.
    pub(crate) async fn connect_to_fill(&self) -> Result<Connection, Failure> {
        let mut connection = match self {
            Self::Sqlite(file) => {
                let options = SqliteConnectOptions::new()
                    .filename(file)
                    .foreign_keys(false)
                    .journal_mode(SqliteJournalMode::Off)
                    .synchronous(SqliteSynchronous::Off)
                    .locking_mode(SqliteLockingMode::Exclusive)
                    .pragma("cache_size", "-400000")
                    .pragma("temp_store", "memory");
                Connection::Sqlite(options.connect().await?)
            }
            Self::Postgres(_) => self.connect().await?,
        };
        if self.engine() == Engine::Postgres {
            connection.execute("set synchronous_commit = off").await?;
        }
        Ok(connection)
    }

    /// Brings what was written to the disk, so that its writing back disturbs no measurement, and PostgreSQL's own
    /// housekeeping up to date.
    pub(crate) async fn settle(&self) -> Result<(), Failure> {
        match self {
            Self::Sqlite(file) => std::fs::File::open(file)?.sync_all()?,
            Self::Postgres(_) => {
                let mut connection = self.connect().await?;
                connection.execute("vacuum analyze").await?;
                // A server that has worked for a while writes its log over older files. A new one makes a file for each
                // 16 MB, and everybody waits for that. So it gets older ones: 600 MB, for the checkpoint to keep.
                let log = "select count(pg_logical_emit_message(false, 'bench', repeat('x', 1000000)))
                    from generate_series(1, 600)";
                connection.execute(log).await?;
                connection.execute("checkpoint").await?;
            }
        }
        Ok(())
    }

    /// How many bytes it takes on the disk, indexes included. SQLite's is whole only while the program is stopped.
    pub(crate) async fn bytes(&self) -> Result<u64, Failure> {
        match self {
            Self::Sqlite(file) => Ok(std::fs::metadata(file)?.len()),
            Self::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await?;
                let bytes: i64 =
                    query_scalar("select pg_database_size(current_database())").fetch_one(&mut connection).await?;
                Ok(bytes.try_into()?)
            }
        }
    }
}

impl Connection {
    /// Executes a text of one or more statements.
    pub(crate) async fn execute(&mut self, sql: impl Into<String>) -> Result<(), Failure> {
        let sql = raw_sql(AssertSqlSafe(sql.into()));
        run!(self, |c| sql.execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Gives it back, so that a database that is closed is closed.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        run!(self, |c| c.close().await)?;
        Ok(())
    }
}
