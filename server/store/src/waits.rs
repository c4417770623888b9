//! How long connections were waited for: what shows first that a database is too slow or a pool too small.

use std::time::Instant;

use prometheus_client::metrics::histogram::Histogram;

/// Seconds that were waited, for a connection that reads and for a turn to write.
#[derive(Debug, Clone)]
pub struct Waits {
    /// For a connection that reads.
    pub read: Histogram,
    /// For a transaction that writes; the recorder has its own way and is not among them.
    pub write: Histogram,
}

impl Default for Waits {
    fn default() -> Self {
        let seconds = || Histogram::new([0.0001, 0.001, 0.01, 0.1, 1.0, 4.0]);
        Self { read: seconds(), write: seconds() }
    }
}

/// Waits for something, and notes how long that took, also where it failed.
pub(crate) async fn noting<T>(histogram: &Histogram, waiting: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let got = waiting.await;
    histogram.observe(begun.elapsed().as_secs_f64());
    got
}
