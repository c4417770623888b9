//! The way to the other pages of a list.

use domain::{Cursor, ListFilter, ListQuery, Place};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{components::Pager, page_url::page_href};

/// Links to the first page, and to the pages before and after this one.
#[component]
pub(crate) fn ListPager<F: ListFilter + Send + Sync + 'static>(
    /// What was asked.
    list: ListQuery<F>,
    /// Cursor for the previous page.
    previous: Option<Cursor>,
    /// Cursor for the next page.
    next: Option<Cursor>,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let at = |place| page_href(&path, &list.at(place));
    let first = (list.place != Place::First).then(|| at(Place::First));
    let previous = previous.map(|cursor| at(Place::Before(cursor)));
    let next = next.map(|cursor| at(Place::After(cursor)));
    view! { <Pager first=first previous=previous next=next /> }
}
