//! Clicks in a table.

use domain::{AgentClass, ClickKind, ClickRow, Country, Role, report::Dimension};
use leptos::{either::Either, prelude::*};

use crate::{
    context::account,
    ui::{
        choices,
        components::{Badge, Cell, Column, CopyId, DataTable, Moment, Tone},
        keyed,
        selection::key_name,
    },
};

/// The kinds that lists of clicks are filtered by.
pub(crate) fn click_kinds() -> Vec<(String, String)> {
    choices(&[("human", "Humans"), ("bot", "Bots"), ("prefetch", "Prefetches")])
}

/// Clicks in a table.
#[component]
pub(crate) fn ClicksTable(
    /// The clicks.
    clicks: Signal<Vec<ClickRow>>,
) -> impl IntoView {
    let shows_visitors = shows_visitors();
    let rows = keyed(clicks, |row| row.id, move |row| view! { <Row row=row shows_visitors=shows_visitors /> });
    view! {
        <DataTable columns=click_columns() caption="Clicks">
            {rows}
        </DataTable>
    }
}

/// Affiliates see no addresses, and need no column with their own name.
fn shows_visitors() -> bool {
    account().is_some_and(|account| account.role != Role::Affiliate)
}

/// What such a table shows.
pub(super) fn click_columns() -> Vec<Column> {
    let mut columns = vec![Column::text("Time"), Column::text("Type"), Column::text("Offer")];
    if shows_visitors() {
        columns.extend([Column::text("Affiliate"), Column::text("IP address")]);
    }
    columns.extend(["Country", "Browser", "Referrer", "Click"].map(Column::text));
    columns
}

/// One click.
#[component]
fn Row(
    /// The click.
    row: ClickRow,
    /// Whether affiliate and address are shown.
    shows_visitors: bool,
) -> impl IntoView {
    let home = account().map_or(Role::Affiliate, |account| account.role).home();
    let href = format!("{home}/clicks/{}", row.id);
    let country = country_name(row.country);
    let (browser, user_agent) = (agent_text(&row.agent), row.user_agent);
    let ip = row.ip.unwrap_or_default();
    let affiliate = row.affiliate_name;
    let visitor = shows_visitors.then(|| {
        view! {
            <Cell label="Affiliate">
                <bdi>{affiliate}</bdi>
            </Cell>
            <Cell label="IP address">{told(ip, "erased", "mono small truncate")}</Cell>
        }
    });
    view! {
        <tr>
            <Cell label="Time">
                <a href=href>
                    <Moment at=row.at />
                </a>
            </Cell>
            <Cell label="Type">{kind_badge(row.kind)}</Cell>
            <Cell label="Offer">
                <bdi>{row.offer_name}</bdi>
            </Cell>
            {visitor}
            <Cell label="Country">{country}</Cell>
            <Cell label="Browser">
                <span class="small truncate" title=user_agent>
                    {browser}
                </span>
            </Cell>
            <Cell label="Referrer">{told(row.referer, "none", "small truncate")}</Cell>
            <Cell label="Click">
                <CopyId id=row.id.to_string() what="the click id" />
            </Cell>
        </tr>
    }
}

/// What a country is called.
pub(super) fn country_name(country: Option<Country>) -> String {
    key_name(Dimension::Country, &country.map(|country| country.to_string()).unwrap_or_default())
}

/// `Firefox, Linux`: browser and system as far as they are known, or what kind of device it is.
pub(super) fn agent_text(agent: &AgentClass) -> String {
    let known: Vec<_> = [&agent.browser, &agent.os].into_iter().filter(|name| !name.is_empty()).cloned().collect();
    if known.is_empty() { key_name(Dimension::Device, agent.device.as_str()) } else { known.join(", ") }
}

/// What made a click.
pub(super) fn kind_badge(kind: ClickKind) -> impl IntoView {
    let (tone, text) = match kind {
        ClickKind::Human => (Tone::Good, "Human"),
        ClickKind::Bot => (Tone::Neutral, "Bot"),
        ClickKind::Prefetch => (Tone::Neutral, "Prefetch"),
    };
    view! { <Badge tone=tone text=text /> }
}

/// A text of the visitor's, cut by CSS and whole in the tooltip, or what is said where there is none.
pub(super) fn told(text: String, otherwise: &'static str, class: &'static str) -> impl IntoView {
    if text.is_empty() {
        Either::Left(view! { <span class="muted">{otherwise}</span> })
    } else {
        Either::Right(view! {
            <span class=class title=text.clone()>
                {text.clone()}
            </span>
        })
    }
}
