//! An affiliate's conversions.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api,
    components::PageHead,
    listing::use_list_query,
    live::use_live,
    loaded::loaded,
    pages::shared::{ConversionsTable, ListFilter, conversion_sorts, conversion_statuses},
};

/// Every conversion credited to the own clicks, newest first.
#[component]
pub(crate) fn Conversions() -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let conversions = Resource::new(move || (query.get(), live.get()), |(list, _)| api::lists::list_conversions(list));
    let offers = Resource::new(|| (), |()| api::lists::list_offer_names());
    view! {
        <Title text="Conversions" />
        <PageHead
            title="Conversions"
            lead="What partners reported for your clicks. Confirmed, approved and paid ones count toward your earnings."
        />
        {loaded(
            offers,
            move |offers| {
                move || {
                    view! {
                        <ListFilter
                            list=query.get()
                            statuses=conversion_statuses()
                            offers=offers.clone()
                            sorts=conversion_sorts()
                            searches=true
                        />
                    }
                }
            },
        )}
        {loaded(
            conversions,
            move |page| {
                view! {
                    <ConversionsTable
                        page=page
                        list=query.get_untracked()
                        shows_transactions=false
                        caption="Conversions of your clicks"
                    />
                }
            },
        )}
    }
}
