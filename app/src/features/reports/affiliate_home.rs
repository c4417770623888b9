//! An affiliate's first screen: what was earned, which links work, what to promote next.

use domain::{MarketplaceOffer, TrackingLink, report::ReportQuery};
use leptos::prelude::*;

use super::{
    overview::{OverviewPanel, use_overview_query},
    saved_reports::Pinned,
};
use crate::{
    features::{
        conversions::LatestConversions,
        links::tracking_url,
        reports::api::{AffiliateScreen, read_affiliate_screen},
    },
    ui::{
        components::{Badge, ButtonLink, CopyBox, PageHead, PageTitle, Tone, isolated, visible},
        keyed,
        live::use_live,
        loaded::loaded,
    },
};

/// The numbers of a period and the newest links; to a newcomer, the way to a first link.
#[component]
pub(crate) fn AffiliateHome() -> impl IntoView {
    let (query, live) = (use_overview_query(), use_live());
    // Beside its answer, what was asked: the address may be ahead already.
    let screen = Resource::new(
        move || (query.get(), live.get()),
        |(query, _)| async move { read_affiliate_screen(query.address()).await.map(|screen| (query, screen)) },
    );
    view! {
        <PageTitle text="Overview" />
        <PageHead title="Overview" />
        {loaded(screen, |screen| view! { <Parts screen=screen /> })}
    }
}

/// The parts, each rendered again only when it has changed.
#[component]
fn Parts(
    /// What was asked, and the screen.
    screen: Signal<(ReportQuery, AffiliateScreen)>,
) -> impl IntoView {
    let answered = Memo::new(move |_| screen.with(|(query, screen)| (query.clone(), screen.overview.clone())));
    let links = Memo::new(move |_| screen.with(|(_, screen)| screen.links.clone()));
    let to_try = Memo::new(move |_| screen.with(|(_, screen)| screen.to_try.clone()));
    let latest = Memo::new(move |_| screen.with(|(_, screen)| screen.latest.clone()));
    let pinned = Memo::new(move |_| screen.with(|(_, screen)| screen.pinned.clone()));
    let is_new = Memo::new(move |_| links.with(Vec::is_empty));
    let has_history = Memo::new(move |_| answered.with(|(_, overview)| overview.has_history));
    view! {
        <div class="stack">
            {move || is_new.get().then(|| view! { <FirstSteps /> })}
            {move || has_history.get().then(|| view! { <OverviewPanel answered=answered.into() /> })}
            {move || pinned.get().map(|pinned| view! { <Pinned pinned=pinned path="/affiliate/reports".to_owned() /> })}
            {move || (!is_new.get()).then(|| view! { <OwnLinks links=links.into() /> })}
            <LatestConversions conversions=latest.into() />
            {move || (!is_new.get()).then(|| view! { <ToTry offers=to_try.get() /> })}
        </div>
    }
}

/// What could be promoted next.
#[component]
fn ToTry(
    /// The newest offers without an application of one's own.
    offers: Vec<MarketplaceOffer>,
) -> impl IntoView {
    (!offers.is_empty()).then(|| {
        let offers = offers.into_iter().map(|offer| {
            let href = format!("/affiliate/marketplace/{}", offer.id);
            let name = visible(offer.name, offer.id);
            view! {
                <li class="stack stack--tight">
                    <a class="strong" href=href>
                        <bdi>{name}</bdi>
                    </a>
                    <span class="muted small">
                        <bdi>{offer.partner_name}</bdi>
                        {(!offer.commission_terms.is_empty()).then(|| format!(" · {}", offer.commission_terms))}
                    </span>
                </li>
            }
        });
        let offers = offers.collect_view();
        view! {
            <section class="card stack" aria-labelledby="to-try">
                <div class="cluster cluster--apart">
                    <h2 id="to-try">"New in the marketplace"</h2>
                    <a href="/affiliate/marketplace">"View all"</a>
                </div>
                <ul class="grid-lists">{offers}</ul>
            </section>
        }
    })
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
                <a href="/affiliate/offers">"View all"</a>
            </div>
            <ul class="stack">{keyed(links, |link| link.id, |link| view! { <OwnLink link=link /> })}</ul>
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
