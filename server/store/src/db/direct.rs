//! The embedded database, read in a thread of its own without a detour for each row.

use rusqlite::{Connection, OpenFlags};

use super::{DatabaseFile, POOL_TIMEOUT};
use crate::{StoreError, locks::ReadPermits};

/// Reads on a connection that is opened for this: worth it for thousands of rows, each of which takes the pool's
/// connections a message from thread to thread.
pub(crate) async fn read_directly<T: Send + 'static>(
    file: &DatabaseFile,
    readers: &ReadPermits,
    work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let permit = readers.take(POOL_TIMEOUT).await?;
    let file = file.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(file.path(), flags)?;
        conn.busy_timeout(POOL_TIMEOUT)?;
        let read = work(&conn);
        // Whoever waits until nobody reads may go on when this connection is gone, and not before.
        drop(conn);
        drop(permit);
        read.map_err(|error| file.heed(error))
    });
    reading.await.map_err(|error| StoreError::Unavailable(error.into()))?
}
