//! What people do here, by noun: the server functions of each (`api.rs`), its pages and their parts.

pub(crate) mod activity;
pub(crate) mod applications;
pub(crate) mod clicks;
pub(crate) mod conversions;
pub(crate) mod guide;
pub(crate) mod home;
pub(crate) mod links;
pub(crate) mod offers;
pub(crate) mod organisations;
pub(crate) mod reports;
pub(crate) mod reviews;
pub(crate) mod sign_in;
