//! Offers: their partner's pages, the marketplace, and the list of all of them for admins.

mod admin_offer;
mod admin_offers;
pub(crate) mod api;
mod badge;
mod marketplace;
mod marketplace_offer;
mod new_offer;
mod offer_fields;
mod offer_links;
mod offer_page;
mod offer_state;
mod offers_table;
mod partner_offers;

#[cfg(feature = "ssr")]
pub(crate) use self::api::{offer_choices, offer_id};
pub(crate) use self::{
    admin_offer::AdminOfferPage, admin_offers::AdminOffers, badge::offer_badge, marketplace::Marketplace,
    marketplace_offer::MarketplaceOfferPage, new_offer::NewOffer, offer_page::OfferPage, partner_offers::PartnerOffers,
};

use domain::{Category, Offer, OfferInput};

use self::badge::offer_menus;

/// The shelves of the marketplace, to choose from.
fn category_choices() -> Vec<(String, String)> {
    Category::ALL.iter().map(|category| (category.as_str().to_owned(), category.label().to_owned())).collect()
}

/// An offer's terms, or that there are none.
fn terms(commission_terms: String) -> String {
    if commission_terms.is_empty() { "No terms given".to_owned() } else { commission_terms }
}

/// An offer as its form holds it.
fn input_of(offer: Offer) -> OfferInput {
    OfferInput {
        name: offer.name,
        description: offer.description,
        // What was asked for last is what is edited on.
        destination: offer.pending_destination.unwrap_or(offer.destination),
        commission_terms: offer.commission_terms,
        category: offer.category.map_or("", Category::as_str).to_owned(),
        ..OfferInput::default()
    }
}
