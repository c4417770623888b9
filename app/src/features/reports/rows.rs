//! From a number to the clicks or conversions that it counts.

use domain::{
    ConversionStatus, Words,
    report::{Condition, Dimension, Metric, ReportQuery, Selection, ZoneName},
};

/// The list that shows what a metric counts, and what of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows {
    list: &'static str,
    dimension: Dimension,
    keys: &'static [&'static str],
    is_excluded: bool,
}

/// Statuses that count toward earnings, and the one that may come to.
const HOPEFUL: [&str; 4] = {
    let [confirmed, approved, paid] = ConversionStatus::EARNING;
    [confirmed, approved, paid, ConversionStatus::PENDING]
};

/// The rows that a metric counts or adds up; nothing for what is worked out of several numbers.
pub(super) const fn rows_of(metric: Metric) -> Option<Rows> {
    const fn clicks(keys: &'static [&'static str]) -> Rows {
        Rows { list: "clicks", dimension: Dimension::ClickKind, keys, is_excluded: false }
    }
    const fn conversions(keys: &'static [&'static str]) -> Rows {
        Rows { list: "conversions", dimension: Dimension::Status, keys, is_excluded: false }
    }
    Some(match metric {
        Metric::Clicks => clicks(&[]),
        Metric::HumanClicks => clicks(&["human"]),
        Metric::Bots => clicks(&["bot"]),
        Metric::Prefetches => clicks(&["prefetch"]),
        Metric::Conversions | Metric::Amount | Metric::Commission => conversions(&[]),
        Metric::Approved | Metric::AmountApproved | Metric::Earnings => conversions(&ConversionStatus::EARNING),
        Metric::Pending | Metric::AmountPending | Metric::CommissionPending => {
            conversions(&[ConversionStatus::PENDING])
        }
        Metric::Rejected => Rows { is_excluded: true, ..conversions(&HOPEFUL) },
        Metric::UniqueVisitors
        | Metric::ConversionRate
        | Metric::TimeToConvert
        | Metric::EarningsPerClick
        | Metric::AverageOrderValue => return None,
    })
}

impl Rows {
    /// The list's page, beside the page of the report: the same days of the same zone, whatever the reader's own is by then.
    pub(super) fn href(self, report: &str, query: &ReportQuery, zone: &ZoneName, row: &[Condition]) -> String {
        let mut selection =
            Selection { period: Some(query.period()), zone: Some(zone.clone()), ..query.selection.clone() };
        selection.conditions.extend_from_slice(row);
        let keys: Vec<_> = self.keys.iter().map(|key| (*key).to_owned()).collect();
        let own = Condition { dimension: self.dimension, keys, is_excluded: self.is_excluded };
        selection.conditions.extend(Some(own).filter(|own| !own.keys.is_empty()));
        let base = report.strip_suffix("/reports").unwrap_or(report);
        format!("{base}/{}?{}", self.list, selection.words().into_iter().collect::<Words>().address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_to_what_it_counts() {
        let query = ReportQuery::from_address("by=offer&range=7d&f.country=DE&metrics=clicks&sort=-clicks");
        let row = [Condition { dimension: Dimension::Browser, keys: vec!["A, b".to_owned()], is_excluded: false }];
        let href = |metric| {
            rows_of(metric)
                .map(|rows| rows.href("/partner/reports", &query, &ZoneName::default(), &row))
                .unwrap_or_default()
        };
        assert_eq!(href(Metric::Bots), "/partner/clicks?range=7d&tz=UTC&f.country=DE&f.browser=A%252C+b&f.kind=bot");
        assert_eq!(
            href(Metric::Rejected),
            "/partner/conversions?range=7d&tz=UTC&f.country=DE&f.browser=A%252C+b&x.status=confirmed%2Capproved%2Cpaid%2Cpending"
        );
        assert_eq!(href(Metric::ConversionRate), "");
    }
}
