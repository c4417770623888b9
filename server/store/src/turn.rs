//! Whose turn it is to write into the embedded database.
//!
//! SQLite has one writer at a time and lets others knock until they find the door open. Within this program they stand
//! in a line instead: nobody waits longer than needed, and a busy recorder can't shut anybody out.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Mutex, OwnedMutexGuard};

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
