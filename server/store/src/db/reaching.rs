//! Reaching a PostgreSQL, or saying which one could not be reached.

use sqlx::{ConnectOptions as _, PgConnection, postgres::PgConnectOptions};

use crate::StoreError;

/// One connection.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    options.connect().await.map_err(|error| unreachable(options, &error))
}

/// Which server it was, by its place alone.
pub(super) fn unreachable(options: &PgConnectOptions, error: &sqlx::Error) -> StoreError {
    let place = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    StoreError::Setup(format!("PostgreSQL at {place} can't be used: {error}"))
}
