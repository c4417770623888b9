//! Word that the program is about to stop, for everything that has to do otherwise then.

use tokio::sync::watch;

/// Given to whoever says it.
#[derive(Debug)]
pub(crate) struct Stopper(watch::Sender<bool>);

/// Given to whoever wants to know.
#[derive(Debug, Clone)]
pub(crate) struct Stopping(watch::Receiver<bool>);

/// Both ends.
pub(crate) fn stopping() -> (Stopper, Stopping) {
    let (said, heard) = watch::channel(false);
    (Stopper(said), Stopping(heard))
}

impl Stopper {
    /// Says it, once and for ever.
    pub(crate) fn stop(&self) {
        let _ = self.0.send(true);
    }
}

impl Stopping {
    /// Whether it was said. Asked for every request: no more than a look at a number, which changes once.
    pub(crate) fn is_said(&self) -> bool {
        self.0.has_changed().unwrap_or(true)
    }

    /// Waits until it is said.
    pub(crate) async fn wait(&mut self) {
        let _ = self.0.wait_for(|said| *said).await;
    }
}
