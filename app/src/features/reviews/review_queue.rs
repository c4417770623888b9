//! An admin's first screen: what waits for a decision.

use domain::{ListQuery, Overview, Page, ReviewQueue as Waiting};
use leptos::{either::Either, prelude::*};

use super::review_card::ReviewCard;
use crate::{
    features::{
        reports::{api::read_overview, conversion_rate, per_currency},
        reviews::api::list_reviews,
    },
    ui::{
        EmptyList,
        components::{PageHead, PageTitle, StatTile, grouped},
        listing::{ListPager, use_list_query},
        live::use_live,
        loaded::loaded,
    },
};

/// The days that the network's numbers are of.
const DAYS: u32 = 30;

/// The queue. It doesn't move by itself: a card must not slip away under the hand that decides.
#[component]
pub(crate) fn ReviewQueue() -> impl IntoView {
    let (query, live) = (use_list_query(), use_live());
    let numbers = Resource::new(move || live.get(), |_| read_overview(DAYS));
    // The queue has pages and nothing else: what other lists filter by isn't asked for.
    let page = Memo::new(move |_| {
        let ListQuery { after, before, .. } = query.get();
        ListQuery { after, before, ..ListQuery::default() }
    });
    let reviews = Resource::new(move || page.get(), list_reviews);
    view! {
        <PageTitle text="Review queue" />
        <PageHead
            title="Review queue"
            lead="New offers, new destinations, and what was changed after your approval."
        />
        {loaded(numbers, |overview| view! { <NetworkTiles overview=overview /> })}
        {loaded(reviews, move |waiting| view! { <Queue waiting=waiting list=page.get() /> })}
    }
}

/// What waits, or that nothing does.
#[component]
fn Queue(
    /// The page, and how much waits in all.
    waiting: Waiting,
    /// What the address asks.
    list: ListQuery,
) -> impl IntoView {
    let Waiting { page: Page { rows, previous, next }, total } = waiting;
    if rows.is_empty() {
        return Either::Left(view! {
            <EmptyList
                list=list
                title="Nothing waits for you"
                why="New offers, and changes of approved ones, appear here."
                href="/admin/offers"
                label="Look at all offers"
            />
        });
    }
    let count = if total == 1 { "1 offer waits".to_owned() } else { format!("{} offers wait", grouped(total)) };
    let cards = rows.into_iter().map(|review| view! { <ReviewCard review=review /> }).collect_view();
    Either::Right(view! {
        <section class="stack" aria-labelledby="waiting">
            <h2 id="waiting">{count}</h2>
            <p class="muted">"The oldest offer of each partner first, then the second of each, and so on."</p>
            {cards}
            <ListPager list=list previous=previous next=next />
        </section>
    })
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
