//! A partner's settings: the postback, the key, the account.

use leptos::prelude::*;

use super::{
    settings_key::ApiKeySection,
    settings_postback::{PostbackSection, TestSection},
};
use crate::{
    api,
    components::{PageHead, PageTitle},
    loaded::loaded,
    pages::shared::AccountSettings,
};

/// The page.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    let key = Resource::new(|| (), |()| api::keys::find_api_key());
    view! {
        <PageTitle text="Settings" />
        <PageHead title="Settings" lead="What your shop needs to report sales, and your account." />
        {loaded(
            key,
            |key: String| {
                view! {
                    <div class="stack">
                        <PostbackSection secret=key.clone() />
                        <ApiKeySection secret=key />
                    </div>
                }
            },
        )}
        <TestSection />
        <AccountSettings />
    }
}
