//! A partner's settings: the postback, the key, the account.

use domain::AppError;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use super::{
    profile::ProfileSection,
    settings_key::ApiKeySection,
    settings_postback::{PostbackSection, TestSection},
};
use crate::{
    api::{Answer, ApiError},
    features::{organisations::api::find_api_key, sign_in::AccountSettings},
    ui::{
        components::{PageHead, PageTitle},
        layouts::SettingsTabs,
        live::use_live,
        loaded::loaded,
    },
};

/// The own API key, as far as the page has it. No `Debug`, since the key must not get into a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum OwnKey {
    /// Nobody has asked for it.
    Masked,
    /// The key.
    Shown(String),
    /// Sealed with a secret that the server doesn't have any more.
    Unreadable,
}

impl OwnKey {
    /// A text with the key in the place of `{api_key}`, if the key is to be seen.
    pub(super) fn fill(&self, template: &str) -> Option<String> {
        match self {
            Self::Shown(key) => Some(template.replace("{api_key}", key)),
            Self::Masked | Self::Unreadable => None,
        }
    }

    /// The page with the key shown, or hidden again, at one of its sections.
    pub(super) fn switch(&self, section: &str) -> String {
        let query = if matches!(self, Self::Shown(_)) { "" } else { "?key=shown" };
        format!("/partner/settings{query}#{section}")
    }
}

/// The page. The key is on it if its address asks for that.
#[component]
pub(crate) fn PartnerSettings() -> impl IntoView {
    let query = use_query_map();
    let is_shown = Memo::new(move |_| query.with(|query| query.get_str("key") == Some("shown")));
    let live = use_live();
    let key = Resource::new(move || (is_shown.get(), live.own()), |(is_shown, _)| own_key(is_shown));
    view! {
        <PageTitle text="Settings" />
        <PageHead title="Settings" lead="What your shop needs to report sales, and your account." />
        <SettingsTabs />
        {loaded(
            key,
            |key: Signal<OwnKey>| {
                view! {
                    <div class="stack">
                        {move || view! { <PostbackSection own=key.get() /> }}
                        {move || view! { <ApiKeySection own=key.get() /> }}
                    </div>
                }
            },
        )}
        <TestSection />
        <ProfileSection />
        <AccountSettings />
    }
}

async fn own_key(is_shown: bool) -> Answer<OwnKey> {
    if !is_shown {
        return Ok(OwnKey::Masked);
    }
    match find_api_key().await {
        Ok(key) => Ok(OwnKey::Shown(key)),
        // The way out is on this page.
        Err(ApiError(AppError::KeyUnreadable)) => Ok(OwnKey::Unreadable),
        Err(error) => Err(error),
    }
}
