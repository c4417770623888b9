//! An affiliate's clicks.

use leptos::prelude::*;

use crate::pages::shared::ClicksPage;

/// The list, newest first, live.
#[component]
pub(crate) fn Clicks() -> impl IntoView {
    view! { <ClicksPage lead="Every visit through one of your links, also those of bots and prefetches." /> }
}
