//! A partner's conversions.

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

/// The list, newest first, live.
#[component]
pub(crate) fn Conversions() -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let names = Resource::new(|| (), |()| api::lists::list_offer_names());
    let conversions = Resource::new(move || (query.get(), live.get()), |(list, _)| api::lists::list_conversions(list));
    view! {
        <Title text="Conversions" />
        <PageHead title="Conversions" lead="Every sale that your postback reported, whatever its status." />
        {loaded(
            names,
            move |offers| {
                view! {
                    <ListFilter
                        list=query.get()
                        statuses=conversion_statuses()
                        offers=offers
                        sorts=conversion_sorts()
                        searches=true
                    />
                }
            },
        )}
        {loaded(
            conversions,
            move |page| {
                view! {
                    <ConversionsTable page=page list=query.get() shows_transactions=true caption="Conversions" />
                }
            },
        )}
    }
}
