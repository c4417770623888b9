//! How long connections were waited for: what shows first that a database is too slow or a pool too small.

use std::time::Instant;

use prometheus_client::metrics::{family::Family, histogram::Histogram};

/// The label by which monitoring tells the pools apart.
type Pool = [(&'static str, &'static str); 1];

/// Seconds that were waited, for a connection that reads and for the write lock.
#[derive(Debug, Clone)]
pub struct PoolMetrics {
    /// Both, for monitoring.
    pub by_pool: Family<Pool, Histogram, fn() -> Histogram>,
    /// For a connection that reads.
    pub read: Histogram,
    /// For a transaction that writes; the recorder has its own way and is not among them.
    pub write: Histogram,
}

impl Default for PoolMetrics {
    fn default() -> Self {
        let by_pool: Family<Pool, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new([0.0001, 0.001, 0.01, 0.1, 1.0, 4.0]));
        let of = |pool| by_pool.get_or_create(&[("pool", pool)]).clone();
        Self { read: of("read"), write: of("write"), by_pool }
    }
}

/// Waits for something, and notes how long that took, also where it failed; not of those who gave up.
pub(crate) async fn timed<T>(histogram: &Histogram, waiting: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let got = waiting.await;
    histogram.observe(begun.elapsed().as_secs_f64());
    got
}
