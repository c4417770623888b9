//! One offer as admins see it: all that is known of it, whatever its state.

use domain::{Category, Offer};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::terms;
use crate::{
    features::{
        links::LinksTable,
        offers::{
            api::{OfferScreen, find_any_offer},
            offer_badge,
        },
    },
    ui::{
        components::{
            ButtonKind, ButtonLink, CopyId, Definition, DefinitionList, Moment, PageHead, PageTitle, grouped, isolated,
        },
        live::use_live,
        loaded::loaded,
    },
};

/// The offer that the address names.
#[component]
pub(crate) fn AdminOfferPage() -> impl IntoView {
    let (params, live) = (use_params_map(), use_live());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let screen = Resource::new(move || (id.get(), live.get()), |(id, _)| find_any_offer(id));
    view! {
        <PageTitle text="Offer" />
        <p>
            <a href="/admin/offers">"All offers"</a>
        </p>
        {loaded(screen, |screen| view! { <Parts screen=screen /> })}
    }
}

/// The offer, and who promotes it.
#[component]
fn Parts(
    /// Both.
    screen: Signal<OfferScreen>,
) -> impl IntoView {
    let offer = Memo::new(move |_| screen.with(|screen| screen.offer.clone()));
    let links = Memo::new(move |_| screen.with(|screen| screen.applications.clone()));
    let promoted = move || {
        if links.with(Vec::is_empty) {
            view! { <p class="muted">"Nobody has applied yet."</p> }.into_any()
        } else {
            view! { <LinksTable applications=links.into() /> }.into_any()
        }
    };
    let all = move || {
        screen.with(|screen| screen.has_more).then(|| {
            let href = format!("/admin/links?offer={}", offer.with(|offer| offer.id));
            view! { <a href=href>"View all tracking links"</a> }
        })
    };
    view! {
        {move || view! { <Facts offer=offer.get() /> }}
        <section class="stack stack--tight" aria-labelledby="links">
            <div class="cluster cluster--apart">
                <h2 id="links">"Affiliates and tracking links"</h2>
                {all}
            </div>
            {promoted}
        </section>
    }
}

/// What is known of the offer itself.
#[component]
fn Facts(
    /// The offer.
    offer: Offer,
) -> impl IntoView {
    let id = offer.id.to_string();
    let waits = offer.pending_destination.is_some() || !offer.status.is_approved();
    let review = waits.then(|| view! { <ButtonLink href="/admin/reviews" label="Review queue" /> });
    let destination = |term: &'static str, address: String| {
        view! {
            <Definition term=term>
                <a class="mono" href=address.clone() rel="external noopener nofollow" target="_blank">
                    {address.clone()}
                </a>
            </Definition>
        }
    };
    let pending = offer.pending_destination.map(|address| destination("New destination, to review", address));
    let reason = offer.rejection_reason.map(|reason| {
        view! {
            <Definition term="Told the partner">
                <p class="prewrap">{reason}</p>
            </Definition>
        }
    });
    let description = (!offer.description.is_empty()).then(|| {
        view! {
            <Definition term="Description">
                <p class="prewrap">{offer.description}</p>
            </Definition>
        }
    });
    let report = format!("/admin/reports?by=affiliate&f.offer={id}");
    let (clicks, conversions) = (format!("/admin/clicks?offer={id}"), format!("/admin/conversions?offer={id}"));
    view! {
        <PageTitle text=isolated(&offer.name) />
        <PageHead title=offer
            .name>{review} <ButtonLink href=report label="Report" kind=ButtonKind::Secondary /></PageHead>
        <section class="card">
            <DefinitionList>
                <Definition term="Partner">
                    <a href=format!("/admin/partners/{}", offer.partner_id)>
                        <bdi>{offer.partner_name}</bdi>
                    </a>
                </Definition>
                <Definition term="Status">{offer_badge(offer.status)}</Definition>
                {reason}
                {destination("Destination", offer.destination)}
                {pending}
                <Definition term="Commission">{terms(offer.commission_terms)}</Definition>
                <Definition term="Category">{offer.category.map_or("None", Category::label)}</Definition>
                {description}
                <Definition term="Clicks">
                    <a href=clicks>{grouped(offer.clicks)}</a>
                </Definition>
                <Definition term="Conversions">
                    <a href=conversions>{grouped(offer.conversions)}</a>
                </Definition>
                <Definition term="Affiliates">{grouped(offer.affiliates)}</Definition>
                <Definition term="Created">
                    <Moment at=offer.created_at />
                </Definition>
                <Definition term="ID">
                    <CopyId id=id what="the offer id" />
                </Definition>
            </DefinitionList>
        </section>
    }
}
