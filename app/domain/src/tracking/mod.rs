//! Tracking links: the text that names one, and the address that it leads to.

mod decide;
mod destination;
mod destination_question;
mod own_site;
mod slug;

pub use self::{
    decide::{Decision, LinkRules, NotLive, decide},
    destination::{Destination, InvalidDestination},
    destination_question::DestinationQuestion,
    slug::{InvalidSlug, Slug},
};
