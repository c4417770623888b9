//! The page of conversions, the same for everybody who has one; what they see is up to the server.

use leptos::prelude::*;

use super::{ConversionsTable, conversion_sorts, conversion_statuses};
use crate::{
    features::{conversions::api::list_conversions, offers::api::list_offer_names},
    ui::{
        ListFilter,
        components::{PageHead, PageTitle},
        listing::use_list_query,
        live::use_live,
        loaded::loaded,
    },
};

/// The list, newest first, live, with its filter.
#[component]
pub(crate) fn ConversionsPage(
    /// What is listed, in a sentence.
    lead: &'static str,
    /// What the table shows.
    caption: &'static str,
    /// Whether the reader may know the partner's orders.
    shows_transactions: bool,
) -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let offers = Resource::new(move || query.with(|list| list.offer.clone()), list_offer_names);
    let conversions = Resource::new(move || (query.get(), live.get()), |(list, _)| list_conversions(list));
    view! {
        <PageTitle text="Conversions" />
        <PageHead title="Conversions" lead=lead />
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
                        shows_transactions=shows_transactions
                        caption=caption
                    />
                }
            },
        )}
    }
}
