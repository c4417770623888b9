//! The chart above a report.

use domain::report::{Comparison, Dimension, Metric, Numbers, Report, ReportQuery, SeriesLine};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    report_page::report_href,
    values::{drawn_format, metric_value},
    words::metric_name,
};
use crate::ui::{
    components::{ChartLine, LineChart, LinkTabs},
    selection::key_name,
};

/// Metrics that are offered above the chart, besides the one it is sorted by.
const OFFERED: [Metric; 5] =
    [Metric::Clicks, Metric::Conversions, Metric::ConversionRate, Metric::Amount, Metric::Earnings];

/// The chart of a report, with a choice of what it shows.
#[component]
pub(super) fn ReportChart(
    /// What is asked.
    query: ReportQuery,
    /// What was counted.
    report: Report,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let tabs = OFFERED.into_iter().map(|offered| {
        let href = report_href(&path, &ReportQuery { chart: offered, ..query.clone() });
        (href, metric_name(offered).to_owned(), offered == query.chart)
    });
    view! {
        <section class="card stack" aria-label="Chart">
            <LinkTabs items=tabs.collect() label="Chart" />
            <MetricChart query=query report=report />
        </section>
    }
}

/// One metric in the course of the period.
#[component]
pub(super) fn MetricChart(
    /// What is asked.
    query: ReportQuery,
    /// What was counted.
    report: Report,
) -> impl IntoView {
    let metric = query.chart;
    let currency = report.currencies.first().cloned().filter(|_| metric.is_money());
    let unit = currency.as_ref().map_or_else(String::new, |currency| format!(", {currency}"));
    let value = |numbers: &Numbers| metric_value(metric, numbers, currency.as_ref());
    let line = |line: &SeriesLine| ChartLine {
        name: line_name(&query, line, metric),
        values: line.points.iter().map(value).collect(),
    };
    let lines = report.series.lines.iter().map(line).collect();
    let was_some = report.total_before.as_ref().is_some_and(|before| before.clicks() > 0 || before.conversions() > 0);
    // Where there was nothing, a line along the bottom says less than none.
    let before = was_some.then(|| {
        let mut values: Vec<_> = report.series.before.iter().map(value).collect();
        values.resize(report.series.keys.len(), None);
        let name = if query.comparison == Some(Comparison::Year) { "Previous year" } else { "Previous period" };
        ChartLine { name: name.to_owned(), values }
    });
    let by = bucket_of(report.series.keys.first().map_or("", String::as_str));
    let labels = report.series.keys.iter().map(|key| key_name(by, key)).collect();
    view! {
        <LineChart
            caption=format!("{}{unit}", metric_name(metric))
            labels=labels
            lines=lines
            before=before
            format=drawn_format(metric, currency)
        />
    }
}

fn line_name(query: &ReportQuery, line: &SeriesLine, metric: Metric) -> String {
    match (line.key.as_str(), line.name.as_str()) {
        ("", _) => metric_name(metric).to_owned(),
        (key, "") => key_name(query.by, key),
        (_, name) => name.to_owned(),
    }
}

/// What the parts of a chart are, by how the first is written.
fn bucket_of(key: &str) -> Dimension {
    match key.len() {
        7 => Dimension::Month,
        10 => Dimension::Day,
        _ => Dimension::Hour,
    }
}
