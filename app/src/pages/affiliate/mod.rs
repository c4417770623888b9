//! The pages of affiliates.

mod affiliate_home;
mod clicks;
mod conversions;
mod marketplace;
mod marketplace_offer;
mod my_offers;
mod settings;

pub(crate) use affiliate_home::AffiliateHome;
pub(crate) use clicks::Clicks;
pub(crate) use conversions::Conversions;
pub(crate) use marketplace::Marketplace;
pub(crate) use marketplace_offer::MarketplaceOfferPage;
pub(crate) use my_offers::MyOffers;
pub(crate) use settings::Settings;

use crate::context::site;

/// The address of a tracking link.
fn tracking_url(slug: &domain::Slug) -> String {
    format!("{}/t/{slug}", site().tracking_url)
}

/// An offer's terms, or that there are none.
fn terms(commission_terms: String) -> String {
    if commission_terms.is_empty() { "The partner says nothing of it yet".to_owned() } else { commission_terms }
}
