//! A partner's first screen: are sales landing, who brings them, does anything wait for me?

use domain::{Offer, OfferCounts};
use leptos::prelude::*;

use super::{
    first_steps::{FirstSteps, StepsDone},
    overview::{OverviewPanel, use_overview_query},
    saved_reports::Pinned,
};
use crate::{
    features::{
        conversions::LatestConversions,
        reports::api::{PartnerScreen, read_partner_screen},
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
    let (query, live) = (use_overview_query(), use_live());
    // Beside its answer, what was asked: the address may be ahead already.
    let screen = Resource::new(
        move || (query.get(), live.get()),
        |(query, _)| async move { read_partner_screen(query.address()).await.map(|screen| (query, screen)) },
    );
    view! {
        <PageTitle text="Overview" />
        <PageHead title="Overview">
            <ButtonLink href="/partner/offers/new" label="New offer" />
        </PageHead>
        {loaded(screen, move |screen| view! { <Parts screen=screen /> })}
    }
}

/// The parts, each rendered again only when it has changed.
#[component]
fn Parts(
    /// What was asked, and the screen.
    screen: Signal<(domain::report::ReportQuery, PartnerScreen)>,
) -> impl IntoView {
    let counts = Memo::new(move |_| screen.with(|(_, screen)| screen.counts));
    let refused = Memo::new(move |_| screen.with(|(_, screen)| screen.refused.clone()));
    let answered = Memo::new(move |_| screen.with(|(query, screen)| (query.clone(), screen.overview.clone())));
    let latest = Memo::new(move |_| screen.with(|(_, screen)| screen.latest.clone()));
    let pinned = Memo::new(move |_| screen.with(|(_, screen)| screen.pinned.clone()));
    // Who has sold something needs no steps, and who has no clicks yet no numbers.
    let steps = Memo::new(move |_| counts.with(|counts| (counts.conversions == 0).then(|| StepsDone::of(counts))));
    let has_history = Memo::new(move |_| answered.with(|(_, overview)| overview.has_history));
    view! {
        <div class="stack">
            {move || view! { <Waiting refused=refused.get() counts=counts.get() /> }}
            {move || steps.get().map(|done| view! { <FirstSteps done=done /> })}
            {move || {
                has_history
                    .get()
                    .then(|| {
                        view! {
                            <OverviewPanel answered=answered.into() />
                            {move || {
                                pinned
                                    .get()
                                    .map(|pinned| view! { <Pinned pinned=pinned path="/partner/reports".to_owned() /> })
                            }}
                            <LatestConversions conversions=latest.into() />
                        }
                    })
            }}
        </div>
    }
}

/// What waits for the partner: applications, and offers that were refused.
#[component]
fn Waiting(
    /// The newest of those that were refused.
    refused: Vec<Offer>,
    /// What waits in all of them.
    counts: OfferCounts,
) -> impl IntoView {
    let applications = counts.waiting_applications;
    let applications = (applications > 0).then(|| {
        let title = match applications {
            1 => "1 application to review".to_owned(),
            count => format!("{} applications to review", grouped(count)),
        };
        view! {
            <Callout tone=Tone::Waiting title=title>
                <p>
                    "Until you decide, their links lead to the homepage. "
                    <a href="/partner/applications?status=pending">"Review applications"</a>
                </p>
            </Callout>
        }
    });
    // The rest is a line: what sells is below.
    let shown = i64::try_from(refused.len()).unwrap_or(i64::MAX);
    let refused = refused.into_iter().map(|Offer { id, name, rejection_reason, .. }| {
        let reason = rejection_reason.unwrap_or_else(|| "No reason was given.".to_owned());
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
