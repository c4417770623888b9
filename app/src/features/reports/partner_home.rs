//! A partner's first screen: are sales landing, who brings them, does anything wait for me?

use domain::{OfferCounts, OfferId, OfferStatus};
use leptos::prelude::*;

use super::first_steps::{FirstSteps, StepsDone};
use crate::{
    features::{
        offers::HomeOffers,
        reports::{
            api::{PartnerScreen, read_partner_screen},
            overview_panel::{DaysTabs, OverviewPanel, use_days},
        },
    },
    ui::{
        components::{ButtonLink, Callout, PageHead, PageTitle, Tone, grouped, isolated},
        live::use_live,
        loaded::loaded,
    },
};

/// The overview.
#[component]
pub(crate) fn PartnerHome() -> impl IntoView {
    let (days, live) = (use_days(), use_live());
    let screen = Resource::new(move || (days.get(), live.get()), |(days, _)| read_partner_screen(days));
    view! {
        <PageTitle text="Overview" />
        <PageHead title="Overview" lead="Clicks and conversions appear here within a second.">
            <ButtonLink href="/partner/offers/new" label="New offer" />
        </PageHead>
        {loaded(screen, move |screen| view! { <Parts screen=screen days=days.into() /> })}
    }
}

/// The parts, each rendered again only when it has changed.
#[component]
fn Parts(
    /// The screen.
    screen: Signal<PartnerScreen>,
    /// The period that the address asks for.
    days: Signal<u32>,
) -> impl IntoView {
    let offers = Memo::new(move |_| screen.with(|screen| screen.offers.clone()));
    let counts = Memo::new(move |_| screen.with(|screen| screen.counts));
    let overview = Memo::new(move |_| screen.with(|screen| screen.overview.clone()));
    let is_new = Memo::new(move |_| {
        overview.with(|overview| overview.conversions == 0)
            && offers.with(|offers| offers.iter().all(|offer| offer.conversions == 0))
    });
    // A click changes the offers' numbers, and nothing of these two.
    let steps = Memo::new(move |_| is_new.get().then(|| offers.with(|offers| StepsDone::of(offers))));
    let refused = Memo::new(move |_| {
        let refused = offers.get().into_iter().filter(|offer| offer.status == OfferStatus::Rejected);
        refused.map(|offer| (offer.id, offer.name, offer.rejection_reason)).collect::<Vec<_>>()
    });
    view! {
        <div class="stack">
            {move || steps.get().map(|done| view! { <FirstSteps done=done /> })}
            {move || view! { <Waiting refused=refused.get() counts=counts.get() /> }}
            {move || view! { <DaysTabs days=days.get() path="/partner" /> }}
            {move || view! { <OverviewPanel overview=overview.get() is_partner=true /> }}
            <HomeOffers offers=offers.into() total=Signal::derive(move || counts.get().offers) />
        </div>
    }
}

/// How many refused offers are shown with their reasons.
const SHOWN_REFUSALS: usize = 3;

/// What waits for the partner: applications, and offers that were refused.
#[component]
fn Waiting(
    /// Of the newest of the own offers, those that were refused: id, name and why.
    refused: Vec<(OfferId, String, Option<String>)>,
    /// What waits in all of them.
    counts: OfferCounts,
) -> impl IntoView {
    let applications = counts.waiting_applications;
    let applications = (applications > 0).then(|| {
        let title = match applications {
            1 => "One application waits for you".to_owned(),
            count => format!("{} applications wait for you", grouped(count)),
        };
        view! {
            <Callout tone=Tone::Waiting title=title>
                <p>
                    "Until you decide, their links lead to the homepage. "
                    <a href="/partner/applications?status=pending">"Look at the applications"</a>
                </p>
            </Callout>
        }
    });
    // The rest is a line: what sells is below.
    let refused: Vec<_> = refused.into_iter().take(SHOWN_REFUSALS).collect();
    let shown = i64::try_from(refused.len()).unwrap_or(i64::MAX);
    let refused = refused.into_iter().map(|(id, name, reason)| {
        let reason = reason.unwrap_or_else(|| "No reason was given.".to_owned());
        view! {
            <Callout tone=Tone::Refused title=format!("“{}” was not approved", isolated(&name))>
                <p>{reason}</p>
                <p>
                    <a href=format!("/partner/offers/{id}")>"Change it and submit it again"</a>
                </p>
            </Callout>
        }
    });
    let refused = refused.collect_view();
    let others = (counts.rejected > shown).then(|| {
        let title = match counts.rejected - shown {
            1 => "One more offer was not approved".to_owned(),
            many => format!("{} more offers were not approved", grouped(many)),
        };
        view! {
            <Callout tone=Tone::Refused title=title>
                <p>
                    <a href="/partner/offers?status=rejected">"See all that were not approved"</a>
                </p>
            </Callout>
        }
    });
    view! {
        {applications}
        {refused}
        {others}
    }
}
