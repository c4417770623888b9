//! The pages that anybody may see.

mod guide;
mod home;
mod not_found;
mod reset;
mod set_up;
mod sign_in;
mod sign_up;

pub(crate) use guide::Guide;
pub(crate) use home::Home;
pub(crate) use not_found::NotFound;
pub(crate) use reset::Reset;
pub(crate) use set_up::SetUp;
pub(crate) use sign_in::SignIn;
pub(crate) use sign_up::SignUp;

use crate::context::site;

/// What the guide's examples are written with, before anybody reveals a key.
pub(crate) fn guide_bases() -> guide::Bases {
    let site = site();
    guide::Bases { site: site.public_url, tracking: site.tracking_url, key: None }
}
