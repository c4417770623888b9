//! An affiliate's clicks.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api,
    components::PageHead,
    listing::use_list_query,
    live::use_live,
    loaded::loaded,
    pages::shared::{ClicksTable, ListFilter, choices, click_kinds},
};

/// Every click on the own links, newest first.
#[component]
pub(crate) fn Clicks() -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let clicks = Resource::new(move || (query.get(), live.get()), |(list, _)| api::lists::list_clicks(list));
    let offers = Resource::new(|| (), |()| api::lists::list_offer_names());
    view! {
        <Title text="Clicks" />
        <PageHead title="Clicks" lead="Every visit through one of your links, also those of bots and prefetches." />
        {loaded(
            offers,
            move |offers| {
                move || {
                    view! {
                        <ListFilter
                            list=query.get()
                            statuses=click_kinds()
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
            move |page| view! { <ClicksTable page=page list=query.get_untracked() caption="Clicks on your links" /> },
        )}
    }
}
