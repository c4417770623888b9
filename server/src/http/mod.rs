//! HTTP: connections come in at the edge, which answers tracking links and postbacks itself and hands the rest to the
//! router.

pub(crate) mod connections;
pub(crate) mod edge;
pub(crate) mod layers;
pub(crate) mod ops;
mod router;
pub(crate) mod web;

pub(crate) use router::router;
