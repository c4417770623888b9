//! An affiliate's first screen: what was earned, and which links work.

use domain::TrackingLink;
use leptos::prelude::*;

use crate::{
    features::{
        links::tracking_url,
        reports::{
            api::{AffiliateScreen, read_affiliate_screen},
            overview_panel::{DaysTabs, OverviewPanel, use_days},
        },
    },
    ui::{
        components::{Badge, ButtonLink, CopyBox, PageHead, PageTitle, Tone, isolated},
        keyed,
        live::use_live,
        loaded::loaded,
    },
};

/// The numbers of a period and the newest links; to a newcomer, the way to a first link.
#[component]
pub(crate) fn AffiliateHome() -> impl IntoView {
    let (days, live) = (use_days(), use_live());
    let screen = Resource::new(move || (days.get(), live.get()), |(days, _)| read_affiliate_screen(days));
    view! {
        <PageTitle text="Overview" />
        <PageHead title="Overview" lead="What you earned, and the links that earn it.">
            {move || view! { <DaysTabs days=days.get() path="/affiliate" /> }}
        </PageHead>
        {loaded(screen, |screen| view! { <Parts screen=screen /> })}
    }
}

/// The parts, each rendered again only when it has changed.
#[component]
fn Parts(
    /// The screen.
    screen: Signal<AffiliateScreen>,
) -> impl IntoView {
    let overview = Memo::new(move |_| screen.with(|screen| screen.overview.clone()));
    let links = Memo::new(move |_| screen.with(|screen| screen.links.clone()));
    let is_new = Memo::new(move |_| links.with(Vec::is_empty));
    view! {
        {move || is_new.get().then(|| view! { <FirstSteps /> })}
        {move || view! { <OverviewPanel overview=overview.get() is_partner=false /> }}
        {move || (!is_new.get()).then(|| view! { <OwnLinks links=links.into() /> })}
    }
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
                    "Copy your link from " <a href="/affiliate/offers">"My Offers"</a>
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
    links: Signal<Vec<TrackingLink>>,
) -> impl IntoView {
    view! {
        <section class="card stack" aria-labelledby="own-links">
            <div class="cluster cluster--apart">
                <h2 id="own-links">"Your newest links"</h2>
                <a href="/affiliate/offers">"All links with their numbers"</a>
            </div>
            <ul class="stack">{keyed(links, |link| link.id, |link| view! { <OwnLink link=link /> })}</ul>
            <p>"Something else to promote? " <a href="/affiliate/marketplace">"Look at the marketplace"</a> "."</p>
        </section>
    }
}

/// One link.
#[component]
fn OwnLink(
    /// The link.
    link: TrackingLink,
) -> impl IntoView {
    let (tone, word) = if link.rules.is_live() { (Tone::Good, "Live") } else { (Tone::Neutral, "Not live") };
    let label = format!("Tracking link for {}", isolated(&link.offer_name));
    view! {
        <li class="stack stack--tight">
            <div class="cluster cluster--apart">
                <span>
                    <bdi class="strong">{link.offer_name}</bdi>
                    " "
                    <bdi class="muted">{link.partner_name}</bdi>
                </span>
                <Badge tone=tone text=word />
            </div>
            <CopyBox text=tracking_url(link.slug.as_str()) label=label />
        </li>
    }
}
