//! Partners and affiliates: their settings, the key, and who is suspended.

pub(crate) mod api;
mod copy_key;
mod partner_settings;
mod settings_key;
mod settings_postback;
mod users;

use leptos::prelude::*;

pub(crate) use self::{partner_settings::PartnerSettings, users::Users};
use crate::{
    features::sign_in::AccountSettings,
    ui::components::{PageHead, PageTitle},
};

/// An affiliate's name and password.
#[component]
pub(crate) fn AffiliateSettings() -> impl IntoView {
    view! {
        <PageTitle text="Settings" />
        <PageHead title="Settings" lead="How partners see you, and how you sign in." />
        <AccountSettings />
    }
}

/// An admin's name and password.
#[component]
pub(crate) fn AdminSettings() -> impl IntoView {
    view! {
        <PageTitle text="Settings" />
        <PageHead title="Settings" lead="Your name, and how you sign in." />
        <AccountSettings />
    }
}
