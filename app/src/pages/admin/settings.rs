//! An admin's settings.

use leptos::prelude::*;

use crate::{
    components::{PageHead, PageTitle},
    pages::shared::AccountSettings,
};

/// Name and password.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    view! {
        <PageTitle text="Settings" />
        <PageHead title="Settings" lead="Your name, and how you sign in." />
        <AccountSettings />
    }
}
