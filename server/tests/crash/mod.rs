//! What the program has to survive: `kill -9`, power cuts, full disks, a database that goes away, clients that vanish,
//! rows that are refused, a clock that jumps, other servers on the same database. Everything acknowledged is stored,
//! everything stored was asked for.
//!
//! Each test has a short form, which `make test` runs, and a long one, which `make torture` runs (`TORTURE=1`).

mod backup;
mod changes;
mod client;
#[cfg(target_os = "linux")]
mod clock;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod full;
#[cfg(target_os = "linux")]
mod handover;
mod kill;
mod ledger;
mod load;
mod locked;
#[cfg(target_os = "linux")]
mod power;
mod queue;
mod refused;
mod removed;
mod restart;
mod rolling;
mod scene;
mod silence;
#[cfg(target_os = "linux")]
mod synced;
mod vanish;

use std::sync::LazyLock;

use tokio::runtime::Runtime;

/// Of everything that is left to chance: a run can be repeated.
const SEED: u64 = 20_251_125;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Does what needs a runtime, such as talking to a database.
fn wait<T>(work: impl Future<Output = T>) -> T {
    RUNTIME.block_on(work)
}

/// Whether this is the long form.
fn is_long() -> bool {
    std::env::var_os("TORTURE").is_some_and(|value| value == "1")
}

/// How much of something, in the short and in the long form.
fn sized<T>(short: T, long: T) -> T {
    if is_long() { long } else { short }
}
