//! A partner's offers.

use domain::Page;
use leptos::{either::Either, prelude::*};

use super::offers_table::OffersTable;
use crate::{
    features::offers::{api::list_offers, offer_statuses},
    ui::{
        EmptyList, ListFilter, choices,
        components::{ButtonLink, PageHead, PageTitle},
        listing::{ListPager, use_list_query},
        live::use_live,
        loaded::loaded,
    },
};

/// The list.
#[component]
pub(crate) fn PartnerOffers() -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let offers = Resource::new(move || (query.get(), live.get()), |(list, _)| list_offers(list));
    let sorts = || choices(&[("", "Newest first"), ("name", "By name"), ("clicks", "Most clicks first")]);
    view! {
        <PageTitle text="Offers" />
        <PageHead title="Offers" lead="What affiliates promote for you.">
            <ButtonLink href="/partner/offers/new" label="New offer" />
        </PageHead>
        {move || {
            view! { <ListFilter list=query.get() statuses=offer_statuses() sorts=sorts() searches=true /> }
        }}
        {loaded(
            offers,
            move |Page { rows, previous, next }| {
                let list = query.get();
                if rows.is_empty() {
                    return Either::Left(
                        view! {
                            <EmptyList
                                list=list
                                title="No offers yet"
                                why="An offer says what you sell, where visitors land and what affiliates earn."
                                href="/partner/offers/new"
                                label="Create your first offer"
                            />
                        },
                    );
                }
                Either::Right(
                    view! {
                        <OffersTable offers=rows caption="Your offers" />
                        <ListPager list=list previous=previous next=next />
                    },
                )
            },
        )}
    }
}
