//! Every tracking link of the network.

use domain::Page;
use leptos::{either::Either, prelude::*};

use crate::{
    features::{
        applications::application_statuses,
        links::{LinksTable, api::list_all_links},
        offers::api::list_offer_names,
    },
    ui::{
        EmptyList, ListFilter,
        components::{PageHead, PageTitle},
        listing::{ListPager, use_list_query},
        live::use_live,
        loaded::loaded,
    },
};

/// The list, those that await their partner first.
#[component]
pub(crate) fn AdminLinks() -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let offers = Resource::new(move || query.with(|list| list.offer.clone()), list_offer_names);
    let links = Resource::new(move || (query.get(), live.get()), |(list, _)| list_all_links(list));
    view! {
        <PageTitle text="Tracking links" />
        <PageHead title="Tracking links" lead="One for each application: who promotes what, and what came of it." />
        {loaded(
            offers,
            move |offers| {
                move || {
                    view! {
                        <ListFilter
                            list=query.get()
                            statuses=application_statuses()
                            offers=offers.clone()
                            sorts=Vec::new()
                            searches=true
                        />
                    }
                }
            },
        )}
        {loaded(
            links,
            move |Page { rows, previous, next }| {
                let list = query.get_untracked();
                if rows.is_empty() {
                    return Either::Left(
                        view! {
                            <EmptyList
                                list=list
                                title="No tracking links yet"
                                why="A link comes with each application of an affiliate for an offer that is active."
                                href="/admin/offers"
                                label="Look at the offers"
                            />
                        },
                    );
                }
                Either::Right(
                    view! {
                        <LinksTable applications=rows shows_offers=true />
                        <ListPager list=list previous=previous next=next />
                    },
                )
            },
        )}
    }
}
