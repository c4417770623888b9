//! A partner or an affiliate with all that is known of it, for admins.

use domain::{Member, OrganisationDetail, Role};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{profile::ProfileFacts, users::SuspendForm};
use crate::{
    features::organisations::api::find_organisation,
    ui::{
        components::{
            Badge, ButtonKind, ButtonLink, CopyId, Definition, DefinitionList, Moment, PageHead, PageTitle, Tone,
            isolated,
        },
        live::use_live,
        loaded::loaded,
    },
};

/// The partner or the affiliate that the address names.
#[component]
pub(crate) fn OrganisationPage() -> impl IntoView {
    let (params, live) = (use_params_map(), use_live());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let found = Resource::new(move || (id.get(), live.own()), |(id, _)| find_organisation(id));
    view! {
        <PageTitle text="Account" />
        <p>
            <a href="/admin/users">"All users"</a>
        </p>
        {loaded(found, |found| move || view! { <Parts found=found.get() /> })}
    }
}

/// Everything about it.
#[component]
fn Parts(
    /// The organisation.
    found: OrganisationDetail,
) -> impl IntoView {
    let OrganisationDetail { role, id, name, created_at, suspended_at, profile, members, .. } = found;
    let (noun, filter) = if role == Role::Partner { ("Partner", "partner") } else { ("Affiliate", "affiliate") };
    let (list, label) =
        if role == Role::Partner { ("offers?partner", "Offers") } else { ("links?affiliate", "Tracking links") };
    let pages = [
        (format!("/admin/{list}={id}"), label),
        (format!("/admin/reports?by=day&f.{filter}={id}"), "Report"),
        (format!("/admin/conversions?f.{filter}={id}"), "Conversions"),
        (format!("/admin/clicks?f.{filter}={id}"), "Clicks"),
    ];
    let pages = pages.into_iter().map(|(href, label)| {
        view! { <ButtonLink href=href label=label kind=ButtonKind::Secondary /> }
    });
    let state = match suspended_at {
        Some(at) => view! {
            <span class="cluster">
                <Badge tone=Tone::Refused text="Suspended" />
                <Moment at=at />
            </span>
        }
        .into_any(),
        None => view! { <Badge tone=Tone::Good text="Active" /> }.into_any(),
    };
    let is_suspended = suspended_at.is_some();
    let act = members.first().map(|member| {
        let (id, name) = (member.id.to_string(), name.clone());
        view! { <SuspendForm id=id name=name role=role is_suspended=is_suspended /> }
    });
    let people = members.into_iter().map(|Member { name, email, .. }| {
        view! {
            <li>
                <bdi class="strong">{name}</bdi>
                " "
                <bdi class="muted">{email}</bdi>
            </li>
        }
    });
    view! {
        <PageTitle text=isolated(&name) />
        <PageHead title=name.clone() lead=noun>
            {pages.collect_view()}
        </PageHead>
        <div class="split split--even">
            <section class="card stack" aria-labelledby="account-facts">
                <h2 id="account-facts">"Account"</h2>
                <DefinitionList>
                    <Definition term="ID">
                        <CopyId id=id what="the id" />
                    </Definition>
                    <Definition term="Status">{state}</Definition>
                    <Definition term="Signed up">
                        <Moment at=created_at />
                    </Definition>
                    <Definition term="Signs in">
                        <ul class="plain-list">{people.collect_view()}</ul>
                    </Definition>
                </DefinitionList>
                <div class="cluster">{act}</div>
            </section>
            <section class="card stack" aria-labelledby="about-it">
                <h2 id="about-it">"Profile"</h2>
                <ProfileFacts profile=profile is_affiliate=role == Role::Affiliate />
            </section>
        </div>
    }
}
