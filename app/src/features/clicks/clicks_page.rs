//! The page of clicks, the same for everybody who has one; what they see is up to the server.

use leptos::prelude::*;

use super::clicks_table::{ClicksTable, click_kinds};
use crate::{
    features::{clicks::api::list_clicks, offers::api::list_offer_names},
    ui::{
        ListFilter, choices,
        components::{PageHead, PageTitle},
        listing::use_list_query,
        live::use_live,
        loaded::loaded,
    },
};

/// The list, newest first, live, with its filter.
#[component]
pub(crate) fn ClicksPage(
    /// What is listed, in a sentence.
    lead: &'static str,
) -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let offers = Resource::new(move || query.with(|list| list.offer.clone()), list_offer_names);
    let clicks = Resource::new(move || (query.get(), live.get()), |(list, _)| list_clicks(list));
    view! {
        <PageTitle text="Clicks" />
        <PageHead title="Clicks" lead=lead />
        {loaded(
            offers,
            move |offers| {
                move || {
                    view! {
                        <ListFilter
                            list=query.get()
                            statuses=click_kinds()
                            status_words=("Kind", "All kinds")
                            offers=offers.clone()
                            sorts=choices(&[("", "Newest first"), ("oldest", "Oldest first")])
                            searches=false
                        />
                    }
                }
            },
        )}
        {loaded(
            clicks,
            move |page| view! { <ClicksTable page=page list=query.get_untracked() caption="Clicks" /> },
        )}
    }
}
