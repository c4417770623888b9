//! SQL of somebody else's than the program's.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::TestDatabase;

impl TestDatabase {
    /// Runs statements; in a file that is made where there is none.
    pub async fn run_sql(&self, sql: String) {
        if self.url.starts_with("sqlite:") {
            let mut conn = SqliteConnection::connect(&format!("{}?mode=rwc", self.url)).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
            return conn.close().await.unwrap();
        }
        let mut conn = PgConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    }

    /// The number that a query gives.
    pub async fn read_number(&self, sql: String) -> i64 {
        if self.url.starts_with("sqlite:") {
            let mut conn = SqliteConnection::connect(&self.url).await.unwrap();
            let number = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut conn).await.unwrap();
            conn.close().await.unwrap();
            return number;
        }
        let mut conn = PgConnection::connect(&self.url).await.unwrap();
        let number = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        number
    }

    /// Writes over the beginning of a table's first page, in a file that nobody has open.
    pub async fn damage(&self, table: &str) {
        let sql = format!("select rootpage from sqlite_schema where name = '{table}'");
        let page = usize::try_from(self.read_number(sql).await).unwrap();
        let file = self.url.strip_prefix("sqlite://").unwrap();
        let mut bytes = std::fs::read(file).unwrap();
        let start = (page - 1) * 4_096;
        bytes[start..start + 50].fill(0xa5);
        std::fs::write(file, bytes).unwrap();
    }
}
