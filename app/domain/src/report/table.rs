//! What a report answers: rows, their total, and lines of a chart.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{CivilDay, Metric, Numbers, ReportQuery, SortKey, ZoneName};
use crate::Currency;

/// Rows of a page; an export has all of them.
pub const ROWS_OF_A_REPORT: u32 = 50;

/// A row of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// What it stands for, as addresses and exports write it: an id, a word, a part of the period; empty where it isn't
    /// known.
    pub key: String,
    /// What that is called, where it has a name: an offer, a person, a link.
    #[serde(default)]
    pub name: String,
    /// What was counted.
    pub numbers: Numbers,
    /// What was counted in the period that it is held against.
    #[serde(default)]
    pub before: Option<Numbers>,
    /// Its own rows, by the second dimension, where it is open.
    #[serde(default)]
    pub within: Vec<ReportRow>,
}

/// A line of a chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesLine {
    /// The key of the row that it is of; empty for all rows together.
    pub key: String,
    /// What that is called.
    pub name: String,
    /// For each part of the period what was counted.
    pub points: Vec<Numbers>,
}

/// What happened in the course of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Its parts: hours, days, weeks or months.
    pub keys: Vec<String>,
    /// What was counted in them.
    pub lines: Vec<SeriesLine>,
    /// The same of the period that it is held against, part by part, of all rows together.
    pub before: Vec<Numbers>,
}

/// A report, as far as one page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// In which zone its days are.
    pub zone: ZoneName,
    /// Its first and its last day.
    pub days: (CivilDay, CivilDay),
    /// Those that it is held against.
    pub days_before: Option<(CivilDay, CivilDay)>,
    /// Whether clicks were counted: of their status or currency there is nothing to say.
    pub has_clicks: bool,
    /// The currencies that occur, the one with most conversions first.
    pub currencies: Vec<Currency>,
    /// How many rows there are on all pages together.
    pub row_count: u32,
    /// Which page it is, from 0 on.
    pub page: u32,
    /// The rows of the page.
    pub rows: Vec<ReportRow>,
    /// All rows together, also those that a search leaves out.
    pub total: Numbers,
    /// What they were before.
    pub total_before: Option<Numbers>,
    /// The chart.
    pub series: Series,
    /// What the keys of conditions are called, where they have names.
    pub condition_names: Vec<(String, String)>,
}

impl Report {
    /// Of a report with all rows one page of them, counted from 0; beyond the end the last.
    #[must_use]
    pub fn into_page(mut self, page: u32) -> Self {
        self.page = page.min(self.row_count.div_ceil(ROWS_OF_A_REPORT).saturating_sub(1));
        let skip = self.page * ROWS_OF_A_REPORT;
        self.rows = self.rows.into_iter().skip(skip as usize).take(ROWS_OF_A_REPORT as usize).collect();
        self
    }
}

/// Leaves out rows that are too small or whose name has not the wanted text in it, and sorts the others.
pub fn arrange(mut rows: Vec<ReportRow>, query: &ReportQuery, currency: Option<&Currency>) -> Vec<ReportRow> {
    let text = query.text.normalised().to_lowercase();
    rows.retain(|row| {
        let is_found = text.is_empty() || [&row.key, &row.name].iter().any(|name| name.to_lowercase().contains(&text));
        let told = query.least.iter().filter(|(metric, _)| query.has_clicks() || !metric.is_of_clicks());
        is_found && told.into_iter().all(|(metric, least)| metric.is_at_least(&row.numbers, currency, *least))
    });
    let sort = query.order();
    rows.sort_by(|one, other| {
        let by_name = || by_name(one, other);
        let order = match sort.key {
            // Parts of a period come in the order of time, as they are.
            SortKey::Dimension if query.by.is_time() => Ordering::Equal,
            SortKey::Dimension => by_name(),
            SortKey::Metric(metric) => metric.of(&one.numbers, currency).cmp(&metric.of(&other.numbers, currency)),
        };
        if sort.is_descending { order.reverse() } else { order }.then_with(by_key(query, one, other))
    });
    if sort.key == SortKey::Dimension && query.by.is_time() && sort.is_descending {
        rows.reverse();
    }
    rows
}

fn by_name(one: &ReportRow, other: &ReportRow) -> Ordering {
    let name = |row: &ReportRow| if row.name.is_empty() { row.key.to_lowercase() } else { row.name.to_lowercase() };
    name(one).cmp(&name(other))
}

/// Rows with the same number keep one order, whatever the page: times theirs, all others that of their names.
fn by_key<'r>(query: &ReportQuery, one: &'r ReportRow, other: &'r ReportRow) -> impl FnOnce() -> Ordering + use<'r> {
    let is_time = query.by.is_time();
    move || if is_time { Ordering::Equal } else { by_name(one, other).then_with(|| one.key.cmp(&other.key)) }
}

impl Metric {
    /// Whether it comes to so much: money in whole units, a rate in per cent.
    fn is_at_least(self, numbers: &Numbers, currency: Option<&Currency>, least: i64) -> bool {
        use super::Value;
        use crate::Total;
        match self.of(numbers, currency) {
            None => false,
            Some(Value::Count(count)) => count >= least,
            Some(Value::PerMille(rate)) => rate >= least.saturating_mul(10),
            Some(Value::Millis(millis)) => millis >= least.saturating_mul(1_000),
            Some(Value::Money(total)) => total >= Total::from_units_and_micros(least, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        Total,
        report::{Dimension, Money, Sort},
    };

    fn row(key: &str, name: &str, clicks: i64) -> ReportRow {
        let numbers = Numbers { human_clicks: clicks, ..Numbers::default() };
        ReportRow { key: key.to_owned(), name: name.to_owned(), numbers, ..ReportRow::default() }
    }

    fn keys(rows: &[ReportRow]) -> Vec<&str> {
        rows.iter().map(|row| row.key.as_str()).collect()
    }

    fn asked(address: &str) -> ReportQuery {
        ReportQuery::from_address(address)
    }

    #[test]
    fn most_comes_first_and_equals_keep_one_order() {
        let rows = vec![row("a", "Zebra", 1), row("b", "apple", 1), row("c", "Shoes", 9)];
        let of = |address: &str| {
            arrange(rows.clone(), &asked(address), None).iter().map(|row| row.key.clone()).collect::<String>()
        };
        assert_eq!(of("by=offer"), "cba");
        assert_eq!(of("by=offer&sort=clicks"), "bac");
        assert_eq!(of("by=offer&sort=name"), "bca");
        assert_eq!(of("by=offer&sort=-name"), "acb");
    }

    #[test]
    fn times_are_in_their_own_order() {
        let rows = vec![row("monday", "", 1), row("tuesday", "", 5), row("wednesday", "", 1)];
        let query = ReportQuery { by: Dimension::Weekday, ..ReportQuery::default() };
        assert_eq!(keys(&arrange(rows.clone(), &query, None)), ["monday", "tuesday", "wednesday"]);
        let sort = Some(Sort { key: SortKey::Dimension, is_descending: true });
        let query = ReportQuery { sort, ..query };
        assert_eq!(keys(&arrange(rows.clone(), &query, None)), ["wednesday", "tuesday", "monday"]);
        let sort = Some(Sort { key: SortKey::Metric(Metric::Clicks), is_descending: true });
        let query = ReportQuery { sort, ..query };
        assert_eq!(keys(&arrange(rows, &query, None)), ["tuesday", "monday", "wednesday"]);
    }

    #[test]
    fn a_search_and_a_least_number_leave_rows_out() {
        let rows = vec![row("off_1", "Coffee", 3), row("off_2", "Tea", 9), row("off_3", "Iced coffee", 8)];
        let query = asked("by=offer&text=COFFEE&min.clicks=4");
        assert_eq!(keys(&arrange(rows, &query, None)), ["off_3"]);
    }

    fn report(rows: u32) -> Report {
        let day = CivilDay::parse("2026-11-30").unwrap();
        Report {
            zone: ZoneName::default(),
            days: (day, day),
            days_before: None,
            has_clicks: true,
            currencies: Vec::new(),
            row_count: rows,
            page: 0,
            rows: (0..rows).map(|number| row(&number.to_string(), "", 0)).collect(),
            total: Numbers::default(),
            total_before: None,
            series: Series::default(),
            condition_names: Vec::new(),
        }
    }

    #[test]
    fn a_page_has_fifty_rows_and_beyond_the_end_is_the_last() {
        let paged = |rows: u32, page: u32| {
            let report = report(rows).into_page(page);
            let keys = keys(&report.rows);
            (report.page, keys.len(), keys.first().copied().unwrap_or_default().to_owned())
        };
        assert_eq!(paged(120, 0), (0, 50, "0".to_owned()));
        assert_eq!(paged(120, 1), (1, 50, "50".to_owned()));
        assert_eq!(paged(120, 2), (2, 20, "100".to_owned()));
        assert_eq!(paged(120, 9), (2, 20, "100".to_owned()));
        assert_eq!(paged(100, 2), (1, 50, "50".to_owned()));
        assert_eq!(paged(0, 1), (0, 0, String::new()));
    }

    #[test]
    fn rows_of_conversions_alone_are_not_held_to_a_number_of_clicks() {
        let of = |key: &str, approved: i64| ReportRow {
            key: key.to_owned(),
            numbers: Numbers { approved, ..Numbers::default() },
            ..ReportRow::default()
        };
        let rows = vec![of("confirmed", 3), of("paid", 1)];
        let query = asked("by=status&min.clicks=4&min.conversions=2");
        assert_eq!(keys(&arrange(rows, &query, None)), ["confirmed"]);
    }

    #[test]
    fn a_least_number_is_of_per_cents_seconds_and_whole_units() {
        let euro = Currency::parse("EUR").unwrap();
        let money = Money { earnings: Total::from_units_and_micros(5, 0), ..Money::default() };
        let numbers = Numbers {
            human_clicks: 100,
            approved: 10,
            time_to_convert: Some(5_000),
            money: BTreeMap::from([(euro.clone(), money)]),
            ..Numbers::default()
        };
        for (metric, most) in
            [(Metric::Conversions, 10), (Metric::ConversionRate, 10), (Metric::TimeToConvert, 5), (Metric::Earnings, 5)]
        {
            let comes_to = |least: i64| metric.is_at_least(&numbers, Some(&euro), least);
            assert_eq!([most - 1, most, most + 1].map(comes_to), [true, true, false], "{metric:?}");
        }
        assert!(!Metric::Earnings.is_at_least(&numbers, None, 0), "of no currency there is nothing to say");
    }
}
