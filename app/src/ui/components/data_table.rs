//! Tables; on a phone each row becomes a card, by CSS alone.

use leptos::prelude::*;

use crate::context::hidden_columns;

/// The head of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What the column holds.
    pub label: String,
    /// Whether it holds numbers, which stand to the right.
    pub numeric: bool,
    /// What the column means, where its name doesn't say it.
    pub hint: Option<&'static str>,
    /// Where its meaning is explained.
    pub help: Option<String>,
    /// Where the table can be sorted by it.
    pub sort: Option<ColumnSort>,
}

/// How a table is sorted by a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSort {
    /// The page on which it is, or is the other way round.
    pub href: String,
    /// Where it is now, whether the largest comes first.
    pub is_descending: Option<bool>,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: false, hint: None, help: None, sort: None }
    }

    /// A column of numbers.
    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: true, hint: None, help: None, sort: None }
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
    /// A last row that stands for all.
    #[prop(optional_no_strip)]
    foot: Option<AnyView>,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let list = use_context::<ListName>().unwrap_or_default();
    let heads = columns.into_iter().filter(|column| list.shows(&column.label)).map(head).collect_view();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=caption>
            <table class="table">
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{children()}</tbody>
                {foot.map(|foot| view! { <tfoot>{foot}</tfoot> })}
            </table>
        </div>
    }
}

fn head(column: Column) -> impl IntoView {
    let Column { label, numeric, hint, help, sort } = column;
    let help = help.map(|href| {
        let name = format!("What {label} means");
        view! {
            <a class="table__help" href=href aria-label=name>
                "?"
            </a>
        }
    });
    let sorted = sort.as_ref().and_then(|sort| sort.is_descending);
    let sorted = sorted.map(|is_descending| if is_descending { "descending" } else { "ascending" });
    let label = match sort {
        Some(sort) => view! { <a href=sort.href>{label}</a> }.into_any(),
        None => label.into_any(),
    };
    view! {
        <th scope="col" class:num=numeric title=hint aria-sort=sorted>
            {label}
            {help}
        </th>
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
    let list = use_context::<ListName>().unwrap_or_default();
    list.shows(label).then(|| {
        view! {
            <td data-label=label class:num=numeric>
                {children()}
            </td>
        }
    })
}

/// The list whose table a page shows, under whose name its reader leaves columns out. Provided by the page, because the
/// rows of a table may be made before the table is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ListName(pub(crate) &'static str);

impl ListName {
    /// Whether its reader wants to see a column.
    fn shows(self, column: &str) -> bool {
        self.0.is_empty() || !hidden_columns().hides(self.0, column)
    }
}
