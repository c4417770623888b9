//! Tracking links with their counters, for partners and admins.

use domain::Application;
use leptos::prelude::*;

use crate::{
    features::{applications::application_badge, links::tracking_url},
    ui::{
        components::{Cell, Column, CopyBox, DataTable, grouped, isolated},
        keyed,
    },
};

/// One row per tracking link.
#[component]
pub(crate) fn LinksTable(
    /// The applications the links came from.
    applications: Signal<Vec<Application>>,
    /// Whether the links are of several offers.
    #[prop(optional)]
    shows_offers: bool,
) -> impl IntoView {
    let mut columns = vec![
        Column::text("Affiliate"),
        Column::text("Status"),
        Column::text("Tracking link"),
        Column::number("Clicks"),
        Column::number("Conversions"),
    ];
    if shows_offers {
        columns.insert(0, Column::text("Offer"));
    }
    let row = move |application| view! { <Row application shows_offers /> };
    view! {
        <DataTable columns=columns caption="Tracking links">
            {keyed(applications, |application| application.id, row)}
        </DataTable>
    }
}

/// One affiliate's link.
#[component]
fn Row(
    /// The application it came from.
    application: Application,
    /// Whether the offer is named.
    shows_offers: bool,
) -> impl IntoView {
    let link = tracking_url(&application.slug);
    let label = format!("tracking link of {}", isolated(&application.affiliate_name));
    let offer = shows_offers.then(|| {
        view! {
            <Cell label="Offer">
                <bdi>{application.offer_name}</bdi>
            </Cell>
        }
    });
    view! {
        <tr>
            {offer} <Cell label="Affiliate">
                <bdi>{application.affiliate_name}</bdi>
            </Cell> <Cell label="Status">{application_badge(application.status)}</Cell> <Cell label="Tracking link">
                <CopyBox text=link label=label />
            </Cell> <Cell label="Clicks" numeric=true>
                {grouped(application.clicks)}
            </Cell> <Cell label="Conversions" numeric=true>
                {grouped(application.conversions)}
            </Cell>
        </tr>
    }
}
