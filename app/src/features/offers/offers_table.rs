//! Offers with their state and numbers.

use domain::Offer;
use leptos::prelude::*;

use crate::{
    features::offers::offer_badge,
    ui::{
        components::{Cell, Column, DataTable, grouped, visible},
        keyed,
    },
};

/// What such a table shows.
pub(super) fn offer_columns() -> Vec<Column> {
    vec![
        Column::text("Offer"),
        Column::text("Status"),
        Column::number("Clicks"),
        Column::number("Conversions"),
        Column::number("Affiliates"),
        Column::number("Waiting"),
    ]
}

/// Offers in a table.
#[component]
pub(super) fn OffersTable(
    /// The offers.
    offers: Signal<Vec<Offer>>,
    /// What the table shows.
    caption: &'static str,
) -> impl IntoView {
    view! {
        <DataTable columns=offer_columns() caption=caption>
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
    let changes = offer.pending_destination.is_some().then(|| {
        view! { <span class="small muted">"new destination awaits approval"</span> }
    });
    let name = visible(offer.name, offer.id);
    view! {
        <tr>
            <Cell label="Offer">
                <a href=format!("/partner/offers/{}", offer.id)>
                    <bdi>{name}</bdi>
                </a>
            </Cell>
            <Cell label="Status">
                <span class="cluster">{offer_badge(offer.status)} {changes}</span>
            </Cell>
            <Cell label="Clicks" numeric=true>
                {grouped(offer.clicks)}
            </Cell>
            <Cell label="Conversions" numeric=true>
                {grouped(offer.conversions)}
            </Cell>
            <Cell label="Affiliates" numeric=true>
                {grouped(offer.affiliates)}
            </Cell>
            <Cell label="Waiting" numeric=true>
                {grouped(offer.waiting_applications)}
            </Cell>
        </tr>
    }
}
