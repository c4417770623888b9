//! An affiliate's first screen: what was earned, and which links work.

use domain::{ListQuery, Overview, Page, TrackingLink};
use leptos::{either::Either, prelude::*};

use crate::{
    api::Answer,
    features::{
        links::{api::list_links, tracking_url},
        reports::{
            api::read_overview,
            overview_panel::{DaysTabs, OverviewPanel, use_days},
        },
    },
    ui::{
        components::{Badge, ButtonLink, CopyBox, PageHead, PageTitle, Tone, isolated},
        live::use_live,
        loaded::loaded,
    },
};

/// How many links the first screen shows; all of them are under My Offers.
const FEW: usize = 5;

/// The numbers of a period and the newest links; to a newcomer, the way to a first link.
#[component]
pub(crate) fn AffiliateHome() -> impl IntoView {
    let (days, live) = (use_days(), use_live());
    let screen = Resource::new(move || (days.get(), live.get()), |(days, _)| first_screen(days));
    view! {
        <PageTitle text="Overview" />
        <PageHead title="Overview" lead="What you earned, and the links that earn it.">
            {move || view! { <DaysTabs days=days.get() path="/affiliate" /> }}
        </PageHead>
        {loaded(
            screen,
            |(overview, links)| {
                if links.rows.is_empty() {
                    Either::Left(
                        view! {
                            <FirstSteps />
                            <OverviewPanel overview=overview is_partner=false />
                        },
                    )
                } else {
                    Either::Right(
                        view! {
                            <OverviewPanel overview=overview is_partner=false />
                            <OwnLinks links=links.rows />
                        },
                    )
                }
            },
        )}
    }
}

async fn first_screen(days: u32) -> Answer<(Overview, Page<TrackingLink>)> {
    let numbers = read_overview(days).await?;
    let links = list_links(ListQuery::default()).await?;
    Ok((numbers, links))
}

/// The way to a first link.
#[component]
fn FirstSteps() -> impl IntoView {
    view! {
        <section class="card stack" aria-labelledby="first-steps">
            <h2 id="first-steps">"Three steps to your first commission"</h2>
            <ol>
                <li>
                    <a href="/affiliate/marketplace">"Find an offer"</a>
                    " that suits your audience. Each says in words what it pays."
                </li>
                <li>"Apply, with a sentence about where you will promote it."</li>
                <li>
                    "Copy your link from "
                    <a href="/affiliate/offers">"My Offers"</a>
                    ". It is yours at once, and works as soon as the partner has approved you."
                </li>
            </ol>
            <div class="cluster">
                <ButtonLink href="/affiliate/marketplace" label="Find an offer" />
                <a href="/docs/tracking">"How tracking works"</a>
            </div>
        </section>
    }
}

/// The newest links, to copy.
#[component]
fn OwnLinks(
    /// The own links, newest first.
    links: Vec<TrackingLink>,
) -> impl IntoView {
    let links = links
        .into_iter()
        .take(FEW)
        .map(|link| {
            let (tone, word) = if link.rules.is_live() { (Tone::Good, "Live") } else { (Tone::Neutral, "Not live") };
            view! {
                <li class="stack stack--tight">
                    <div class="cluster cluster--apart">
                        <span>
                            <bdi class="strong">{link.offer_name.clone()}</bdi>
                            " "
                            <bdi class="muted">{link.partner_name}</bdi>
                        </span>
                        <Badge tone=tone text=word />
                    </div>
                    <CopyBox text=tracking_url(link.slug.as_str()) label=format!("Tracking link for {}", isolated(&link.offer_name)) />
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card stack" aria-labelledby="own-links">
            <div class="cluster cluster--apart">
                <h2 id="own-links">"Your newest links"</h2>
                <a href="/affiliate/offers">"All links with their numbers"</a>
            </div>
            <ul class="stack">{links}</ul>
            <p>
                "Something else to promote? " <a href="/affiliate/marketplace">"Look at the marketplace"</a> "."
            </p>
        </section>
    }
}
