//! Clicks, as they are listed.

pub(crate) mod api;
mod click_page;
mod clicks_page;
mod clicks_table;

use leptos::prelude::*;

pub(crate) use self::click_page::{ClickFacts, ClickPage, offer_name};
use self::clicks_page::ClicksPage;

/// An affiliate's.
#[component]
pub(crate) fn AffiliateClicks() -> impl IntoView {
    view! { <ClicksPage lead="All visits to your links, including bots and prefetches." /> }
}

/// A partner's, or the whole network's.
#[component]
pub(crate) fn Clicks() -> impl IntoView {
    view! { <ClicksPage lead="All visits to tracking links, including bots and prefetches." /> }
}
