//! Offers: their partner's pages, the marketplace, and the list of all of them for admins.

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
    admin_offers::AdminOffers, badge::offer_badge, marketplace::Marketplace, marketplace_offer::MarketplaceOfferPage,
    new_offer::NewOffer, offer_page::OfferPage, offers_table::HomeOffers, partner_offers::PartnerOffers,
};

use self::badge::offer_menus;

/// An offer's terms, or that there are none.
fn terms(commission_terms: String) -> String {
    if commission_terms.is_empty() { "No commission terms given".to_owned() } else { commission_terms }
}
