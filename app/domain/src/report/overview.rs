//! The numbers on a first screen: those of a report, and who brought most of them.

use serde::{Deserialize, Serialize};

use super::{Comparison, Dimension, Metric, Report, ReportQuery, ReportRow, Selection};

/// Rows of one dimension that a first screen shows.
pub const BEST_ROWS: usize = 5;

/// What happened in a period, for one partner, one affiliate, or the whole network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Totals, what they were before, and the chart; no rows.
    pub report: Report,
    /// Who or what brought the most, dimension by dimension.
    pub best: Vec<Best>,
    /// Whether there ever was a click, in this period or before.
    pub has_history: bool,
}

/// The rows of one dimension that come first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Best {
    /// By what they are told apart.
    pub dimension: Dimension,
    /// At most [`BEST_ROWS`], the first by [`Metric::ranking`] of the chart's metric; none without any of it.
    pub rows: Vec<ReportRow>,
}

impl ReportQuery {
    /// What a first screen asks, of what its address says: a period, a comparison (with the period before, unless another
    /// is wanted), and what its chart shows.
    #[must_use]
    pub fn of_overview(self) -> Self {
        let Self { selection, comparison, chart, .. } = self;
        Self {
            selection: Selection { conditions: Vec::new(), ..selection },
            comparison: Some(comparison.unwrap_or(Comparison::Previous)),
            chart,
            ..Self::default()
        }
    }
}

impl Metric {
    /// By what rows are put in order where this metric is looked at: by itself where it adds up. The best rate is that of a
    /// row with one click and one sale, and says nothing.
    #[must_use]
    pub const fn ranking(self) -> Self {
        match self {
            Self::ConversionRate | Self::TimeToConvert => Self::Conversions,
            Self::EarningsPerClick => Self::Earnings,
            Self::AverageOrderValue => Self::Amount,
            metric => metric,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Period;

    #[test]
    fn an_overview_asks_for_a_period_and_a_comparison_and_for_nothing_else() {
        let asked = |address: &str| ReportQuery::from_address(address).of_overview();
        let plain =
            asked("by=offer,country&f.country=DE&min.clicks=9&text=x&page=4&lines=a&open=b&metrics=clicks&sort=cr");
        assert_eq!(plain, ReportQuery { comparison: Some(Comparison::Previous), ..ReportQuery::default() });
        let year = asked("range=7d&tz=Asia/Kathmandu&compare=year&chart=earnings&basis=click");
        assert_eq!(
            (year.period(), year.comparison, year.chart),
            (Period::SevenDays, Some(Comparison::Year), Metric::Earnings)
        );
        assert_eq!(year.address(), "by=day&range=7d&tz=Asia%2FKathmandu&basis=click&compare=year&chart=earnings");
    }

    #[test]
    fn rows_are_ranked_by_what_adds_up() {
        for metric in Metric::ALL {
            assert_eq!(metric.ranking().ranking(), metric.ranking(), "{metric:?}");
        }
        assert_eq!(Metric::ConversionRate.ranking(), Metric::Conversions);
        assert_eq!(Metric::EarningsPerClick.ranking(), Metric::Earnings);
        assert_eq!(Metric::AmountPending.ranking(), Metric::AmountPending);
    }
}
