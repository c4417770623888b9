//! Tracking links with their counters, for partners and admins.

use domain::{Application, Role};
use leptos::prelude::*;

use crate::{
    context::account,
    features::{applications::application_badge, links::tracking_url},
    ui::{
        components::{Cell, Column, CopyBox, DataTable, grouped, isolated},
        keyed,
    },
};

/// What such a table shows.
pub(super) fn link_columns(shows_offers: bool) -> Vec<Column> {
    let offer = shows_offers.then(|| Column::text("Offer"));
    let others = [
        Column::text("Affiliate"),
        Column::text("Status"),
        Column::text("Tracking link"),
        Column::number("Clicks"),
        Column::number("Conversions"),
    ];
    offer.into_iter().chain(others).collect()
}

/// One row per tracking link.
#[component]
pub(crate) fn LinksTable(
    /// The applications the links came from.
    applications: Signal<Vec<Application>>,
    /// Whether the links are of several offers.
    #[prop(optional)]
    shows_offers: bool,
) -> impl IntoView {
    let columns = link_columns(shows_offers);
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
    /// Whether the offer is named; in lists of admins.
    shows_offers: bool,
) -> impl IntoView {
    let link = tracking_url(&application.slug);
    let home = account().map_or(Role::Partner, |account| account.role).home();
    let affiliate = format!("{home}/affiliates/{}", application.affiliate_id);
    let label = format!("tracking link of {}", isolated(&application.affiliate_name));
    let offer = shows_offers.then(|| {
        view! {
            <Cell label="Offer">
                <a href=format!("/admin/offers/{}", application.offer_id)>
                    <bdi>{application.offer_name}</bdi>
                </a>
            </Cell>
        }
    });
    view! {
        <tr>
            {offer} <Cell label="Affiliate">
                <a href=affiliate>
                    <bdi>{application.affiliate_name}</bdi>
                </a>
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
