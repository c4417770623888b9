//! What metrics, dimensions and their values are called.

use std::sync::Arc;

use domain::{
    Country, Currency, Role, Total,
    report::{CivilDay, Dimension, Metric, Numbers, Period, ReportRow, Value},
};

use crate::ui::components::{ValueFormat, grouped, grouped_amount};

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

/// A value as people read it, money without its currency.
pub(super) fn value_text(value: Value, currency: Option<&Currency>) -> String {
    match value {
        Value::Count(count) => grouped(count),
        Value::PerMille(rate) => format!("{}.{}%", rate / 10, rate % 10),
        Value::Millis(millis) => duration(millis),
        Value::Money(total) => currency.map_or_else(|| total.to_string(), |currency| grouped_amount(&total, currency)),
    }
}

/// Money per click, with four decimals.
fn rate_text(total: Total) -> String {
    let text = total.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}.{fraction:0<4}")
}

/// The two largest parts of a time.
fn duration(millis: i64) -> String {
    let seconds = millis.max(0) / 1_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, _, _) => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// What a metric comes to in all currencies, a line for each: `8,959.25 EUR`.
pub(super) fn metric_text(metric: Metric, numbers: &Numbers, currencies: &[Currency]) -> String {
    if !metric.is_money() {
        return metric.of(numbers, None).map_or_else(dash, |value| value_text(value, None));
    }
    let values = currencies.iter().filter_map(|currency| Some((currency, metric.of(numbers, Some(currency))?)));
    let mut values: Vec<_> = values.collect();
    // That there is nothing in a currency is said only where there is nothing in any.
    if values.iter().any(|(_, value)| drawn(*value) != 0) {
        values.retain(|(_, value)| drawn(*value) != 0);
    }
    values.truncate(if values.iter().all(|(_, value)| drawn(*value) == 0) { 1 } else { values.len() });
    let lines = values.into_iter().map(|(currency, value)| match (metric, value) {
        (Metric::EarningsPerClick, Value::Money(total)) => format!("{} {currency}", rate_text(total)),
        _ => format!("{} {currency}", value_text(value, Some(currency))),
    });
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() { dash() } else { lines.join("\n") }
}

/// Where there is nothing to say.
pub(super) fn dash() -> String {
    "–".to_owned()
}

/// A value as a number that can be drawn.
pub(super) fn drawn(value: Value) -> i64 {
    match value {
        Value::Count(number) | Value::PerMille(number) | Value::Millis(number) => number,
        Value::Money(total) => i64::try_from(total.micros()).unwrap_or(i64::MAX),
    }
}

/// How such numbers of a metric are written.
pub(super) fn drawn_format(metric: Metric, currency: Option<Currency>) -> ValueFormat {
    Arc::new(move |number| {
        let value = match metric {
            Metric::ConversionRate => Value::PerMille(number),
            Metric::TimeToConvert => Value::Millis(number),
            Metric::EarningsPerClick => return rate_text(Total::from_micros(i128::from(number))),
            metric if metric.is_money() => Value::Money(Total::from_micros(i128::from(number))),
            _ => Value::Count(number),
        };
        value_text(value, currency.as_ref())
    })
}

/// The change from one value to another, in per cent; nothing where it was nothing before.
pub(super) fn change(now: Option<Value>, before: Option<Value>) -> Option<String> {
    let (now, before) = (i128::from(drawn(now?)), i128::from(drawn(before?)));
    if before == 0 {
        return None;
    }
    // In thousandths, away from zero where it is half.
    let difference = (now - before).abs() * 1_000;
    let change = (difference + before.abs() / 2) / before.abs();
    let sign = if now < before { "−" } else { "+" };
    Some(format!("{sign}{}.{}%", change / 10, change % 10))
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

    #[test]
    fn times_have_their_two_largest_parts() {
        let times = [0, 59_999, 61_000, 3_660_000, 90_000_000, -5].map(duration);
        assert_eq!(times, ["0 s", "59 s", "1 min 1 s", "1 h 1 min", "1 d 1 h", "0 s"]);
    }

    #[test]
    fn money_has_a_line_for_each_currency_in_which_there_is_some() {
        let currency = |code: &str| Currency::parse(code).unwrap();
        let both = [currency("EUR"), currency("USD")];
        let of = |sums: &[(&str, i64)]| {
            let money = sums.iter().map(|(code, units)| {
                let amount = Total::from_units_and_micros(*units, 0);
                (currency(code), domain::report::Money { amount, ..domain::report::Money::default() })
            });
            metric_text(Metric::Amount, &Numbers { money: money.collect(), ..Numbers::default() }, &both)
        };
        assert_eq!(of(&[("USD", 5), ("EUR", 1_000)]), "1,000.00 EUR\n5.00 USD");
        assert_eq!(of(&[("USD", 5)]), "5.00 USD");
        assert_eq!(of(&[]), "0.00 EUR");
        assert_eq!(metric_text(Metric::EarningsPerClick, &Numbers::default(), &both), "–");
        assert_eq!(metric_text(Metric::Amount, &Numbers::default(), &[]), "–");
    }

    #[test]
    fn earnings_per_click_have_four_decimals() {
        let micros = [500_000, 1_255_800, 0, 1_000_000_000].map(|micros| rate_text(Total::from_micros(micros)));
        assert_eq!(micros, ["0.5000", "1.2558", "0.0000", "1000.0000"]);
    }

    #[test]
    fn a_change_is_told_in_per_cent() {
        let of = |now, before| change(Some(Value::Count(now)), Some(Value::Count(before)));
        assert_eq!(of(110, 100).unwrap(), "+10.0%");
        assert_eq!(of(1, 3).unwrap(), "−66.7%");
        assert_eq!(of(2_000, 1_999).unwrap(), "+0.1%");
        assert_eq!(of(5, 5).unwrap(), "+0.0%");
        assert_eq!(of(5, 0), None);
    }
}
