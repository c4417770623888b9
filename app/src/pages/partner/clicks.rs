//! The clicks on a partner's tracking links.

use leptos::prelude::*;

use crate::pages::shared::ClicksPage;

/// The list, newest first, live.
#[component]
pub(crate) fn Clicks() -> impl IntoView {
    view! { <ClicksPage lead="Every visit through a tracking link, bots and prefetches among them." /> }
}
