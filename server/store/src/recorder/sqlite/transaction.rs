//! A batch's transaction. What begins and ends it is prepared once, like every other statement of the recorder: to read
//! their two words again costs a small batch as much as a row.

use std::ops::Deref;

use rusqlite::Connection;

/// A transaction that writes; undone unless it is committed.
#[derive(Debug)]
pub(super) struct Transaction<'c>(&'c Connection);

impl<'c> Transaction<'c> {
    /// Begins one that is a writer at once. Mutably, so that the connection can't have two.
    pub(super) fn begin(conn: &'c mut Connection) -> rusqlite::Result<Self> {
        conn.prepare_cached("begin immediate")?.execute([])?;
        Ok(Self(conn))
    }

    /// When this returns, everything is on disk; if it fails, nothing of it is kept.
    pub(super) fn commit(self) -> rusqlite::Result<()> {
        self.prepare_cached("commit")?.execute([])?;
        Ok(())
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // SQLite has undone some by itself after an error.
        if !self.0.is_autocommit()
            && let Err(error) = self.0.execute_batch("rollback")
        {
            tracing::warn!(%error, "a batch could not be undone");
        }
    }
}
