//! What admins see.

mod conversions;
mod offers;
mod review_card;
mod review_queue;
mod users;

pub(crate) use conversions::Conversions;
pub(crate) use offers::Offers;
pub(crate) use review_queue::ReviewQueue;
pub(crate) use users::Users;
