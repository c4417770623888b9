//! Tracking links: the text that names one, and the address that it leads to.

mod destination;
mod destination_question;
mod own_site;
mod slug;

pub use self::{
    destination::{Destination, InvalidDestination},
    destination_question::DestinationQuestion,
    slug::{InvalidSlug, Slug},
};
