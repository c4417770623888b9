//! Tracking links.

mod admin_links;
pub(crate) mod api;
mod links_table;
mod my_offers;
mod share;

pub(crate) use self::{admin_links::AdminLinks, links_table::LinksTable, my_offers::MyOffers};
use crate::context::site;

/// The address of a tracking link.
pub(crate) fn tracking_url(slug: &str) -> String {
    format!("{}/t/{slug}", site().tracking_url)
}
