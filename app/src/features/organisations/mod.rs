//! Partners and affiliates: who they are, their settings, the key, and who is suspended.

mod affiliate_page;
mod affiliates;
pub(crate) mod api;
mod copy_key;
mod organisation_page;
mod partner_settings;
mod profile;
mod settings_key;
mod settings_postback;
mod users;

use leptos::prelude::*;

pub(crate) use self::{
    affiliate_page::AffiliatePage,
    affiliates::Affiliates,
    organisation_page::OrganisationPage,
    partner_settings::PartnerSettings,
    profile::{ProfileFacts, ProfileLine, ProfileSection},
    users::Users,
};
use crate::{
    features::sign_in::AccountSettings,
    ui::{
        components::{PageHead, PageTitle},
        layouts::SettingsTabs,
    },
};

/// An affiliate's profile, name and password.
#[component]
pub(crate) fn AffiliateSettings() -> impl IntoView {
    view! {
        <PageTitle text="Settings" />
        <PageHead title="Settings" lead="How partners see you, and how you sign in." />
        <SettingsTabs />
        <ProfileSection />
        <AccountSettings />
    }
}

/// An admin's name and password.
#[component]
pub(crate) fn AdminSettings() -> impl IntoView {
    view! {
        <PageTitle text="Settings" />
        <PageHead title="Settings" lead="Your name, and how you sign in." />
        <SettingsTabs />
        <AccountSettings />
    }
}
