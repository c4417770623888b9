//! Numbers: the first screens', and reports.

mod assembly;
mod export;
mod header_classes;
mod overview;
mod permits;
mod report;
mod time;

pub use export::{Export, ExportCell};
pub(crate) use header_classes::BuiltIn;
pub(crate) use permits::ReportPermits;
