//! One conversion: everything that is known of it, and why it counts or not.

use domain::{ConversionDetail, ConversionRow, ConversionStatus, Role};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::conversion_badge;
use crate::{
    context::account,
    features::{
        clicks::{ClickFacts, offer_name},
        conversions::api::read_conversion,
    },
    ui::{
        components::{CopyId, Definition, DefinitionList, Moment, Money, PageHead, PageTitle, duration},
        live::use_live,
        loaded::loaded,
    },
};

/// The conversion that the address names.
#[component]
pub(crate) fn ConversionPage() -> impl IntoView {
    let (params, live) = (use_params_map(), use_live());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let screen = Resource::new(move || (id.get(), live.own()), |(id, _)| read_conversion(id));
    let home = account().map_or(Role::Affiliate, |account| account.role).home();
    view! {
        <PageTitle text="Conversion" />
        <p>
            <a href=format!("{home}/conversions")>"All conversions"</a>
        </p>
        <PageHead title="Conversion" />
        {loaded(screen, |screen| move || view! { <Parts screen=screen.get() /> })}
    }
}

/// The conversion, and its click.
#[component]
fn Parts(
    /// Both.
    screen: ConversionDetail,
) -> impl IntoView {
    let ConversionDetail { conversion, click } = screen;
    let home = account().map_or(Role::Affiliate, |account| account.role).home();
    let href = format!("{home}/clicks/{}", click.id);
    view! {
        <section class="card">
            <Facts conversion=conversion />
        </section>
        <section class="card stack" aria-labelledby="its-click">
            <h2 id="its-click">"Click"</h2>
            <ClickFacts click=click />
            <p>
                <a href=href>"View click"</a>
            </p>
        </section>
    }
}

/// What is known of a conversion.
#[component]
fn Facts(
    /// The conversion.
    conversion: ConversionRow,
) -> impl IntoView {
    let role = account().map_or(Role::Affiliate, |account| account.role);
    let after = conversion.at.as_millis() - conversion.click_id.made_at().as_millis();
    let offer = offer_name(role, conversion.offer_id.to_string(), conversion.offer_name);
    let why = why(&conversion.status, role);
    let amount = view! { <Money amount=conversion.amount.to_string() currency=conversion.currency.clone() /> };
    let commission = view! { <Money amount=conversion.commission.to_string() currency=conversion.currency.clone() /> };
    let affiliate = (role != Role::Affiliate).then(|| {
        view! {
            <Definition term="Affiliate">
                <bdi>{conversion.affiliate_name}</bdi>
            </Definition>
        }
    });
    let transaction = conversion.transaction_id.map(|transaction| {
        view! {
            <Definition term="Transaction ID">
                <bdi class="mono">{transaction}</bdi>
            </Definition>
        }
    });
    view! {
        <DefinitionList>
            <Definition term="Conversion ID">
                <CopyId id=conversion.id.to_string() what="the conversion id" />
            </Definition>
            <Definition term="Status">
                {conversion_badge(&conversion.status)} <p class="small muted">{why}</p>
            </Definition>
            <Definition term="Amount">{amount}</Definition>
            <Definition term="Commission">{commission}</Definition>
            {transaction}
            <Definition term="Offer">{offer}</Definition>
            {affiliate}
            <Definition term="Recorded">
                <Moment at=conversion.at />
            </Definition>
            <Definition term="Time since the click">{duration(after)}</Definition>
        </DefinitionList>
    }
}

/// Why it counts toward earnings, or doesn't.
fn why(status: &ConversionStatus, role: Role) -> String {
    if status.counts_toward_earnings() {
        format!("Counts toward earnings: it was reported as {status}.")
    } else if status.is_pending() {
        match role {
            Role::Affiliate => "Pending, so it doesn't earn. If the sale is confirmed, it appears as a new conversion.",
            Role::Partner | Role::Admin => {
                "Pending, so it doesn't earn. A status can't change: to confirm this sale, send a new postback with a different transaction ID."
            }
        }
        .to_owned()
    } else if status.is_refusal() {
        format!("Doesn't count toward earnings: it was reported as {status}.")
    } else {
        format!(
            "Doesn't count toward earnings: it was reported as \u{201c}{status}\u{201d}, and only confirmed, approved and paid count."
        )
    }
}
