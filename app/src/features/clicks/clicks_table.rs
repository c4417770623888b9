//! Clicks in a table.

use domain::{ClickKind, ClickRow, Role};
use leptos::{either::Either, prelude::*};

use crate::{
    context::account,
    ui::{
        choices,
        components::{Badge, Cell, Column, CopyId, DataTable, Moment, Tone},
        keyed,
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
    // Affiliates see no addresses, and need no column with their own name.
    let shows_visitors = account().is_some_and(|account| account.role != Role::Affiliate);
    let rows = keyed(clicks, |row| row.id, move |row| view! { <Row row=row shows_visitors=shows_visitors /> });
    view! {
        <DataTable columns=columns(shows_visitors) caption="Clicks">
            {rows}
        </DataTable>
    }
}

fn columns(shows_visitors: bool) -> Vec<Column> {
    let mut columns = vec![Column::text("Time"), Column::text("Kind"), Column::text("Offer")];
    if shows_visitors {
        columns.extend([Column::text("Affiliate"), Column::text("Address")]);
    }
    columns.extend([Column::text("Referer"), Column::text("Browser"), Column::text("Click")]);
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
    // Both are erased together.
    let no_browser = if row.ip.as_deref() == Some("") { "erased" } else { "none" };
    let ip = row.ip.unwrap_or_default();
    let affiliate = row.affiliate_name;
    let visitor = shows_visitors.then(|| {
        view! {
            <Cell label="Affiliate">
                <bdi>{affiliate}</bdi>
            </Cell>
            <Cell label="Address">{told(ip, "erased", "mono small truncate")}</Cell>
        }
    });
    view! {
        <tr>
            <Cell label="Time">
                <Moment at=row.at />
            </Cell>
            <Cell label="Kind">{kind_badge(row.kind)}</Cell>
            <Cell label="Offer">
                <bdi>{row.offer_name}</bdi>
            </Cell>
            {visitor}
            <Cell label="Referer">{told(row.referer, "none", "small truncate")}</Cell>
            <Cell label="Browser">{told(row.user_agent, no_browser, "small truncate")}</Cell>
            <Cell label="Click">
                <CopyId id=row.id.to_string() what="the click id" />
            </Cell>
        </tr>
    }
}

fn kind_badge(kind: ClickKind) -> impl IntoView {
    let (tone, text) = match kind {
        ClickKind::Human => (Tone::Good, "Human"),
        ClickKind::Bot => (Tone::Neutral, "Bot"),
        ClickKind::Prefetch => (Tone::Neutral, "Prefetch"),
    };
    view! { <Badge tone=tone text=text /> }
}

/// A text of the visitor's, cut by CSS and whole in the tooltip, or what is said where there is none.
fn told(text: String, otherwise: &'static str, class: &'static str) -> impl IntoView {
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
