//! The doors, one file each: read a request, call the service, write what it says.

pub(crate) mod assets;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod pages;
pub(crate) mod postback;
pub(crate) mod track;
