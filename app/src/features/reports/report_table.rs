//! The rows of a report, and their total.

use domain::report::{
    Condition, Dimension, Metric, Numbers, Period, Report, ReportQuery, ReportRow, Selection, Sort, SortKey,
};
use leptos::prelude::*;

use super::{
    glossary::glossary_href,
    report_page::report_href,
    rows::rows_of,
    values::{change, dash, drawn, metric_text},
    words::{metric_meaning, metric_name, row_name},
};
use crate::ui::{
    components::{Cell, Change, Column, ColumnSort, DataTable, EmptyState},
    selection::dimension_name,
};

/// What every row needs to know of its table.
struct Table {
    path: String,
    query: ReportQuery,
    report: Report,
    metrics: Vec<Metric>,
    /// The largest value of what the rows are sorted by, for their bars.
    largest: i64,
}

/// The table.
#[component]
pub(super) fn ReportTable(
    /// The report's own path.
    path: String,
    /// What is asked.
    query: ReportQuery,
    /// What was counted.
    report: Report,
) -> impl IntoView {
    if report.rows.is_empty() {
        return nothing(&path, &query).into_any();
    }
    let metrics = query.columns();
    let mut table = Table { path, metrics, largest: 0, query, report };
    table.largest = table.report.rows.iter().map(|row| table.measure(&row.numbers)).max().unwrap_or(0).max(1);
    let columns = table.columns();
    let rows: Vec<_> = table.report.rows.iter().flat_map(|row| table.rows(row)).collect();
    let foot = table.total();
    view! {
        <DataTable columns=columns caption="Report" foot=Some(foot)>
            {rows}
        </DataTable>
    }
    .into_any()
}

/// Why there are no rows.
pub(super) fn nothing(path: &str, query: &ReportQuery) -> impl IntoView + use<> {
    let is_narrowed =
        !query.selection.conditions.is_empty() || !query.least.is_empty() || !query.text.normalised().is_empty();
    if is_narrowed {
        let all = ReportQuery {
            selection: Selection { conditions: Vec::new(), ..query.selection.clone() },
            least: Vec::new(),
            text: domain::SearchText::default(),
            ..query.clone()
        };
        return view! {
            <EmptyState title="No matches" action_href=report_href(path, &all) action_label="Clear filters">
                <p>"No clicks or conversions of this period match the filters."</p>
            </EmptyState>
        }
        .into_any();
    }
    let selection = Selection { period: Some(Period::All), ..query.selection.clone() };
    let wider = ReportQuery { selection, ..query.clone() };
    view! {
        <EmptyState
            title="No activity in this period"
            action_href=report_href(path, &wider)
            action_label="View all time"
        >
            <p>"There were no clicks or conversions in this period."</p>
        </EmptyState>
    }
    .into_any()
}

impl Table {
    fn href(&self, query: &ReportQuery) -> String {
        report_href(&self.path, query)
    }

    fn columns(&self) -> Vec<Column> {
        let sort = |key: SortKey| {
            let now = self.query.order();
            let is_descending = (now.key == key).then_some(now.is_descending);
            // What there is most of is looked for first, names from A on.
            let next = is_descending.map_or(key != SortKey::Dimension, |is_descending| !is_descending);
            let query = ReportQuery { sort: Some(Sort { key, is_descending: next }), page: 0, ..self.query.clone() };
            Some(ColumnSort { href: self.href(&query), is_descending })
        };
        let mut first = Column::text(dimension_name(self.query.by));
        first.sort = sort(SortKey::Dimension);
        let metrics = self.metrics.iter().map(|metric| Column {
            hint: Some(metric_meaning(*metric)),
            help: Some(glossary_href(*metric)),
            sort: sort(SortKey::Metric(*metric)),
            ..Column::number(metric_name(*metric))
        });
        std::iter::once(first).chain(metrics).collect()
    }

    /// A row, and those within it where it is open.
    fn rows(&self, row: &ReportRow) -> Vec<AnyView> {
        let inner = row.within.iter().map(|inner| self.inner_row(row, inner));
        std::iter::once(self.row(row)).chain(inner).collect()
    }

    fn row(&self, row: &ReportRow) -> AnyView {
        let name = row_name(self.query.by, row);
        let width = self.measure(&row.numbers).max(0) * 1_000 / self.largest;
        let numbers = self.numbers(&row.numbers, row.before.as_ref(), &[condition(self.query.by, &row.key)]);
        // In the night when an hour comes twice, the offset tells which it is.
        let title = if self.query.by == Dimension::Hour { row.key.clone() } else { name.clone() };
        let (open, only, line) = (self.open_link(row), self.only(row), self.line_link(row));
        view! {
            <tr>
                <Cell label="">
                    <div class="report-row">
                        {open} <a href=only title=title>
                            <bdi>{name}</bdi>
                        </a> {line}
                        <svg class="report-row__bar" viewBox="0 0 1000 3" preserveAspectRatio="none" aria-hidden="true">
                            <rect width=width height="3"></rect>
                        </svg>
                    </div>
                </Cell>
                {numbers}
            </tr>
        }
        .into_any()
    }

    fn inner_row(&self, outer: &ReportRow, row: &ReportRow) -> AnyView {
        let within = self.query.within.unwrap_or(self.query.by);
        let name = row_name(within, row);
        let mut query = self.narrowed(self.query.by, &outer.key);
        query.selection.conditions.push(condition(within, &row.key));
        query.within = None;
        query.by = Dimension::Day;
        let both = [condition(self.query.by, &outer.key), condition(within, &row.key)];
        let (href, numbers) = (self.href(&query), self.numbers(&row.numbers, None, &both));
        view! {
            <tr class="report-inner">
                <Cell label="">
                    <a href=href title="Only this">
                        <bdi>{name}</bdi>
                    </a>
                </Cell>
                {numbers}
            </tr>
        }
        .into_any()
    }

    /// All rows together, also those on other pages and those that a search leaves out.
    fn total(&self) -> AnyView {
        let numbers = self.numbers(&self.report.total, self.report.total_before.as_ref(), &[]);
        let rows = self.report.row_count;
        let label = if rows == 1 { "Total of 1 row".to_owned() } else { format!("Total of {rows} rows") };
        view! {
            <tr>
                <Cell label="">{label}</Cell>
                {numbers}
            </tr>
        }
        .into_any()
    }

    /// The numbers of a row that is told from others by these conditions. What they count, they lead to.
    fn numbers(&self, numbers: &Numbers, before: Option<&Numbers>, row: &[Condition]) -> Vec<AnyView> {
        let currency = self.report.currencies.first();
        let cells = self.metrics.iter().map(|metric| {
            let is_known = self.report.has_clicks || !metric.is_of_clicks();
            let text = if is_known { metric_text(*metric, numbers, &self.report.currencies) } else { dash() };
            let change = before.filter(|_| is_known).and_then(|before| {
                let of = |numbers| metric.of(numbers, currency.filter(|_| metric.is_money()));
                change(of(numbers), of(before))
            });
            let change = change.map(|change| view! { <Change text=change /> });
            let of = |currency| metric.of(numbers, currency).is_some_and(|value| drawn(value) != 0);
            let is_some = if metric.is_money() {
                self.report.currencies.iter().any(|currency| of(Some(currency)))
            } else {
                is_known && of(None)
            };
            let value = match rows_of(*metric).filter(|_| is_some) {
                Some(rows) => {
                    let href = rows.href(&self.path, &self.query, &self.report.zone, row);
                    view! {
                        <a class="report-value" href=href>
                            {text}
                        </a>
                    }
                    .into_any()
                }
                None => view! { <span class="report-value">{text}</span> }.into_any(),
            };
            view! {
                <Cell label=metric_name(*metric) numeric=true>
                    {value}
                    {change}
                </Cell>
            }
            .into_any()
        });
        cells.collect()
    }

    /// What the bars show: what the rows are sorted by, or clicks.
    fn measure(&self, numbers: &Numbers) -> i64 {
        let metric = match self.query.order().key {
            SortKey::Metric(metric) => metric,
            SortKey::Dimension => self.query.chart,
        };
        let currency = self.report.currencies.first().filter(|_| metric.is_money());
        // So that the bars' thousandths of it fit.
        metric.of(numbers, currency).map_or(0, drawn).min(i64::MAX / 1_000)
    }

    /// The same report of one row alone.
    fn narrowed(&self, dimension: Dimension, key: &str) -> ReportQuery {
        let mut query = ReportQuery { page: 0, open: Vec::new(), lines: Vec::new(), sort: None, ..self.query.clone() };
        query.selection.conditions.retain(|one| one.dimension != dimension);
        query.selection.conditions.push(condition(dimension, key));
        query.text = domain::SearchText::default();
        query
    }

    fn only(&self, row: &ReportRow) -> String {
        let mut query = self.narrowed(self.query.by, &row.key);
        query.by = match (self.query.within, self.query.by) {
            (Some(within), _) => within,
            (None, by) if by.is_time() => Dimension::Offer,
            (None, _) => Dimension::Day,
        };
        query.within = None;
        self.href(&query)
    }

    /// Opens or closes a row.
    fn open_link(&self, row: &ReportRow) -> Option<AnyView> {
        self.query.within.filter(|_| !row.key.is_empty())?;
        let is_open = self.query.open.contains(&row.key);
        let href = self.href(&ReportQuery { open: toggled(&self.query.open, &row.key), ..self.query.clone() });
        let (sign, label) = if is_open { ("−", "Close") } else { ("+", "Open") };
        let label = format!("{label} {}", row_name(self.query.by, row));
        let link = view! {
            <a class="report-row__open" href=href aria-label=label>
                {sign}
            </a>
        };
        Some(link.into_any())
    }

    /// Gives a row a line in the chart, or takes it away.
    fn line_link(&self, row: &ReportRow) -> Option<AnyView> {
        let is_shown = self.query.lines.contains(&row.key);
        if row.key.is_empty() || self.query.by.is_time() || (!is_shown && self.query.lines.len() >= 5) {
            return None;
        }
        let href = self.href(&ReportQuery { lines: toggled(&self.query.lines, &row.key), ..self.query.clone() });
        let words = if is_shown { "Take out of the chart" } else { "Show in the chart" };
        let label = format!("{words}: {}", row_name(self.query.by, row));
        let link = view! {
            <a class="report-row__line" class:report-row__line--on=is_shown href=href aria-label=label title=words></a>
        };
        Some(link.into_any())
    }
}

/// That something is of one row.
fn condition(dimension: Dimension, key: &str) -> Condition {
    Condition { dimension, keys: vec![key.to_owned()], is_excluded: false }
}

/// With a key, or without it.
fn toggled(keys: &[String], key: &str) -> Vec<String> {
    let mut keys = keys.to_vec();
    let before = keys.len();
    keys.retain(|one| one != key);
    if keys.len() == before {
        keys.push(key.to_owned());
    }
    keys
}
