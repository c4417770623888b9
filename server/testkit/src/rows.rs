//! What a database holds of clicks and conversions, read without the program.

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

/// A stored click.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredClick {
    /// Its id.
    pub id: Uuid,
    /// The visitor's address.
    pub ip: String,
}

/// A stored conversion.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredSale {
    /// The click it was made for.
    pub click_id: Uuid,
    /// The partner's own number of it.
    pub transaction_id: String,
    /// In 10^-6 units.
    pub amount: i64,
}

/// Every click and every conversion.
#[derive(Debug, Default)]
pub struct StoredRows {
    /// In no order.
    pub clicks: Vec<StoredClick>,
    /// In no order.
    pub sales: Vec<StoredSale>,
}

impl StoredRows {
    /// Reads the database at an address.
    pub async fn read(url: &str) -> Self {
        const SALES: &str = "select click_id, transaction_id, amount from conversions";
        if url.starts_with("sqlite:") {
            let mut conn = SqliteConnection::connect(url).await.unwrap();
            let clicks = sqlx::query_as("select id, ip from clicks").fetch_all(&mut conn).await.unwrap();
            let sales = sqlx::query_as(SALES).fetch_all(&mut conn).await.unwrap();
            conn.close().await.unwrap();
            return Self { clicks, sales };
        }
        let mut conn = PgConnection::connect(url).await.unwrap();
        let clicks =
            sqlx::query_as("select id, address_text(ip) as ip from clicks").fetch_all(&mut conn).await.unwrap();
        let sales = sqlx::query_as(SALES).fetch_all(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        Self { clicks, sales }
    }
}

/// The parts that the table of clicks has on PostgreSQL.
pub async fn click_parts(url: &str) -> Vec<String> {
    const SQL: &str =
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'clicks'::regclass order by 1";
    let mut conn = PgConnection::connect(url).await.unwrap();
    let parts = sqlx::query_scalar(SQL).fetch_all(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    parts
}
