//! The clicks on a partner's tracking links.

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

/// The list, newest first, live.
#[component]
pub(crate) fn Clicks() -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let names = Resource::new(|| (), |()| api::lists::list_offer_names());
    let clicks = Resource::new(move || (query.get(), live.get()), |(list, _)| api::lists::list_clicks(list));
    view! {
        <Title text="Clicks" />
        <PageHead title="Clicks" lead="Every visit through a tracking link, bots and prefetches among them." />
        {loaded(
            names,
            move |offers| {
                view! {
                    <ListFilter
                        list=query.get()
                        statuses=click_kinds()
                        offers=offers
                        sorts=choices(&[("", "Newest first"), ("oldest", "Oldest first")])
                        searches=false
                    />
                }
            },
        )}
        {loaded(clicks, move |page| view! { <ClicksTable page=page list=query.get() caption="Clicks" /> })}
    }
}
