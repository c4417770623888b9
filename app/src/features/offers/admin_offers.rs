//! Every offer of the network.

use domain::Offer;
use leptos::prelude::*;

use crate::{
    features::offers::{api::list_all_offers, offer_badge, offer_menus},
    ui::{
        Empty, ListPage,
        components::{Cell, Column, DataTable, Moment, grouped, visible},
        keyed,
    },
};

/// The list.
#[component]
pub(crate) fn AdminOffers() -> impl IntoView {
    let empty = Empty {
        title: "No offers yet",
        why: "Partners create offers. Each new one waits in the review queue first.",
        href: "/admin/reviews",
        label: "Open the review queue",
    };
    view! {
        <ListPage
            title="Offers"
            lead="Every offer of the network. What waits for a decision is in the review queue."
            is_live=true
            has_file=true
            columns=("all-offers", all_offer_columns())
            fetch=|list| Box::pin(list_all_offers(list))
            menus=offer_menus()
            empty=empty
            show=|offers| view! { <OffersTable offers=offers /> }.into_any()
        />
    }
}

/// What the table shows.
fn all_offer_columns() -> Vec<Column> {
    vec![
        Column::text("Offer"),
        Column::text("Partner"),
        Column::text("Status"),
        Column::text("Destination"),
        Column::number("Clicks"),
        Column::number("Conversions"),
        Column::number("Affiliates"),
        Column::text("Created"),
    ]
}

/// Offers in a table.
#[component]
fn OffersTable(
    /// The offers.
    offers: Signal<Vec<Offer>>,
) -> impl IntoView {
    view! {
        <DataTable columns=all_offer_columns() caption="Offers">
            {keyed(offers, |offer| offer.id, |offer| view! { <Row offer=offer /> })}
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
        view! { <a href="/admin/reviews">"new destination to review"</a> }
    });
    view! {
        <tr>
            <Cell label="Offer">
                <a class="strong" href=format!("/admin/offers/{}", offer.id)>
                    <bdi>{visible(offer.name, offer.id)}</bdi>
                </a>
            </Cell>
            <Cell label="Partner">
                <a href=format!("/admin/partners/{}", offer.partner_id)>
                    <bdi>{offer.partner_name}</bdi>
                </a>
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
