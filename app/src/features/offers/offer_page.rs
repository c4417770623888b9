//! One offer: where it stands, what can be done, who promotes it.

use domain::Offer;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    input_of,
    offer_fields::OfferFields,
    offer_links::OfferLinks,
    offer_state::{OfferActions, OfferState},
};
use crate::{
    features::offers::api::{OfferScreen, find_offer},
    ui::{
        components::{ButtonKind, ButtonLink, PageHead, PageTitle, StatTile, SubmitButton, grouped, isolated},
        forms::PostForm,
        live::use_live,
        loaded::loaded,
    },
};

/// The offer that the address names.
#[component]
pub(crate) fn OfferPage() -> impl IntoView {
    let (params, live) = (use_params_map(), use_live());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let screen = Resource::new(move || (id.get(), live.get()), |(id, _)| find_offer(id));
    view! {
        <PageTitle text="Offer" />
        <p>
            <a href="/partner/offers">"All offers"</a>
        </p>
        {loaded(screen, |screen| view! { <OfferParts screen=screen /> })}
    }
}

/// Its parts. Each is rendered again only when it is another one: a click moves the numbers and nothing else, and what
/// is typed into the form stays whatever happens.
#[component]
fn OfferParts(
    /// The offer, and who promotes it.
    screen: Signal<OfferScreen>,
) -> impl IntoView {
    let id = Memo::new(move |_| screen.with(|screen| screen.offer.id));
    let state = Memo::new(move |_| screen.with(|screen| without_numbers(&screen.offer)));
    let numbers = Memo::new(move |_| screen.with(|screen| screen.offer.clone()));
    let applications = Memo::new(move |_| screen.with(|screen| screen.applications.clone()));
    let has_more = Memo::new(move |_| screen.with(|screen| screen.has_more));
    let form = move || {
        id.track();
        view! { <OfferForm offer=screen.with_untracked(|screen| screen.offer.clone()) /> }
    };
    view! {
        <div class="stack">
            <div class="stack">{move || view! { <OfferHead offer=state.get() /> }}</div>
            {move || view! { <OfferNumbers offer=numbers.get() /> }}
            {form}
        </div>
        {move || {
            view! {
                <OfferLinks applications=applications.into() has_more=has_more.into() offer=id.get().to_string() />
            }
        }}
    }
}

fn without_numbers(offer: &Offer) -> Offer {
    Offer { clicks: 0, conversions: 0, affiliates: 0, waiting_applications: 0, ..offer.clone() }
}

/// Where it stands, and what can be done.
#[component]
fn OfferHead(
    /// The offer.
    offer: Offer,
) -> impl IntoView {
    let duplicate = format!("/partner/offers/new?from={}", offer.id);
    view! {
        <PageTitle text=isolated(&offer.name) />
        <PageHead title=offer.name.clone()>
            <ButtonLink href=duplicate label="Duplicate" kind=ButtonKind::Secondary />
            <OfferActions id=offer.id status=offer.status />
        </PageHead>
        <OfferState offer=offer />
    }
}

/// What became of it.
#[component]
fn OfferNumbers(
    /// The offer.
    offer: Offer,
) -> impl IntoView {
    let (clicks, conversions) = (offer.clicks, offer.conversions);
    view! {
        <div class="grid-tiles">
            <StatTile
                label="Clicks"
                value=grouped(clicks)
                hint="all time"
                href=format!("/partner/clicks?offer={}", offer.id)
            />
            <StatTile
                label="Conversions"
                value=grouped(conversions)
                hint="whatever their status"
                href=format!("/partner/conversions?offer={}", offer.id)
            />
            <StatTile label="Affiliates" value=grouped(offer.affiliates) hint="may promote it" />
            <StatTile label="Waiting" value=grouped(offer.waiting_applications) hint="applications" />
        </div>
    }
}

/// The form that changes it.
#[component]
fn OfferForm(
    /// The offer.
    offer: Offer,
) -> impl IntoView {
    let (id, status) = (offer.id.to_string(), offer.status);
    let input = input_of(offer);
    let note = status.is_approved().then(|| {
        view! {
            <p class="muted">
                "Changes are seen at once. An admin is shown what changed, and can take it back. Only a destination on another host waits for an admin; the old one serves until then."
            </p>
        }
    });
    view! {
        <section class="card stack" aria-labelledby="edit">
            <h2 id="edit">"Edit"</h2>
            {note}
            <PostForm action="edit_offer" done="Saved">
                <input type="hidden" name="id" value=id />
                <OfferFields input=input />
                <div class="cluster">
                    <SubmitButton label="Save" pending_label="Saving…" />
                </div>
            </PostForm>
        </section>
    }
}
