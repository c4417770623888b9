//! The page of clicks, the same for everybody who has one; what they see is up to the server.

use leptos::prelude::*;

use super::clicks_table::{ClicksTable, click_columns, click_kinds};
use crate::{
    features::clicks::api::list_clicks,
    ui::{Empty, FilterMenus, ListPage, choices},
};

/// The list, live, with its filter and order.
#[component]
pub(crate) fn ClicksPage(
    /// What is listed, in a sentence.
    lead: &'static str,
) -> impl IntoView {
    let menus = FilterMenus {
        statuses: click_kinds(),
        status_words: ("Type", "All types"),
        sorts: choices(&[("", "Newest first"), ("oldest", "Oldest first")]),
        search: "Click ID",
        searches_names: false,
        ..FilterMenus::default()
    };
    let empty = Empty {
        title: "No clicks yet",
        why: "A click appears here within a second of somebody following a live tracking link.",
        href: "/docs/tracking",
        label: "How tracking links work",
    };
    view! {
        <ListPage
            title="Clicks"
            lead=lead
            is_live=true
            has_file=true
            columns=("clicks", click_columns())
            fetch=|list| Box::pin(list_clicks(list))
            menus=menus
            empty=empty
            show=|clicks| view! { <ClicksTable clicks=clicks /> }.into_any()
        />
    }
}
