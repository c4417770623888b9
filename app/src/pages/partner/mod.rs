//! What partners see.

mod applications;
mod clicks;
mod conversions;
mod copy_key;
mod home;
mod home_offers;
mod home_steps;
mod new_offer;
mod offer_fields;
mod offer_links;
mod offer_page;
mod offer_state;
mod offers;
mod settings;
mod settings_key;
mod settings_postback;

pub(crate) use applications::Applications;
pub(crate) use clicks::Clicks;
pub(crate) use conversions::Conversions;
pub(crate) use home::PartnerHome;
pub(crate) use new_offer::NewOffer;
pub(crate) use offer_page::OfferPage;
pub(crate) use offers::Offers;
pub(crate) use settings::Settings;
