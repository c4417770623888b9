//! What admins see.

mod changed_offer;
mod clicks;
mod conversions;
mod links;
mod offers;
mod reject_all;
mod review_card;
mod review_queue;
mod settings;
mod users;

pub(crate) use clicks::Clicks;
pub(crate) use conversions::Conversions;
pub(crate) use links::Links;
pub(crate) use offers::Offers;
pub(crate) use review_queue::ReviewQueue;
pub(crate) use settings::Settings;
pub(crate) use users::Users;
