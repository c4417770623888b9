//! Who promotes an offer, and through which link.

use domain::Application;
use leptos::{either::Either, prelude::*};

use crate::{
    components::{Cell, Column, CopyBox, DataTable, EmptyState, grouped},
    pages::shared::application_badge,
    surroundings::site,
};

/// The affiliates of an offer with their tracking links.
#[component]
pub(super) fn OfferLinks(
    /// The applications, newest first.
    applications: Vec<Application>,
    /// Whether there are more than these.
    has_more: bool,
    /// The offer's id.
    offer: String,
) -> impl IntoView {
    let columns = vec![
        Column::text("Affiliate"),
        Column::text("State"),
        Column::text("Tracking link"),
        Column::number("Clicks"),
        Column::number("Conversions"),
    ];
    let table = if applications.is_empty() {
        Either::Left(view! {
            <EmptyState title="Nobody has applied yet">
                <p>"Affiliates find an active offer in the marketplace. Each gets a tracking link of their own when they apply."</p>
            </EmptyState>
        })
    } else {
        let rows = applications.into_iter().map(|application| view! { <Row application=application /> });
        let rows = rows.collect_view();
        Either::Right(view! {
            <DataTable columns=columns caption="Affiliates and tracking links">
                {rows}
            </DataTable>
        })
    };
    let more =
        has_more.then(|| view! { <p class="muted">"These are the newest; the applications hold all of them."</p> });
    view! {
        <section class="stack stack--tight" aria-labelledby="links">
            <div class="cluster cluster--apart">
                <h2 id="links">"Affiliates and tracking links"</h2>
                <a href=format!("/partner/applications?offer={offer}")>"Decide about applications"</a>
            </div>
            {table}
            {more}
        </section>
    }
}

/// One affiliate's link.
#[component]
fn Row(
    /// The application it came from.
    application: Application,
) -> impl IntoView {
    let link = format!("{}/t/{}", site().tracking_url, application.slug);
    let label = format!("tracking link of {}", application.affiliate_name);
    view! {
        <tr>
            <Cell label="Affiliate">{application.affiliate_name}</Cell>
            <Cell label="State">{application_badge(application.status)}</Cell>
            <Cell label="Tracking link">
                <CopyBox text=link label=label />
            </Cell>
            <Cell label="Clicks" numeric=true>
                {grouped(application.clicks)}
            </Cell>
            <Cell label="Conversions" numeric=true>
                {grouped(application.conversions)}
            </Cell>
        </tr>
    }
}
