//! Offers with their state and numbers.

use domain::Offer;
use leptos::prelude::*;

use crate::{
    features::{offers::offer_badge, reports::conversion_rate},
    ui::{
        components::{Cell, Column, DataTable, grouped, visible},
        keyed,
    },
};

/// The newest offers on the first screen, and how many more there are; nothing where there are none.
#[component]
pub(crate) fn HomeOffers(
    /// The newest of the own offers.
    offers: Signal<Vec<Offer>>,
    /// How many there are.
    total: Signal<i64>,
) -> impl IntoView {
    let rest = move || {
        let (shown, total) = (i64::try_from(offers.with(Vec::len)).unwrap_or(i64::MAX), total.get());
        (total > shown).then(|| {
            view! {
                <p>
                    {format!("The newest {} of {}. ", grouped(shown), grouped(total))}
                    <a href="/partner/offers">"See all"</a>
                </p>
            }
        })
    };
    let has_some = Memo::new(move |_| offers.with(|offers| !offers.is_empty()));
    move || {
        has_some.get().then(|| {
            view! {
                <section class="stack stack--tight" aria-labelledby="your-offers">
                    <h2 id="your-offers">"Your offers"</h2>
                    <OffersTable offers=offers caption="Your newest offers" />
                    {rest}
                </section>
            }
        })
    }
}

/// Offers in a table.
#[component]
pub(super) fn OffersTable(
    /// The offers.
    offers: Signal<Vec<Offer>>,
    /// What the table shows.
    caption: &'static str,
) -> impl IntoView {
    let columns = vec![
        Column::text("Offer"),
        Column::text("Status"),
        Column::number("Clicks"),
        Column::number("Conversions"),
        Column::number("Rate"),
        Column::number("Affiliates"),
        Column::number("Waiting"),
    ];
    view! {
        <DataTable columns=columns caption=caption>
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
            <Cell label="Rate" numeric=true>
                {conversion_rate(offer.conversions, offer.clicks)}
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
