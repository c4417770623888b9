//! What surrounds a page: navigation per role, and the public site's head and foot.

mod dashboard;
mod public;
mod settings;
mod wrong_address;

pub(crate) use dashboard::{AdminLayout, AffiliateLayout, PartnerLayout};
pub(crate) use public::PublicLayout;
pub(crate) use settings::SettingsTabs;
