//! Who and what brought the most.

use domain::report::{Best, Condition, Dimension, Metric, Report, ReportQuery, ReportRow, Sort, SortKey};
use leptos::prelude::*;

use super::{
    super::{
        values::{metric_text, metric_value},
        words::{metric_name, row_name, top_name},
    },
    report_of,
};
use crate::ui::components::{BarItem, BarList};

/// A list for each dimension, with bars; each leads to its report.
#[component]
pub(super) fn BestLists(
    /// What was asked.
    query: ReportQuery,
    /// The rows.
    best: Vec<Best>,
    /// The numbers of the whole.
    report: Report,
) -> impl IntoView {
    let metric = query.chart.ranking();
    let lists = best.into_iter().filter(|best| !best.rows.is_empty()).map(|best| {
        let Best { dimension, rows } = best;
        let sort = Some(Sort { key: SortKey::Metric(metric), is_descending: true });
        let all = ReportQuery { by: dimension, sort, chart: metric, ..ReportQuery::default() };
        let items = rows.into_iter().map(|row| item(&query, dimension, row, metric, &report)).collect();
        let id = format!("top-{}", dimension.as_str());
        let labelled_by = id.clone();
        view! {
            <section class="card stack" aria-labelledby=labelled_by>
                <div class="cluster cluster--apart">
                    <h2 id=id>{top_name(dimension)}</h2>
                    <a href=report_of(&query, &all)>{format!("By {}", metric_name(metric).to_lowercase())}</a>
                </div>
                <BarList items=items />
            </section>
        }
    });
    let lists = lists.collect_view();
    view! { <div class="grid-lists">{lists}</div> }
}

fn item(asked: &ReportQuery, dimension: Dimension, row: ReportRow, metric: Metric, report: &Report) -> BarItem {
    let condition = Condition { dimension, keys: vec![row.key.clone()], is_excluded: false };
    let mut only = ReportQuery { chart: metric, ..ReportQuery::default() };
    only.selection.conditions.push(condition);
    BarItem {
        label: row_name(dimension, &row),
        href: report_of(asked, &only),
        measure: metric_value(metric, &row.numbers, report.currencies.first()).unwrap_or(0),
        shown: metric_text(metric, &row.numbers, &report.currencies),
    }
}
