//! What metrics and rows are called.

use domain::{
    Role,
    report::{CivilDay, Dimension, Metric, Report, ReportRow},
};

use crate::ui::selection::{day_name, dimension_name, key_name};

/// The head of a metric's column.
pub(super) const fn metric_name(metric: Metric) -> &'static str {
    match metric {
        Metric::Clicks => "Clicks",
        Metric::HumanClicks => "Human clicks",
        Metric::Bots => "Bots",
        Metric::Prefetches => "Prefetches",
        Metric::UniqueVisitors => "Unique visitors",
        Metric::Conversions => "Conversions",
        Metric::Approved => "Approved",
        Metric::Pending => "Pending",
        Metric::Rejected => "Rejected",
        Metric::ConversionRate => "CR",
        Metric::TimeToConvert => "Time to convert",
        Metric::Amount => "Amount",
        Metric::AmountApproved => "Approved amount",
        Metric::AmountPending => "Pending amount",
        Metric::Commission => "Commission",
        Metric::Earnings => "Earnings",
        Metric::CommissionPending => "Pending commission",
        Metric::EarningsPerClick => "EPC",
        Metric::AverageOrderValue => "AOV",
    }
}

/// What it means.
pub(super) const fn metric_meaning(metric: Metric) -> &'static str {
    match metric {
        Metric::Clicks => "Every recorded click, including bots and prefetches",
        Metric::HumanClicks => "Clicks that seem to come from people",
        Metric::Bots => "Clicks by programs",
        Metric::Prefetches => "Pages preloaded by a browser",
        Metric::UniqueVisitors => "Human clicks that were the first of their visitor on that link in 24 hours",
        Metric::Conversions => "All conversions, whatever their status",
        Metric::Approved => "Conversions that are confirmed, approved or paid",
        Metric::Pending => "Conversions that await confirmation",
        Metric::Rejected => "Conversions of any other status",
        Metric::ConversionRate => "Approved and pending conversions per human click",
        Metric::TimeToConvert => "Median time from click to conversion",
        Metric::Amount => "Order value of all conversions",
        Metric::AmountApproved => "Order value of approved conversions",
        Metric::AmountPending => "Order value of pending conversions",
        Metric::Commission => "Commission of all conversions",
        Metric::Earnings => "Commission of approved conversions",
        Metric::CommissionPending => "Commission of pending conversions",
        Metric::EarningsPerClick => "Earnings per human click of the offers that pay in this currency",
        Metric::AverageOrderValue => "Order value per conversion",
    }
}

/// The head of a list of those with the most.
pub(super) fn top_name(dimension: Dimension) -> String {
    let plural = match dimension {
        Dimension::Country => "countries".to_owned(),
        other => format!("{}s", dimension_name(other).to_lowercase()),
    };
    format!("Top {plural}")
}

/// Which days these are, in which zone, and what they are held against.
pub(super) fn period_text(report: &Report) -> String {
    let days = |(from, to): &(CivilDay, CivilDay)| {
        let (from, to) = (from.to_string(), to.to_string());
        let year = to.get(..4).unwrap_or_default();
        if from == to {
            format!("{} {year}", day_name(&to))
        } else {
            format!("{} to {} {year}", day_name(&from), day_name(&to))
        }
    };
    let before = report.days_before.as_ref().map(|before| format!(", compared with {}", days(before)));
    format!("{}, {} time{}", days(&report.days), report.zone, before.unwrap_or_default())
}

/// The dimensions that a reader can choose from.
pub(super) fn dimensions(role: Role) -> impl Iterator<Item = Dimension> {
    Dimension::ALL.into_iter().filter(move |dimension| dimension.is_for(role))
}

/// What a row is called.
pub(super) fn row_name(dimension: Dimension, row: &ReportRow) -> String {
    if row.name.is_empty() { key_name(dimension, &row.key) } else { row.name.clone() }
}
