//! An admin's settings.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{components::PageHead, pages::shared::AccountSettings};

/// Name and password.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    view! {
        <Title text="Settings" />
        <PageHead title="Settings" lead="Your name, and how you sign in." />
        <AccountSettings />
    }
}
