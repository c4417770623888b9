//! Signals shutdown to everything that must react.

use tokio::sync::watch;

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Serving,
    /// Another process serves the port; what is open here is served to its end.
    Succeeded,
    /// Nobody is known to serve the port after it.
    Stopping,
}

/// The sender of the signal.
#[derive(Debug)]
pub(crate) struct Stopper(watch::Sender<Phase>);

/// A receiver of the signal.
#[derive(Debug, Clone)]
pub(crate) struct Stopping(watch::Receiver<Phase>);

/// The sender and a receiver.
pub(crate) fn stopping() -> (Stopper, Stopping) {
    let (said, heard) = watch::channel(Phase::Serving);
    (Stopper(said), Stopping(heard))
}

impl Stopper {
    /// Says that new requests should go elsewhere.
    pub(crate) fn stop(&self) {
        let _ = self.0.send(Phase::Stopping);
    }

    /// Says that another process has taken over.
    pub(crate) fn succeed(&self) {
        let _ = self.0.send(Phase::Succeeded);
    }
}

impl Stopping {
    /// Whether every answer should end its connection. Asked for every request: no more than a look at a number, which
    /// changes once.
    pub(crate) fn is_said(&self) -> bool {
        self.0.has_changed().unwrap_or(true)
    }

    /// Whether new connections will soon find no server.
    pub(crate) fn is_unready(&self) -> bool {
        self.is_said() && *self.0.borrow() != Phase::Succeeded
    }

    /// Waits until it is said.
    pub(crate) async fn wait(&mut self) {
        let _ = self.0.wait_for(|phase| *phase != Phase::Serving).await;
    }
}
