//! What the numbers mean: one page that every column's head leads to.

use domain::report::Metric;
use leptos::prelude::*;

use super::words::{metric_meaning, metric_name};
use crate::ui::components::{Cell, Column, DataTable, PageTitle};

/// Where a metric is explained.
pub(super) fn glossary_href(metric: Metric) -> String {
    format!("/docs/numbers#{}", metric.as_str())
}

/// How a metric is worked out, where its meaning alone doesn't say it.
const fn metric_formula(metric: Metric) -> Option<&'static str> {
    match metric {
        Metric::Clicks => Some("Human clicks + bots + prefetches. One request to a tracking link is one click."),
        Metric::UniqueVisitors => Some(
            "It belongs to the click, so days and links add up. It is known at most a minute after the click. Visitors are told apart by a keyed hash of address and browser; the key is thrown away after two days.",
        ),
        Metric::Conversions => Some("Approved + pending + rejected."),
        Metric::ConversionRate => Some("(Approved + pending) ÷ human clicks."),
        Metric::EarningsPerClick => Some(
            "Earnings ÷ human clicks of the offers that ever had a conversion in that currency. Two currencies never share a divisor.",
        ),
        Metric::AverageOrderValue => Some("Amount ÷ conversions, separately for each currency."),
        _ => None,
    }
}

/// The page.
#[component]
pub(crate) fn Glossary() -> impl IntoView {
    let rows = Metric::ALL.into_iter().map(|metric| {
        let formula = metric_formula(metric).map(|formula| view! { <span class="muted small">{formula}</span> });
        view! {
            <tr id=metric.as_str()>
                <Cell label="">
                    <strong>{metric_name(metric)}</strong>
                </Cell>
                <Cell label="Meaning">
                    <p>{metric_meaning(metric)} "."</p>
                    {formula}
                </Cell>
                <Cell label="In files">
                    <code>{in_files(metric)}</code>
                </Cell>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <PageTitle text="What the numbers mean" />
        <article class="prose">
            <h1>"What the numbers mean"</h1>
            <p>
                "Each number has one meaning, and is the same on every page, in every file and for everybody who may see it."
            </p>
            <DataTable columns=["Number", "Meaning", "In files"].map(Column::text).to_vec() caption="Numbers">
                {rows}
            </DataTable>
            <h2 id="time">"Days and time zones"</h2>
            <p>
                "A report's days are those of the time zone that stands beside its range: your browser's, unless the address says another ("
                <code>"tz=Europe/Berlin"</code>
                "). A day on which clocks change has 23 or 25 hours. A click belongs to the moment it was made, a conversion to the moment it was recorded, or, by time of click, to the moment of its click."
            </p>
            <h2 id="currencies">"Currencies"</h2>
            <p>
                "Amounts are never converted, and never added across currencies: each currency has its own line, and its own columns in files."
            </p>
            <h2 id="nothing">"0 and —"</h2>
            <p>
                "0 means that there was none. A dash means that there is nothing to say, as for a rate without clicks. A rate in a total row is worked out from the totals; rates are never averaged."
            </p>
            <h2 id="fresh">"How fresh they are"</h2>
            <p>
                "A click or conversion is in every list and report within a second of being recorded. Every number that counts clicks or conversions leads to exactly those that it counts."
            </p>
        </article>
    }
}

/// The name of its column in files.
fn in_files(metric: Metric) -> String {
    if metric.is_money() { format!("{}_USD", metric.as_str()) } else { metric.as_str().to_owned() }
}
