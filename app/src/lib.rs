#![doc = include_str!("../README.md")]
// Components are named like types and return views that nobody forgets to use.
#![allow(clippy::needless_pass_by_value, reason = "component props are owned by what they render")]

pub mod api;
mod context;
mod features;
mod routes;
mod shell;
mod ui;

pub use context::{PageContext, Site};
pub use routes::App;
pub use shell::{BuiltFiles, shell};
pub use ui::{columns::HiddenColumns, forms};
