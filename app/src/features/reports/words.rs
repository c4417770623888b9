//! What metrics, dimensions, periods and rows are called.

use domain::{
    Country, Role,
    report::{CivilDay, Dimension, Metric, Period, ReportRow},
};

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
        Metric::HumanClicks => "Clicks by people, as far as it shows",
        Metric::Bots => "Clicks by programs",
        Metric::Prefetches => "Loads by browsers ahead of a visit",
        Metric::UniqueVisitors => "Human clicks that were the first of their visitor on that link in 24 hours",
        Metric::Conversions => "All conversions, whatever their status",
        Metric::Approved => "Conversions that are confirmed, approved or paid",
        Metric::Pending => "Conversions that await confirmation",
        Metric::Rejected => "Conversions of any other status",
        Metric::ConversionRate => "Approved and pending conversions per human click",
        Metric::TimeToConvert => "Half of the conversions came sooner after their click, half later",
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

/// A dimension in a menu, and at the head of its column.
pub(super) const fn dimension_name(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Hour => "Hour",
        Dimension::Day => "Day",
        Dimension::Week => "Week",
        Dimension::Month => "Month",
        Dimension::HourOfDay => "Hour of day",
        Dimension::Weekday => "Weekday",
        Dimension::Offer => "Offer",
        Dimension::Partner => "Partner",
        Dimension::Affiliate => "Affiliate",
        Dimension::Link => "Link",
        Dimension::Country => "Country",
        Dimension::Device => "Device",
        Dimension::OperatingSystem => "Operating system",
        Dimension::Browser => "Browser",
        Dimension::ReferringSite => "Referring site",
        Dimension::ClickKind => "Click type",
        Dimension::Status => "Status",
        Dimension::Currency => "Currency",
    }
}

/// A preset of a period.
pub(super) const fn period_name(period: Period) -> &'static str {
    match period {
        Period::Today => "Today",
        Period::Yesterday => "Yesterday",
        Period::SevenDays => "Last 7 days",
        Period::ThirtyDays => "Last 30 days",
        Period::NinetyDays => "Last 90 days",
        Period::ThisMonth => "This month",
        Period::LastMonth => "Last month",
        Period::ThisYear => "This year",
        Period::All => "All time",
        Period::Days(..) => "Custom",
    }
}

/// The dimensions that a reader can choose from.
pub(super) fn dimensions(role: Role) -> impl Iterator<Item = Dimension> {
    Dimension::ALL.into_iter().filter(move |dimension| dimension.is_for(role))
}

/// What a row is called.
pub(super) fn row_name(dimension: Dimension, row: &ReportRow) -> String {
    if row.name.is_empty() { key_name(dimension, &row.key) } else { row.name.clone() }
}

/// What a key is called where nothing else is known of it.
pub(super) fn key_name(dimension: Dimension, key: &str) -> String {
    if key.is_empty() {
        return if dimension == Dimension::ReferringSite { "No referring site" } else { "Unknown" }.to_owned();
    }
    match dimension {
        Dimension::Hour => hour_name(key).unwrap_or_else(|| key.to_owned()),
        Dimension::Day => day_name(key),
        Dimension::Week => format!("Week of {}", day_name(key)),
        Dimension::Month => month_name(key),
        Dimension::Country => {
            Country::parse(key).map_or_else(|_| key.to_owned(), |country| country.name().unwrap_or(key).to_owned())
        }
        Dimension::HourOfDay => format!("{key}:00"),
        Dimension::Weekday | Dimension::Device | Dimension::ClickKind | Dimension::Status => capitalised(key),
        _ => key.to_owned(),
    }
}

/// `2026-11-30T14:00+01:00` as `Mon 30 Nov, 14:00`. In the night when an hour comes twice, the offset tells which it is.
fn hour_name(key: &str) -> Option<String> {
    let (day, rest) = key.split_once('T')?;
    Some(format!("{}, {}", day_name(day), rest.get(..5)?))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2026-11` as `November 2026`.
fn month_name(key: &str) -> String {
    let named = key.split_once('-').and_then(|(year, month)| {
        let month = month.parse::<usize>().ok()?.checked_sub(1)?;
        Some(format!("{} {year}", MONTHS.get(month)?))
    });
    named.unwrap_or_else(|| key.to_owned())
}

/// `2026-11-30` as `Mon 30 Nov`.
pub(super) fn day_name(key: &str) -> String {
    let Ok(day) = CivilDay::parse(key) else { return key.to_owned() };
    let weekday = CivilDay::weekday_name(day.weekday()).get(..3).unwrap_or_default();
    let month = key.get(5..7).and_then(|month| month.parse::<usize>().ok()?.checked_sub(1));
    let month = month.and_then(|month| MONTHS.get(month)).and_then(|month| month.get(..3)).unwrap_or_default();
    let number = key.get(8..).unwrap_or_default().trim_start_matches('0');
    format!("{weekday} {number} {month}")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_called_what_people_call_them() {
        for (dimension, key, name) in [
            (Dimension::Hour, "2026-11-30T14:00+01:00", "Mon 30 Nov, 14:00"),
            (Dimension::Day, "2026-11-05", "Thu 5 Nov"),
            (Dimension::Week, "2026-11-30", "Week of Mon 30 Nov"),
            (Dimension::Month, "2026-11", "November 2026"),
            (Dimension::HourOfDay, "07", "07:00"),
            (Dimension::Weekday, "monday", "Monday"),
            (Dimension::Device, "phone", "Phone"),
            (Dimension::Browser, "", "Unknown"),
            (Dimension::Country, "DE", "Germany"),
            (Dimension::Country, "ZZ", "ZZ"),
            (Dimension::ReferringSite, "", "No referring site"),
            (Dimension::ReferringSite, "blog.example", "blog.example"),
            (Dimension::Day, "nonsense", "nonsense"),
        ] {
            assert_eq!(key_name(dimension, key), name);
        }
    }
}
