//! One click: everything that is known of it.

use domain::{ClickDetail, ClickRow, Role, report::Dimension};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::clicks_table::{agent_text, country_name, kind_badge, told};
use crate::{
    context::account,
    features::{clicks::api::read_click, conversions::ConversionsTable},
    ui::{
        components::{CopyId, Definition, DefinitionList, Moment, PageHead, PageTitle},
        live::use_live,
        loaded::loaded,
        selection::key_name,
    },
};

/// The click that the address names.
#[component]
pub(crate) fn ClickPage() -> impl IntoView {
    let (params, live) = (use_params_map(), use_live());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let screen = Resource::new(move || (id.get(), live.get()), |(id, _)| read_click(id));
    let home = account().map_or(Role::Affiliate, |account| account.role).home();
    view! {
        <PageTitle text="Click" />
        <p>
            <a href=format!("{home}/clicks")>"All clicks"</a>
        </p>
        <PageHead title="Click" />
        {loaded(screen, |screen| view! { <Parts screen=screen /> })}
    }
}

/// The click, and what it has led to.
#[component]
fn Parts(
    /// Both.
    screen: Signal<ClickDetail>,
) -> impl IntoView {
    let click = Memo::new(move |_| screen.with(|screen| screen.click.clone()));
    let conversions = Memo::new(move |_| screen.with(|screen| screen.conversions.clone()));
    let led_to = move || {
        if conversions.with(Vec::is_empty) {
            view! { <p class="muted">"No conversion was reported for this click."</p> }.into_any()
        } else {
            view! { <ConversionsTable conversions=conversions.into() /> }.into_any()
        }
    };
    view! {
        <section class="card">{move || view! { <ClickFacts click=click.get() /> }}</section>
        <section class="stack" aria-labelledby="led-to">
            <h2 id="led-to">"Conversions"</h2>
            {led_to}
        </section>
    }
}

/// What is known of a click.
#[component]
pub(crate) fn ClickFacts(
    /// The click.
    click: ClickRow,
) -> impl IntoView {
    let role = account().map_or(Role::Affiliate, |account| account.role);
    let offer = offer_name(role, click.offer_id.to_string(), click.offer_name);
    let country = country_name(click.country);
    let device = key_name(Dimension::Device, click.agent.device.as_str());
    let browser = agent_text(&click.agent);
    let visitor = click.ip.map(|ip| {
        view! {
            <Definition term="IP address">{told(ip, "erased", "mono")}</Definition>
            <Definition term="User agent">{told(click.user_agent, "none", "mono")}</Definition>
        }
    });
    let affiliate = (role != Role::Affiliate).then(|| {
        view! {
            <Definition term="Affiliate">
                <bdi>{click.affiliate_name}</bdi>
            </Definition>
        }
    });
    view! {
        <DefinitionList>
            <Definition term="Click ID">
                <CopyId id=click.id.to_string() what="the click id" />
            </Definition>
            <Definition term="Time">
                <Moment at=click.at />
            </Definition>
            <Definition term="Type">{kind_badge(click.kind)}</Definition>
            <Definition term="Offer">{offer}</Definition>
            {affiliate}
            <Definition term="Tracking link">
                <span class="mono">{click.slug.to_string()}</span>
            </Definition>
            <Definition term="Country">{country}</Definition>
            <Definition term="Device">{device}</Definition>
            <Definition term="Browser">{browser}</Definition>
            <Definition term="Referrer">{told(click.referer, "none", "mono")}</Definition>
            {visitor}
        </DefinitionList>
    }
}

/// An offer's name: to its owner a link.
pub(crate) fn offer_name(role: Role, id: String, name: String) -> AnyView {
    match role {
        Role::Partner => view! {
            <a href=format!("/partner/offers/{id}")>
                <bdi>{name}</bdi>
            </a>
        }
        .into_any(),
        Role::Affiliate | Role::Admin => view! { <bdi>{name}</bdi> }.into_any(),
    }
}
