//! Numbers: the first screens', and reports.

mod assembly;
mod export;
mod header_classes;
mod overview;
mod permits;
mod report;
mod saved;
mod selection;
mod time;

pub(crate) use header_classes::BuiltIn;
pub(crate) use permits::{ReportPermit, ReportPermits};
pub use selection::Listed;
pub(crate) use selection::{Selected, zone_of};
pub(crate) use time::find_zone;
