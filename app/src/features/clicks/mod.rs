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
    view! { <ClicksPage lead="Every visit through one of your links, also those of bots and prefetches." /> }
}

/// A partner's, or the whole network's.
#[component]
pub(crate) fn Clicks() -> impl IntoView {
    view! { <ClicksPage lead="Every visit through a tracking link, bots and prefetches among them." /> }
}
