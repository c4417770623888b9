//! Why a list is empty.

use domain::ListQuery;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::components::EmptyState;

/// Says whether the filter hides everything, the page lies behind the last, or there is nothing yet.
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
    if is_filtered(&list) {
        view! {
            <EmptyState title="Nothing matches" action_href=path action_label="Show everything">
                <p>"No entry fits this filter. Try fewer words or another status."</p>
            </EmptyState>
        }
        .into_any()
    } else if list.page > 1 {
        view! {
            <EmptyState title="The list ends before this page" action_href=path action_label="Go to the first page">
                <p>"There are fewer entries than this page's number says."</p>
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
