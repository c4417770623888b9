//! Every offer of the network.

use domain::{Offer, Page};
use leptos::{either::Either, prelude::*};

use crate::{
    features::offers::{api::list_all_offers, offer_badge, offer_statuses},
    ui::{
        EmptyList, ListFilter, choices,
        components::{Cell, Column, DataTable, Moment, PageHead, PageTitle, grouped},
        listing::{ListPager, use_list_query},
        live::use_live,
        loaded::loaded,
    },
};

/// The list.
#[component]
pub(crate) fn AdminOffers() -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let offers = Resource::new(move || (query.get(), live.get()), |(list, _)| list_all_offers(list));
    let sorts = || choices(&[("", "Newest first"), ("name", "By name"), ("clicks", "Most clicks first")]);
    view! {
        <PageTitle text="Offers" />
        <PageHead title="Offers" lead="Every offer of the network. What waits for a decision is in the review queue." />
        {move || {
            view! {
                <ListFilter list=query.get() statuses=offer_statuses() sorts=sorts() searches=true />
            }
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
                                why="Partners create offers. Each new one waits in the review queue first."
                                href="/admin"
                                label="Open the review queue"
                            />
                        },
                    );
                }
                Either::Right(
                    view! {
                        <OffersTable offers=rows />
                        <ListPager list=list previous=previous next=next />
                    },
                )
            },
        )}
    }
}

/// Offers in a table.
#[component]
fn OffersTable(
    /// The offers.
    offers: Vec<Offer>,
) -> impl IntoView {
    let columns = vec![
        Column::text("Offer"),
        Column::text("Partner"),
        Column::text("Status"),
        Column::text("Destination"),
        Column::number("Clicks"),
        Column::number("Conversions"),
        Column::number("Affiliates"),
        Column::text("Created"),
    ];
    let rows = offers.into_iter().map(|offer| view! { <Row offer=offer /> }).collect_view();
    view! {
        <DataTable columns=columns caption="Offers">
            {rows}
        </DataTable>
    }
}

/// One offer.
#[component]
fn Row(
    /// The offer.
    offer: Offer,
) -> impl IntoView {
    let waiting = offer.pending_destination.is_some().then(|| {
        view! { <a href="/admin">"new destination to review"</a> }
    });
    view! {
        <tr>
            <Cell label="Offer">
                <bdi class="strong">{offer.name}</bdi>
            </Cell>
            <Cell label="Partner">
                <bdi>{offer.partner_name}</bdi>
            </Cell>
            <Cell label="Status">
                <span class="cluster">{offer_badge(offer.status)} {waiting}</span>
            </Cell>
            <Cell label="Destination">
                <span class="mono small truncate" title=offer.destination.clone()>
                    {offer.destination.clone()}
                </span>
            </Cell>
            <Cell label="Clicks" numeric=true>
                <a href=format!("/admin/clicks?offer={}", offer.id)>{grouped(offer.clicks)}</a>
            </Cell>
            <Cell label="Conversions" numeric=true>
                <a href=format!("/admin/conversions?offer={}", offer.id)>{grouped(offer.conversions)}</a>
            </Cell>
            <Cell label="Affiliates" numeric=true>
                {grouped(offer.affiliates)}
            </Cell>
            <Cell label="Created">
                <Moment at=offer.created_at />
            </Cell>
        </tr>
    }
}
