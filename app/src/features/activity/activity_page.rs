//! The page of what was done, the same for everybody; what they see is up to the server.

use leptos::prelude::*;

use super::{activity_table::ActivityTable, api::list_activity};
use crate::ui::{Empty, FilterMenus, ListPage, choices};

/// The list, newest first, with its filter. It doesn't move by itself: it is read to find out what happened.
#[component]
pub(super) fn ActivityPage(
    /// What is listed, in a sentence.
    lead: &'static str,
) -> impl IntoView {
    let statuses = choices(&[
        ("offer", "Offers"),
        ("application", "Applications"),
        ("account", "Accounts"),
        ("user", "Suspensions"),
        ("api_key", "API keys"),
    ]);
    let menus = FilterMenus { statuses, status_words: ("Show", "Everything"), ..FilterMenus::default() };
    let empty = Empty {
        title: "Nothing was done yet",
        why: "Signing in, offers, applications and decisions about them appear here.",
        href: "/",
        label: "Go to the homepage",
    };
    view! {
        <ListPage
            title="Activity"
            lead=lead
            is_live=false
            fetch=|list| Box::pin(list_activity(list))
            menus=menus
            empty=empty
            show=|rows| view! { <ActivityTable rows=rows /> }.into_any()
        />
    }
}
