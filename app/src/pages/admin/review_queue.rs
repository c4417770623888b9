//! An admin's first screen: what waits for a decision.

use domain::{Offer, Overview};
use leptos::{either::Either, prelude::*};

use super::review_card::ReviewCard;
use crate::{
    api,
    components::{EmptyState, PageHead, PageTitle, StatTile, grouped},
    live::use_live,
    loaded::loaded,
    pages::shared::{conversion_rate, per_currency},
};

/// The days that the network's numbers are of.
const DAYS: u32 = 30;

/// The queue. It doesn't move by itself: a card must not slip away under the hand that decides.
#[component]
pub(crate) fn ReviewQueue() -> impl IntoView {
    let live = use_live();
    let numbers = Resource::new(move || live.get(), |_| api::lists::read_overview(DAYS));
    let reviews = Resource::new(|| (), |()| api::admin::list_reviews());
    view! {
        <PageTitle text="Review queue" />
        <PageHead title="Review queue" lead="Offers, and new destinations of offers, that wait for your decision." />
        {loaded(numbers, |overview| view! { <NetworkTiles overview=overview /> })}
        {loaded(reviews, |offers| view! { <Queue offers=offers /> })}
    }
}

/// What waits, or that nothing does.
#[component]
fn Queue(
    /// The offers.
    offers: Vec<Offer>,
) -> impl IntoView {
    if offers.is_empty() {
        return Either::Left(view! {
            <EmptyState title="Nothing waits for you" action_href="/admin/offers" action_label="Look at all offers">
                <p>"New offers, and changes of an approved offer's destination, appear here."</p>
            </EmptyState>
        });
    }
    let cards = offers.into_iter().map(|offer| view! { <ReviewCard offer=offer /> }).collect_view();
    Either::Right(view! { <div class="stack">{cards}</div> })
}

/// The network's numbers.
#[component]
fn NetworkTiles(
    /// The numbers.
    overview: Overview,
) -> impl IntoView {
    let Overview { days, clicks, visits, conversions, pending, money, .. } = overview;
    let amount = per_currency(&money, |one| one.amount);
    let commission = per_currency(&money, |one| one.earned);
    view! {
        <section class="stack stack--tight" aria-labelledby="network">
            <h2 id="network">{format!("The network, last {days} days")}</h2>
            <div class="grid-tiles">
                <StatTile label="Clicks" value=grouped(clicks) hint=format!("{} by people", grouped(visits)) />
                <StatTile
                    label="Conversions"
                    value=grouped(conversions)
                    hint=format!("{} pending", grouped(pending))
                    href="/admin/conversions"
                />
                <StatTile
                    label="Conversion rate"
                    value=conversion_rate(conversions, clicks)
                    hint="conversions per click"
                />
                <StatTile label="Amount" value=amount hint="order value, whatever the status" />
                <StatTile label="Commission" value=commission hint="what counts toward earnings" />
            </div>
        </section>
    }
}
