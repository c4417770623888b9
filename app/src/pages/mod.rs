//! The pages, one file each, in the folder of whom they are for.

pub(crate) mod admin;
pub(crate) mod affiliate;
pub(crate) mod partner;
pub(crate) mod public;
mod shared;
