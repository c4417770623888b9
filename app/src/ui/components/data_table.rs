//! Tables; on a phone each row becomes a card, by CSS alone.

use leptos::prelude::*;

/// The head of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What the column holds.
    pub label: String,
    /// Whether it holds numbers, which stand to the right.
    pub numeric: bool,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: false }
    }

    /// A column of numbers.
    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: true }
    }
}

/// A table whose rows are the children: `<tr>` with one [`Cell`] for each column.
#[component]
pub fn DataTable(
    /// The columns, in order.
    columns: Vec<Column>,
    /// What the table shows, for those who don't see what stands around it.
    #[prop(into)]
    caption: String,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let heads = columns
        .into_iter()
        .map(|column| {
            view! {
                <th scope="col" class:num=column.numeric>
                    {column.label}
                </th>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=caption>
            <table class="table">
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// One cell of a [`DataTable`].
#[component]
pub fn Cell(
    /// Its column's label, which stands beside the value on a phone; empty for a cell that explains itself.
    label: &'static str,
    /// Whether it holds a number.
    #[prop(optional)]
    numeric: bool,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <td data-label=label class:num=numeric>
            {children()}
        </td>
    }
}
