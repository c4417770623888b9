//! What dimensions, periods and the keys of conditions are called.

use domain::{
    Country,
    report::{CivilDay, Dimension, Period},
};

/// A dimension in a menu, and at the head of its column.
pub(crate) const fn dimension_name(dimension: Dimension) -> &'static str {
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
pub(crate) const fn period_name(period: Period) -> &'static str {
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

/// What a key is called where nothing else is known of it.
pub(crate) fn key_name(dimension: Dimension, key: &str) -> String {
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
pub(crate) fn day_name(key: &str) -> String {
    let Ok(day) = CivilDay::parse(key) else { return key.to_owned() };
    let weekday = CivilDay::weekday_name(day.weekday()).get(..3).unwrap_or_default();
    let month = key.get(5..7).and_then(|month| month.parse::<usize>().ok()?.checked_sub(1));
    let month = month.and_then(|month| MONTHS.get(month)).and_then(|month| month.get(..3)).unwrap_or_default();
    let number = key.get(8..).unwrap_or_default().trim_start_matches('0');
    format!("{weekday} {number} {month}")
}

/// A word with a large first letter.
pub(crate) fn capitalised(word: &str) -> String {
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
