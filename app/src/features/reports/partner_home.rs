//! A partner's first screen: are sales landing, who brings them, does anything wait for me?

use domain::{ListQuery, Offer, OfferCounts, OfferStatus};
use leptos::prelude::*;

use super::first_steps::FirstSteps;
use crate::{
    api::ApiError,
    features::{
        offers::{
            HomeOffers,
            api::{count_offers, list_offers},
        },
        reports::{
            api::read_overview,
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
    let numbers = Resource::new(
        move || (days.get(), live.get()),
        |(days, _)| async move {
            let offers = list_offers(ListQuery::default()).await?;
            let counts = count_offers().await?;
            let overview = read_overview(days).await?;
            Ok::<_, ApiError>((offers.rows, counts, overview))
        },
    );
    view! {
        <PageTitle text="Overview" />
        <PageHead title="Overview" lead="Clicks and conversions appear here within a second.">
            <ButtonLink href="/partner/offers/new" label="New offer" />
        </PageHead>
        {loaded(
            numbers,
            |(offers, counts, overview)| {
                let days = overview.days;
                let is_new = overview.conversions == 0 && offers.iter().all(|offer| offer.conversions == 0);
                let first = is_new.then(|| view! { <FirstSteps offers=offers.clone() /> });
                view! {
                    <div class="stack">
                        {first} <Waiting offers=offers.clone() counts=counts />
                        <DaysTabs days=days path="/partner" /> <OverviewPanel overview=overview is_partner=true />
                        <HomeOffers offers=offers total=counts.offers />
                    </div>
                }
            },
        )}
    }
}

/// How many refused offers are shown with their reasons.
const SHOWN_REFUSALS: usize = 3;

/// What waits for the partner: applications, and offers that were refused.
#[component]
fn Waiting(
    /// The newest of the own offers.
    offers: Vec<Offer>,
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
    let refused = offers.into_iter().filter(|offer| offer.status == OfferStatus::Rejected);
    // The rest is a line: what sells is below.
    let refused: Vec<_> = refused.take(SHOWN_REFUSALS).collect();
    let shown = i64::try_from(refused.len()).unwrap_or(i64::MAX);
    let refused = refused.into_iter().map(|offer| {
        let reason = offer.rejection_reason.unwrap_or_else(|| "No reason was given.".to_owned());
        view! {
            <Callout tone=Tone::Refused title=format!("“{}” was not approved", isolated(&offer.name))>
                <p>{reason}</p>
                <p>
                    <a href=format!("/partner/offers/{}", offer.id)>"Change it and submit it again"</a>
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
