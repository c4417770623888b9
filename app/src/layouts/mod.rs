//! What surrounds a page: navigation per role, and the public site's head and foot.

mod dashboard;
mod public;

pub(crate) use dashboard::{AdminLayout, AffiliateLayout, PartnerLayout};
pub(crate) use public::PublicLayout;
