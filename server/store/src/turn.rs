//! Whose turn it is to write into the embedded database, and to read from it.
//!
//! SQLite has one writer at a time and lets others knock until they find the door open. Within this program they stand
//! in a line instead: nobody waits longer than needed, and a busy recorder can't shut anybody out. Readers have a turn
//! each; all of them at once are for the moment in which nobody may read.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use crate::StoreError;

/// The line.
#[derive(Debug, Clone, Default)]
pub struct WriteTurn(Arc<Mutex<()>>);

/// A turn, until it is dropped.
#[derive(Debug)]
pub struct TurnTaken {
    _guard: OwnedMutexGuard<()>,
}

impl WriteTurn {
    /// Waits for a turn, but not for ever.
    pub(crate) async fn take(&self, patience: Duration) -> Result<TurnTaken, StoreError> {
        let guard = tokio::time::timeout(patience, Arc::clone(&self.0).lock_owned()).await;
        let guard = guard.map_err(|_| StoreError::Unavailable("another writer has not finished in time".into()))?;
        Ok(TurnTaken { _guard: guard })
    }

    /// Waits for a turn, in a thread of one's own.
    pub(crate) fn wait(&self) -> TurnTaken {
        TurnTaken { _guard: Arc::clone(&self.0).blocking_lock_owned() }
    }
}

/// How many may read at once: as many as there are connections for it.
pub(crate) const READERS: u32 = 4;

/// The turns of those who read, given in the order in which they were asked for.
#[derive(Debug, Clone)]
pub struct ReadTurns(Arc<Semaphore>);

/// A turn of reading, or all of them, until it is dropped.
#[derive(Debug)]
pub struct ReadTaken {
    _permit: OwnedSemaphorePermit,
}

impl Default for ReadTurns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(READERS as usize)))
    }
}

impl ReadTurns {
    /// Waits for a turn, but not for ever.
    pub(crate) async fn take(&self, patience: Duration) -> Result<ReadTaken, StoreError> {
        let late = || StoreError::Unavailable("others have not finished reading in time".into());
        self.take_some(1, patience).await.ok_or_else(late)
    }

    /// Waits until nobody reads, and keeps others from it; nothing if that takes too long.
    pub(crate) async fn take_all(&self, patience: Duration) -> Option<ReadTaken> {
        self.take_some(READERS, patience).await
    }

    async fn take_some(&self, turns: u32, patience: Duration) -> Option<ReadTaken> {
        let taken = tokio::time::timeout(patience, Arc::clone(&self.0).acquire_many_owned(turns)).await;
        Some(ReadTaken { _permit: taken.ok()?.ok()? })
    }
}
