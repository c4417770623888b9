//! What waits for an admin's decision.

use domain::{ListQuery, ReviewFilter, ReviewQueue as Waiting};
use leptos::{either::Either, prelude::*};

use super::review_card::ReviewCard;
use crate::{
    features::reviews::api::list_reviews,
    ui::{
        Empty, EmptyList, ListPager,
        components::{PageHead, PageTitle, grouped},
        keyed,
        live::use_live,
        loaded::loaded,
        page_url::use_list_query,
    },
};

/// The queue. A card must not slip away under the hand that decides, so it moves only after a decision.
#[component]
pub(crate) fn ReviewQueue() -> impl IntoView {
    let (query, live) = (use_list_query::<ReviewFilter>(), use_live());
    let screen = Resource::new(
        move || (query.get(), live.get()),
        |(list, changes)| async move { list_reviews(list.clone()).await.map(|queue| (list, changes, queue)) },
    );
    view! {
        <PageTitle text="Review queue" />
        <PageHead title="Review queue" lead="New offers, new destinations, and what was changed after your approval." />
        {loaded(screen, |screen| view! { <Parts screen=screen /> })}
    }
}

/// What was asked, the changes known then, and the answer.
type Answered = (ListQuery<ReviewFilter>, (u32, u32), Waiting);

/// The queue as it was when the page was opened or something was decided here.
#[component]
fn Parts(
    /// The screen.
    screen: Signal<Answered>,
) -> impl IntoView {
    let queue = Memo::new(move |before: Option<&(ListQuery<ReviewFilter>, u32, Waiting)>| {
        screen.with(|(list, (_, own), queue)| match before {
            Some(before) if before.0 == *list && before.1 == *own => before.clone(),
            _ => (list.clone(), *own, queue.clone()),
        })
    });
    let cards = Memo::new(move |_| queue.with(|(.., queue)| queue.page.rows.clone()));
    let is_empty = Memo::new(move |_| cards.with(Vec::is_empty));
    let list = move || queue.with(|(list, ..)| list.clone());
    let empty = Empty {
        title: "Nothing waits for you",
        why: "New offers, and changes of approved ones, appear here.",
        href: "/admin/offers",
        label: "View all offers",
    };
    move || {
        if is_empty.get() {
            return Either::Left(move || view! { <EmptyList list=list() empty=empty /> });
        }
        let count = move || match queue.with(|(.., queue)| queue.total) {
            1 => "1 offer waits".to_owned(),
            total => format!("{} offers wait", grouped(total)),
        };
        let pager = move || {
            let (previous, next) = queue.with(|(.., queue)| (queue.page.previous.clone(), queue.page.next.clone()));
            view! { <ListPager list=list() previous=previous next=next /> }
        };
        let card = |review| view! { <ReviewCard review=review /> };
        Either::Right(view! {
            <section class="stack" aria-labelledby="waiting">
                <h2 id="waiting">{count}</h2>
                <p class="muted">"The oldest offer of each partner first, then the second of each, and so on."</p>
                {keyed(cards.into(), |review| review.offer.id, card)}
                {pager}
            </section>
        })
    }
}
