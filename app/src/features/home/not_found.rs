//! What stands under an address that leads nowhere.

use leptos::prelude::*;

use crate::{
    context::site,
    ui::components::{ButtonLink, PageHead, PageTitle},
};

/// A friendly end of the road, with the status that says so to machines.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <PageTitle text="Not found" />
        <header class="site-head">
            <a class="brand" href="/">
                {site().name}
            </a>
        </header>
        <main class="site-main" id="main">
            <div class="stack">
                <PageHead
                    title="Page not found"
                    lead="The address may be mistyped, or what stood here is gone. Nothing was changed."
                />
                <div class="cluster">
                    <ButtonLink href="/" label="Go to the homepage" />
                    <a href="/docs/tracking">"Read the guide to tracking links"</a>
                </div>
            </div>
        </main>
    }
}
