//! Conversions in a table.

use domain::{ConversionRow, Role};
use leptos::prelude::*;

use super::conversion_badge;
use crate::{
    context::account,
    ui::{
        choices,
        components::{Cell, Column, CopyId, DataTable, Moment, Money},
        keyed,
    },
};

/// The statuses that lists of conversions are filtered by; any other word can be asked for in the address.
pub(crate) fn conversion_statuses() -> Vec<(String, String)> {
    choices(&[
        ("confirmed", "Confirmed"),
        ("approved", "Approved"),
        ("paid", "Paid"),
        ("pending", "Pending"),
        ("rejected", "Rejected"),
    ])
}

/// The orders of a list of conversions.
pub(crate) fn conversion_sorts() -> Vec<(String, String)> {
    choices(&[
        ("", "Newest first"),
        ("oldest", "Oldest first"),
        ("amount", "Amount, high to low"),
        ("commission", "Largest commission first"),
    ])
}

/// Conversions in a table.
#[component]
pub(crate) fn ConversionsTable(
    /// The conversions.
    conversions: Signal<Vec<ConversionRow>>,
) -> impl IntoView {
    let shows_transactions = shows_transactions();
    let caption = if shows_transactions { "Conversions" } else { "Conversions of your clicks" };
    let row = move |row| view! { <Row row=row shows_transactions=shows_transactions /> };
    view! {
        <DataTable columns=conversion_columns() caption=caption>
            {keyed(conversions, |row| row.id, row)}
        </DataTable>
    }
}

/// An affiliate sees no orders, and needs no column with the own name.
fn shows_transactions() -> bool {
    account().is_none_or(|account| account.role != Role::Affiliate)
}

/// What such a table shows.
pub(super) fn conversion_columns() -> Vec<Column> {
    let shows_transactions = shows_transactions();
    let mut columns = vec![Column::text("Time"), Column::text("Status"), Column::text("Offer")];
    if shows_transactions {
        columns.push(Column::text("Affiliate"));
    }
    columns.extend([Column::number("Amount"), Column::number("Commission")]);
    if shows_transactions {
        columns.push(Column::text("Transaction"));
    }
    columns.push(Column::text("Click"));
    columns
}

/// One conversion.
#[component]
fn Row(
    /// The conversion.
    row: ConversionRow,
    /// Whether transaction and affiliate are shown.
    shows_transactions: bool,
) -> impl IntoView {
    let home = account().map_or(Role::Affiliate, |account| account.role).home();
    let href = format!("{home}/conversions/{}", row.id);
    let amount = view! { <Money amount=row.amount.to_string() currency=row.currency.clone() /> };
    let commission = view! { <Money amount=row.commission.to_string() currency=row.currency /> };
    let affiliate = shows_transactions.then(|| {
        view! {
            <Cell label="Affiliate">
                <bdi>{row.affiliate_name}</bdi>
            </Cell>
        }
    });
    let transaction = row.transaction_id.unwrap_or_default();
    let transaction = shows_transactions.then(|| {
        view! {
            <Cell label="Transaction">
                <bdi class="mono small truncate" title=transaction.clone()>
                    {transaction.clone()}
                </bdi>
            </Cell>
        }
    });
    view! {
        <tr>
            <Cell label="Time">
                <a href=href>
                    <Moment at=row.at />
                </a>
            </Cell>
            <Cell label="Status">{conversion_badge(&row.status)}</Cell>
            <Cell label="Offer">
                <bdi>{row.offer_name}</bdi>
            </Cell>
            {affiliate}
            <Cell label="Amount" numeric=true>
                {amount}
            </Cell>
            <Cell label="Commission" numeric=true>
                {commission}
            </Cell>
            {transaction}
            <Cell label="Click">
                <CopyId id=row.click_id.to_string() what="the click id" />
            </Cell>
        </tr>
    }
}
