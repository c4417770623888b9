//! For browsers: pages, server functions, the event stream, and the files that pages load.

pub(crate) mod assets;
pub(crate) mod events;
pub(crate) mod export;
pub(crate) mod pages;
pub(crate) mod qr;
