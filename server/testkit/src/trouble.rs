//! What goes wrong with databases, brought about on purpose.

use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::TestDatabase;

/// A transaction of somebody else's: as long as it lasts, no click, conversion or token can be written.
#[derive(Debug)]
pub enum Lock {
    /// The one writing transaction that SQLite allows.
    Sqlite(SqliteConnection),
    /// Exclusive locks on the tables.
    Postgres(PgConnection),
}

impl Lock {
    /// Ends it without having changed anything.
    pub async fn release(self) {
        match self {
            Self::Sqlite(mut conn) => {
                sqlx::query("rollback").execute(&mut conn).await.unwrap();
                conn.close().await.unwrap();
            }
            Self::Postgres(mut conn) => {
                sqlx::query("rollback").execute(&mut conn).await.unwrap();
                conn.close().await.unwrap();
            }
        }
    }
}

impl TestDatabase {
    /// Keeps everybody else from writing.
    pub async fn lock(&self) -> Lock {
        if self.url.starts_with("sqlite:") {
            let mut conn = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query("begin immediate").execute(&mut conn).await.unwrap();
            return Lock::Sqlite(conn);
        }
        let mut conn = PgConnection::connect(&self.url).await.unwrap();
        let tables = "lock table clicks, conversions, one_time_tokens in access exclusive mode";
        sqlx::query("begin").execute(&mut conn).await.unwrap();
        sqlx::query(tables).execute(&mut conn).await.unwrap();
        Lock::Postgres(conn)
    }

    /// Ends every connection that others have to a PostgreSQL database, as its restart would.
    pub async fn end_connections(&self) {
        let mut conn = PgConnection::connect(&self.url).await.unwrap();
        let end = "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()";
        sqlx::query(end).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    }
}
