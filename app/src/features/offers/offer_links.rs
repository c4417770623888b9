//! Who promotes an offer, and through which link.

use domain::{Application, ROWS_PER_PAGE};
use leptos::{either::Either, prelude::*};

use crate::{features::links::LinksTable, ui::components::EmptyState};

/// The affiliates of an offer with their tracking links.
#[component]
pub(super) fn OfferLinks(
    /// The first page of its applications: those that wait first, then the newest.
    applications: Signal<Vec<Application>>,
    /// Whether there are more than these.
    has_more: Signal<bool>,
    /// The offer's id.
    offer: String,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| applications.with(Vec::is_empty));
    let table = move || {
        if is_empty.get() {
            Either::Left(view! {
                <EmptyState title="Nobody has applied yet">
                    <p>
                        "Affiliates find an active offer in the marketplace. Each gets a tracking link of their own when they apply."
                    </p>
                </EmptyState>
            })
        } else {
            Either::Right(view! { <LinksTable applications=applications /> })
        }
    };
    let more = move || {
        has_more.get().then(|| {
            view! { <p class="muted">{format!("These are the first {ROWS_PER_PAGE}, waiting ones first.")}</p> }
        })
    };
    view! {
        <section class="stack stack--tight" aria-labelledby="links">
            <div class="cluster cluster--apart">
                <h2 id="links">"Affiliates and tracking links"</h2>
                <a href=format!("/partner/applications?offer={offer}")>"Review applications"</a>
            </div>
            {table}
            {more}
        </section>
    }
}
