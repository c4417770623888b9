//! What is asked of a report. All of it stands in the address, so that a report can be linked, kept and opened again.

use serde::{Deserialize, Serialize};

use super::{Dimension, Metric, Period, Selection};
use crate::SearchText;

/// At which time a conversion is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// When it was recorded: what was sold in the period.
    #[default]
    Conversion,
    /// When its click was made: what the period's clicks have led to.
    Click,
}

/// What a report is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// As many days directly before.
    Previous,
    /// The same days a year before.
    Year,
}

/// A condition on the rows that are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Of which dimension.
    pub dimension: Dimension,
    /// What is wanted of it, or not: any of these. Empty stands for what is not known.
    pub keys: Vec<String>,
    /// Whether rows that have one of these are left out, instead of all others.
    pub is_excluded: bool,
}

/// By what the rows of a report are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// What they are told apart by: times as they go by, all else by name.
    Dimension,
    /// A number; money in the currency that has most conversions.
    Metric(Metric),
}

/// An order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// Whether the largest comes first.
    pub is_descending: bool,
}

/// All that is asked of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportQuery {
    /// What its rows are told apart by.
    pub by: Dimension,
    /// What is told apart within each row.
    pub within: Option<Dimension>,
    /// Which clicks and conversions are counted.
    pub selection: Selection,
    /// Its columns; empty for the usual ones.
    pub metrics: Vec<Metric>,
    /// Rows with less than this are not shown.
    pub least: Vec<(Metric, i64)>,
    /// In which order; where none is given, times as they go by, and all else by what there is most of.
    pub sort: Option<Sort>,
    /// What it is held against.
    pub comparison: Option<Comparison>,
    /// What the names of its rows have in them.
    pub text: SearchText,
    /// Which page of its rows, from 0 on.
    pub page: u32,
    /// The keys of rows that are open: what is told apart within them is shown.
    pub open: Vec<String>,
    /// What the chart shows.
    pub chart: Metric,
    /// The keys of the rows that have a line of their own in the chart.
    pub lines: Vec<String>,
}

impl Default for ReportQuery {
    fn default() -> Self {
        Self {
            by: Dimension::Day,
            within: None,
            selection: Selection::default(),
            metrics: Vec::new(),
            least: Vec::new(),
            sort: None,
            comparison: None,
            text: SearchText::default(),
            page: 0,
            open: Vec::new(),
            chart: Metric::Clicks,
            lines: Vec::new(),
        }
    }
}

impl ReportQuery {
    /// The usual columns.
    pub(super) const USUAL: [Metric; 8] = [
        Metric::Clicks,
        Metric::HumanClicks,
        Metric::UniqueVisitors,
        Metric::Conversions,
        Metric::ConversionRate,
        Metric::Amount,
        Metric::Earnings,
        Metric::EarningsPerClick,
    ];

    /// Which days it is about.
    pub fn period(&self) -> Period {
        self.selection.period.unwrap_or_default()
    }

    /// Its columns.
    pub fn columns(&self) -> Vec<Metric> {
        if self.metrics.is_empty() { Self::USUAL.to_vec() } else { self.metrics.clone() }
    }

    /// Whether clicks are counted for it: of their status or currency there is nothing to say.
    pub fn has_clicks(&self) -> bool {
        let dimensions = std::iter::once(self.by).chain(self.within);
        let conditions = self.selection.conditions.iter().map(|condition| condition.dimension);
        !dimensions.chain(conditions).any(Dimension::is_of_conversions)
    }

    /// Whether a metric is told, or what is told depends on it.
    pub fn asks_for(&self, metric: Metric) -> bool {
        self.columns().contains(&metric)
            || self.chart == metric
            || self.order().key == SortKey::Metric(metric)
            || self.least.iter().any(|(least, _)| *least == metric)
    }

    /// The order of its rows.
    pub fn order(&self) -> Sort {
        let usual = if self.by.is_time() {
            Sort { key: SortKey::Dimension, is_descending: false }
        } else {
            // Of their statuses and currencies clicks aren't told apart.
            let most = if self.by.is_of_conversions() { Metric::Conversions } else { Metric::Clicks };
            Sort { key: SortKey::Metric(most), is_descending: true }
        };
        self.sort.unwrap_or(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_that_were_chosen_or_the_usual_ones() {
        assert_eq!(ReportQuery::default().columns(), ReportQuery::USUAL);
        let chosen = ReportQuery { metrics: vec![Metric::Bots], ..ReportQuery::default() };
        assert_eq!(chosen.columns(), [Metric::Bots]);
    }

    #[test]
    fn clicks_are_not_counted_where_anything_is_of_conversions_alone() {
        for (address, has_clicks) in [
            ("by=offer&within=device&f.country=DE", true),
            ("by=status", false),
            ("by=offer&within=currency", false),
            ("by=offer&f.status=paid", false),
            ("by=offer&x.currency=EUR", false),
        ] {
            assert_eq!(ReportQuery::from_address(address).has_clicks(), has_clicks, "{address}");
        }
    }
}
