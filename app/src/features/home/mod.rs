//! The homepage, and the page for addresses at which there is nothing.

mod homepage;
mod not_found;

pub(crate) use self::{homepage::Home, not_found::NotFound};
