//! One affiliate, as a partner sees it: who they are, what they bring, what was decided about them.

use domain::{Application, OrganisationDetail};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::profile::ProfileFacts;
use crate::{
    features::{
        applications::ApplicationCard,
        organisations::api::{AffiliateScreen, read_affiliate},
    },
    ui::{
        components::{ButtonKind, ButtonLink, Moment, PageHead, PageTitle, SubmitButton, TextareaField, isolated},
        forms::PostForm,
        keyed,
        live::use_live,
        loaded::loaded,
    },
};

/// The affiliate that the address names. It doesn't move by itself: a card must not slip away under the hand that
/// decides about it.
#[component]
pub(crate) fn AffiliatePage() -> impl IntoView {
    let (params, live) = (use_params_map(), use_live());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let screen = Resource::new(move || (id.get(), live.own()), |(id, _)| read_affiliate(id));
    view! {
        <PageTitle text="Affiliate" />
        <p>
            <a href="/partner/affiliates">"All affiliates"</a>
        </p>
        {loaded(screen, |screen| view! { <Parts screen=screen /> })}
    }
}

/// Who they are, and their applications.
#[component]
fn Parts(
    /// Both.
    screen: Signal<AffiliateScreen>,
) -> impl IntoView {
    let affiliate = Memo::new(move |_| screen.with(|screen| screen.affiliate.clone()));
    let applications: Signal<Vec<Application>> =
        Memo::new(move |_| screen.with(|screen| screen.applications.clone())).into();
    let card = |application| view! { <ApplicationCard application=application is_alone=true /> };
    view! {
        {move || view! { <About affiliate=affiliate.get() /> }}
        <section class="stack" aria-labelledby="applications">
            <h2 id="applications">"Applications"</h2>
            <div class="stack">{keyed(applications, |application| application.id, card)}</div>
        </section>
    }
}

/// The profile, the ways to their numbers, and the partner's own note.
#[component]
fn About(
    /// The affiliate.
    affiliate: OrganisationDetail,
) -> impl IntoView {
    let OrganisationDetail { id, name, created_at, profile, note, .. } = affiliate;
    let report = format!("/partner/reports?by=offer&f.affiliate={id}");
    let conversions = format!("/partner/conversions?f.affiliate={id}");
    let clicks = format!("/partner/clicks?f.affiliate={id}");
    view! {
        <PageTitle text=isolated(&name) />
        <PageHead title=name>
            <ButtonLink href=report label="View report" kind=ButtonKind::Secondary />
            <ButtonLink href=conversions label="Conversions" kind=ButtonKind::Secondary />
            <ButtonLink href=clicks label="Clicks" kind=ButtonKind::Secondary />
        </PageHead>
        <div class="split split--even">
            <section class="card stack" aria-labelledby="about-affiliate">
                <h2 id="about-affiliate">"Profile"</h2>
                <ProfileFacts profile=profile is_affiliate=true />
                <p class="muted small">"In the network since " <Moment at=created_at /> "."</p>
            </section>
            <section class="card stack" aria-labelledby="own-note">
                <h2 id="own-note">"Your note"</h2>
                <PostForm action="note_affiliate" done="Note saved">
                    <input type="hidden" name="id" value=id />
                    <TextareaField
                        label="Note"
                        name="note"
                        value=note
                        hint="Only you see it. At most 2,000 characters."
                        maxlength=2000
                    />
                    <SubmitButton label="Save note" pending_label="Saving…" kind=ButtonKind::Secondary />
                </PostForm>
            </section>
        </div>
    }
}
