//! The offers that affiliates can apply for.

use domain::{ListQuery, MarketplaceOffer, Page};
use leptos::{either::Either, prelude::*};

use super::terms;
use crate::{
    features::{applications::application_badge, offers::api::list_marketplace},
    ui::{
        EmptyList, ListFilter, choices,
        components::{PageHead, PageTitle, visible},
        listing::{ListPager, use_list_query},
        live::use_live,
        loaded::loaded,
    },
};

/// Every active offer, as a card.
#[component]
pub(crate) fn Marketplace() -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let offers = Resource::new(move || (query.get(), live.get()), |(list, _)| list_marketplace(list));
    view! {
        <PageTitle text="Marketplace" />
        <PageHead title="Marketplace" lead="Offers that an admin has looked at. Apply for those that suit your audience." />
        {move || {
            view! {
                <ListFilter
                    list=query.get()
                    statuses=Vec::new()
                    sorts=choices(&[("", "Newest first"), ("name", "By name")])
                    searches=true
                />
            }
        }}
        {loaded(offers, move |page| view! { <Offers page=page list=query.get_untracked() /> })}
    }
}

/// One page of offers, or why there are none.
#[component]
fn Offers(
    /// The page.
    page: Page<MarketplaceOffer>,
    /// What the address asks.
    list: ListQuery,
) -> impl IntoView {
    let Page { rows, previous, next } = page;
    if rows.is_empty() {
        return Either::Left(view! {
            <EmptyList
                list=list
                title="No offers yet"
                why="An offer appears here once a partner has published it and an admin has approved it. Meanwhile, see how links and commissions work."
                href="/docs/tracking"
                label="Read the guide"
            />
        });
    }
    let cards = rows.into_iter().map(|offer| view! { <Card offer=offer /> }).collect_view();
    Either::Right(view! {
        <ul class="grid-cards">{cards}</ul>
        <ListPager list=list previous=previous next=next />
    })
}

/// One offer.
#[component]
fn Card(
    /// The offer.
    offer: MarketplaceOffer,
) -> impl IntoView {
    let href = format!("/affiliate/marketplace/{}", offer.id);
    let (name, terms) = (visible(offer.name, offer.id), terms(offer.commission_terms));
    view! {
        <li class="card">
            <div class="stack stack--tight">
                <div class="cluster cluster--apart">
                    <h2>
                        <a href=href>
                            <bdi>{name}</bdi>
                        </a>
                    </h2>
                    {offer.application.map(application_badge)}
                </div>
                <p class="muted">"by " <bdi>{offer.partner_name}</bdi></p>
                <p>
                    <span class="strong">"Commission: "</span>
                    {terms}
                </p>
            </div>
        </li>
    }
}
