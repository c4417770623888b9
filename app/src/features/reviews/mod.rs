//! What admins decide about offers: new ones, new destinations, and what was changed after an approval.

pub(crate) mod api;
mod changed_offer;
mod reject_all;
mod review_card;
mod review_queue;

pub(crate) use self::review_queue::ReviewQueue;
