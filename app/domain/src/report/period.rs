//! Which time a report is about, in the reader's zone.

use std::fmt;

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A time zone by its IANA name, such as `Europe/Berlin`. What its days are is known where there is a database of zones: on
/// the server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ZoneName(String);

/// The text can't be the name of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the name of a time zone, for example Europe/Berlin")]
pub struct InvalidZoneName;

impl ZoneName {
    /// Longer than any name.
    const MAX_BYTES: usize = 64;

    /// Takes what is written like a name. Whether there is such a zone, the database of zones knows.
    pub fn parse(text: &str) -> Result<Self, InvalidZoneName> {
        let fits = text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.len() <= Self::MAX_BYTES
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
        fits.then(|| Self(text.to_owned())).ok_or(InvalidZoneName)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ZoneName {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ZoneName {
    type Error = InvalidZoneName;

    fn try_from(text: String) -> Result<Self, InvalidZoneName> {
        Self::parse(&text)
    }
}

impl From<ZoneName> for String {
    fn from(name: ZoneName) -> Self {
        name.0
    }
}

/// Which days are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// The day on which it is read.
    Today,
    /// The day before.
    Yesterday,
    /// Today and the six days before.
    SevenDays,
    /// Today and the 29 days before.
    #[default]
    ThirtyDays,
    /// Today and the 89 days before.
    NinetyDays,
    /// From the first of this month to today.
    ThisMonth,
    /// All of the month before.
    LastMonth,
    /// From the first of January to today.
    ThisYear,
    /// From the first click or conversion to today.
    All,
    /// From one day to another, both included.
    Days(CivilDay, CivilDay),
}

/// A day of the calendar, whatever the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CivilDay(Date);

/// The text is no day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a day such as 2026-11-30")]
pub struct InvalidDay;

impl CivilDay {
    /// Reads `2026-11-30`, and nothing else.
    pub fn parse(text: &str) -> Result<Self, InvalidDay> {
        let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        is_plain.then(|| text.parse().ok().map(Self)).flatten().ok_or(InvalidDay)
    }

    /// The day that it is at a moment in a zone.
    pub fn at(moment: Timestamp, zone: &TimeZone) -> Self {
        let moment = jiff::Timestamp::from_millisecond(moment.as_millis()).unwrap_or_default();
        Self(zone.to_datetime(moment).date())
    }

    /// Its first moment in a zone: midnight, or a later one where clocks leave that out.
    pub fn start(self, zone: &TimeZone) -> Timestamp {
        let start = zone.to_ambiguous_timestamp(self.0.at(0, 0, 0, 0)).compatible();
        start.map_or(Timestamp::default(), |start| Timestamp::from_millis(start.as_millisecond()))
    }

    /// The day this many days later, or before; the last one of the calendar at its ends.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days.days()))
    }

    /// The same day of another year: 28 February where there is no 29th.
    #[must_use]
    pub fn plus_years(self, years: i16) -> Self {
        Self(self.0.saturating_add(i32::from(years).years()))
    }

    /// How many days after another it is.
    pub fn days_after(self, other: Self) -> i32 {
        (self.0 - other.0).get_days()
    }

    /// The Monday of its week.
    #[must_use]
    pub fn week(self) -> Self {
        self.plus_days(-i32::from(self.0.weekday().to_monday_zero_offset()))
    }

    /// The first of its month.
    #[must_use]
    pub fn month(self) -> Self {
        Self(self.0.first_of_month())
    }

    /// Which day of the week it is, 0 for Monday.
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_zero_offset()
    }

    /// The name of a day of the week, 0 for Monday.
    pub fn weekday_name(number: i8) -> &'static str {
        match Weekday::from_monday_zero_offset(number) {
            Ok(Weekday::Monday) => "Monday",
            Ok(Weekday::Tuesday) => "Tuesday",
            Ok(Weekday::Wednesday) => "Wednesday",
            Ok(Weekday::Thursday) => "Thursday",
            Ok(Weekday::Friday) => "Friday",
            Ok(Weekday::Saturday) => "Saturday",
            Ok(Weekday::Sunday) => "Sunday",
            Err(_) => "",
        }
    }
}

/// `2026-11-30`
impl fmt::Display for CivilDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for CivilDay {
    type Error = InvalidDay;

    fn try_from(text: String) -> Result<Self, InvalidDay> {
        Self::parse(&text)
    }
}

impl From<CivilDay> for String {
    fn from(day: CivilDay) -> Self {
        day.to_string()
    }
}

impl Period {
    /// The first and the last day of it, given which day is today and on which day the first thing happened.
    pub fn days(self, today: CivilDay, first: CivilDay) -> (CivilDay, CivilDay) {
        let last_month = today.month().plus_days(-1);
        match self {
            Self::Today => (today, today),
            Self::Yesterday => (today.plus_days(-1), today.plus_days(-1)),
            Self::SevenDays => (today.plus_days(-6), today),
            Self::ThirtyDays => (today.plus_days(-29), today),
            Self::NinetyDays => (today.plus_days(-89), today),
            Self::ThisMonth => (today.month(), today),
            Self::LastMonth => (last_month.month(), last_month),
            Self::ThisYear => (Self::first_of_year(today), today),
            Self::All => (first.min(today), today),
            Self::Days(from, to) => (from.min(to), from.max(to)),
        }
    }

    fn first_of_year(day: CivilDay) -> CivilDay {
        CivilDay(day.0.first_of_year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDay {
        CivilDay::parse(text).unwrap()
    }

    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let zone = berlin();
        let hours = |text: &str| {
            let (from, to) = (day(text).start(&zone), day(text).plus_days(1).start(&zone));
            (to.as_millis() - from.as_millis()) / 3_600_000
        };
        assert_eq!([hours("2026-03-28"), hours("2026-03-29"), hours("2026-10-25")], [24, 23, 25]);
        assert_eq!(day("2026-11-30").start(&zone).rfc3339(), "2026-11-29T23:00:00Z");
        assert_eq!(CivilDay::at(day("2026-11-30").start(&zone), &zone), day("2026-11-30"));
        assert_eq!(CivilDay::at(day("2026-11-30").start(&zone).plus_millis(-1), &zone), day("2026-11-29"));
        let kathmandu = TimeZone::posix("<+0545>-5:45").unwrap();
        assert_eq!(day("2026-11-30").start(&kathmandu).rfc3339(), "2026-11-29T18:15:00Z");
    }

    #[test]
    fn where_clocks_leave_midnight_out_the_day_begins_later() {
        let zone = TimeZone::posix("<-04>4<-03>,M9.1.0/0,M4.1.0/0").unwrap();
        assert_eq!(day("2026-09-06").start(&zone).rfc3339(), "2026-09-06T04:00:00Z", "that is one in the morning");
    }

    #[test]
    fn a_period_is_from_one_day_to_another() {
        let (today, first) = (day("2026-03-31"), day("2025-12-05"));
        let of = |period: Period| {
            let (from, to) = period.days(today, first);
            format!("{from} {to}")
        };
        assert_eq!(of(Period::Today), "2026-03-31 2026-03-31");
        assert_eq!(of(Period::Yesterday), "2026-03-30 2026-03-30");
        assert_eq!(of(Period::SevenDays), "2026-03-25 2026-03-31");
        assert_eq!(of(Period::ThirtyDays), "2026-03-02 2026-03-31");
        assert_eq!(of(Period::NinetyDays), "2026-01-01 2026-03-31");
        assert_eq!(of(Period::ThisMonth), "2026-03-01 2026-03-31");
        assert_eq!(of(Period::LastMonth), "2026-02-01 2026-02-28");
        assert_eq!(of(Period::ThisYear), "2026-01-01 2026-03-31");
        assert_eq!(of(Period::All), "2025-12-05 2026-03-31");
        assert_eq!(of(Period::Days(day("2026-02-02"), day("2026-01-01"))), "2026-01-01 2026-02-02");
    }

    #[test]
    fn weeks_begin_on_monday_and_a_year_before_29_february_is_the_28th() {
        assert_eq!(day("2026-11-29").week(), day("2026-11-23"));
        assert_eq!(day("2026-11-30").week(), day("2026-11-30"));
        assert_eq!(CivilDay::weekday_name(day("2026-11-29").weekday()), "Sunday");
        assert_eq!(day("2028-02-29").plus_years(-1), day("2027-02-28"));
        assert_eq!(day("2026-12-01").days_after(day("2026-11-29")), 2);
    }

    #[test]
    fn what_is_no_day_or_no_zone_is_refused() {
        for text in ["", "2026-11-31", "2026-1-1", "20261130", "+02026-11-30", "2026-11-30T00:00", "９999-01-01"] {
            assert_eq!(CivilDay::parse(text), Err(InvalidDay), "{text}");
        }
        for text in ["", "/etc/passwd", "../x", "Europe Berlin", "Ä/B", &"A".repeat(65)] {
            assert_eq!(ZoneName::parse(text), Err(InvalidZoneName), "{text}");
        }
        assert_eq!(ZoneName::parse("Etc/GMT+3").unwrap().as_str(), "Etc/GMT+3");
    }

    #[test]
    fn zones_and_days_come_back_as_they_were_sent() {
        let zone = ZoneName::parse("Europe/Berlin").unwrap();
        assert_eq!(serde_json::to_string(&zone).unwrap(), "\"Europe/Berlin\"");
        assert_eq!(serde_json::from_str::<ZoneName>("\"Europe/Berlin\"").unwrap(), zone);
        assert!(serde_json::from_str::<ZoneName>("\"../x\"").is_err());
        assert_eq!(serde_json::to_string(&day("2026-11-30")).unwrap(), "\"2026-11-30\"");
        assert_eq!(serde_json::from_str::<CivilDay>("\"2026-11-30\"").unwrap(), day("2026-11-30"));
        assert!(serde_json::from_str::<CivilDay>("\"2026-11-31\"").is_err());
    }
}
