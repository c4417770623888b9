//! What goes wrong with databases, brought about on purpose.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

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

    /// From now on the database refuses every click of this user agent, as it would a row that breaks a rule.
    pub async fn refuse_user_agent(&self, user_agent: &str) {
        let of_agent = format!("new.user_agent = (select number from header_values where value = '{user_agent}')");
        if self.url.starts_with("sqlite:") {
            let trigger = format!(
                "create trigger refuse before insert on clicks when {of_agent}
                    begin select raise(abort, 'refused on purpose'); end"
            );
            let mut conn = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(trigger)).execute(&mut conn).await.unwrap();
            return conn.close().await.unwrap();
        }
        let trigger = format!(
            "create function refuse() returns trigger language plpgsql as $$ begin
                if {of_agent} then
                    raise exception 'refused on purpose' using errcode = 'check_violation';
                end if;
                return new;
            end $$;
            create trigger refuse before insert on clicks for each row execute function refuse()"
        );
        let mut conn = PgConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(trigger)).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    }

    /// How many connections of a PostgreSQL database have begun a transaction and do nothing.
    pub async fn count_open_transactions(&self) -> i64 {
        let mut conn = PgConnection::connect(&self.url).await.unwrap();
        let count = "select count(*) from pg_stat_activity
            where datname = current_database() and state like 'idle in transaction%'";
        let count = sqlx::query_scalar(count).fetch_one(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        count
    }
}
