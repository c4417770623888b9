//! Why a list is empty.

use domain::{ListFilter, ListQuery, Place};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::ui::{components::EmptyState, page_url::page_href};

/// What is said of a list that has no rows yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Empty {
    /// That there is nothing yet.
    pub(crate) title: &'static str,
    /// Why, and what will appear here.
    pub(crate) why: &'static str,
    /// Where something comes from.
    pub(crate) href: &'static str,
    /// What to do there.
    pub(crate) label: &'static str,
}

/// Says whether the page lies behind an end of the list, the filter hides everything, or there is nothing yet.
#[component]
pub(crate) fn EmptyList<F: ListFilter + Send + Sync + 'static>(
    /// What was asked.
    list: ListQuery<F>,
    /// What is said if there is nothing yet.
    empty: Empty,
) -> impl IntoView {
    let Empty { title, why, href, label } = empty;
    let path = use_location().pathname.get_untracked();
    if list.place != Place::First {
        let first = page_href(&path, &list.at(Place::First));
        view! {
            <EmptyState title="This page doesn't exist" action_href=first action_label="Go to the first page">
                <p>"Its entries are gone, or no longer fit the filter."</p>
            </EmptyState>
        }
        .into_any()
    } else if list.is_filtered() {
        view! {
            <EmptyState title="No matches" action_href=path action_label="Clear filters">
                <p>"No entry matches these filters."</p>
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
