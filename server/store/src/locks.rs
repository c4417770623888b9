//! Locks within this process around the embedded database.
//!
//! SQLite has one writer at a time; others poll its lock, and a busy recorder could shut them out for ever. Here they wait
//! in a fair queue instead. Readers hold a permit each; the checkpointer takes all of them when nobody may read.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use crate::StoreError;

/// The one lock of those who write, handed out in the order in which it was asked for.
#[derive(Debug, Clone, Default)]
pub struct WriteLock(Arc<Mutex<()>>);

/// Held until it is dropped.
#[derive(Debug)]
pub struct WriteGuard {
    _guard: OwnedMutexGuard<()>,
}

impl WriteLock {
    /// Waits for the lock, but not longer than `timeout`.
    pub(crate) async fn take(&self, timeout: Duration) -> Result<WriteGuard, StoreError> {
        let guard = tokio::time::timeout(timeout, Arc::clone(&self.0).lock_owned()).await;
        let guard = guard.map_err(|_| StoreError::Unavailable("another writer has not finished in time".into()))?;
        Ok(WriteGuard { _guard: guard })
    }

    /// Blocks until the lock is free: for a thread of one's own.
    pub(crate) fn wait(&self) -> WriteGuard {
        WriteGuard { _guard: Arc::clone(&self.0).blocking_lock_owned() }
    }
}

/// How many may read at once: as many as there are connections for it.
pub(crate) const READERS: u32 = 4;

/// The permits of those who read, handed out in the order in which they were asked for.
#[derive(Debug, Clone)]
pub struct ReadPermits(Arc<Semaphore>);

/// One permit or all of them, until it is dropped.
#[derive(Debug)]
pub struct ReadPermit {
    _permit: OwnedSemaphorePermit,
}

impl Default for ReadPermits {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(READERS as usize)))
    }
}

impl ReadPermits {
    /// Waits for a permit, but not longer than `timeout`.
    pub(crate) async fn take(&self, timeout: Duration) -> Result<ReadPermit, StoreError> {
        let late = || StoreError::Unavailable("others have not finished reading in time".into());
        self.take_some(1, timeout).await.ok_or_else(late)
    }

    /// Waits until nobody reads, and keeps others from it; nothing if that takes too long.
    pub(crate) async fn take_all(&self, timeout: Duration) -> Option<ReadPermit> {
        self.take_some(READERS, timeout).await
    }

    async fn take_some(&self, permits: u32, timeout: Duration) -> Option<ReadPermit> {
        let taken = tokio::time::timeout(timeout, Arc::clone(&self.0).acquire_many_owned(permits)).await;
        Some(ReadPermit { _permit: taken.ok()?.ok()? })
    }
}
