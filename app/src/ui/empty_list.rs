//! Why a list is empty.

use domain::{ListQuery, Place};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::ui::{components::EmptyState, listing::page_href};

/// Says whether the page lies behind an end of the list, the filter hides everything, or there is nothing yet.
#[component]
pub(crate) fn EmptyList(
    /// What the address asks.
    list: ListQuery,
    /// That there is nothing yet.
    title: &'static str,
    /// Why, and what will appear here.
    why: &'static str,
    /// Where something comes from.
    href: &'static str,
    /// What to do there.
    label: &'static str,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    if list.place() != Place::First {
        let first = page_href(&path, &list, None);
        view! {
            <EmptyState title="The list ends before this page" action_href=first action_label="Go to the first page">
                <p>"Its entries are gone, or no longer fit the filter."</p>
            </EmptyState>
        }
        .into_any()
    } else if is_filtered(&list) {
        view! {
            <EmptyState title="Nothing matches" action_href=path action_label="Show everything">
                <p>"No entry fits this filter. Try fewer words or another status."</p>
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            <EmptyState title=title action_href=href action_label=label>
                <p>{why}</p>
            </EmptyState>
        }
        .into_any()
    }
}

/// Whether a list shows only some of its entries.
pub(super) fn is_filtered(list: &ListQuery) -> bool {
    [&list.status, &list.offer, &list.text].into_iter().any(|word| !word.is_empty())
}
