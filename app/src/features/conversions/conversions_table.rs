//! Conversions in a table.

use domain::{ConversionRow, ListQuery, Page};
use leptos::prelude::*;

use super::conversion_badge;
use crate::ui::{
    EmptyList, choices,
    components::{Cell, Column, CopyId, DataTable, Moment, Money},
    listing::ListPager,
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
        ("amount", "Largest amount first"),
        ("commission", "Largest commission first"),
    ])
}

/// One page of conversions, or why there are none.
#[component]
pub(crate) fn ConversionsTable(
    /// The page.
    page: Page<ConversionRow>,
    /// What the address asks.
    list: ListQuery,
    /// Whether the reader is a partner or an admin, who see transactions and affiliates.
    shows_transactions: bool,
    /// What the table shows.
    caption: &'static str,
) -> impl IntoView {
    let Page { rows, previous, next } = page;
    if rows.is_empty() {
        return view! {
            <EmptyList
                list=list
                title="No conversions yet"
                why="A conversion appears here within a second of the postback that reports it. Nothing has been reported so far."
                href="/docs/tracking"
                label="How postbacks work"
            />
        }
        .into_any();
    }
    let rows = rows.into_iter().map(|row| view! { <Row row=row shows_transactions=shows_transactions /> });
    let rows = rows.collect_view();
    view! {
        <DataTable columns=columns(shows_transactions) caption=caption>
            {rows}
        </DataTable>
        <ListPager list=list previous=previous next=next />
    }
    .into_any()
}

fn columns(shows_transactions: bool) -> Vec<Column> {
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
    let amount = view! { <Money amount=row.amount.to_string() currency=row.currency.clone() /> };
    let commission = view! { <Money amount=row.commission.to_string() currency=row.currency /> };
    let affiliate = shows_transactions.then(|| {
        view! { <Cell label="Affiliate"><bdi>{row.affiliate_name}</bdi></Cell> }
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
                <Moment at=row.at />
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
