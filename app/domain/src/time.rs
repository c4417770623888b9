//! Moments and days.

use std::fmt;

use serde::{Deserialize, Serialize};

const MILLIS_PER_DAY: i64 = 86_400_000;
const MILLIS_PER_HOUR: i64 = 3_600_000;

/// A moment, in milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970 UTC.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970 UTC.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The moment this many milliseconds later.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The UTC day it lies in.
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(MILLIS_PER_DAY))
    }

    /// The hour of its UTC day, 0 to 23.
    pub const fn hour(self) -> i64 {
        self.0.rem_euclid(MILLIS_PER_DAY) / MILLIS_PER_HOUR
    }

    /// `2026-11-24T18:20:00Z`, for machines.
    pub fn rfc3339(self) -> String {
        self.strftime("%Y-%m-%dT%H:%M:%SZ")
    }

    /// `24 Nov 2026, 18:20:05 UTC`, for people.
    pub fn utc_text(self) -> String {
        self.strftime("%-d %b %Y, %H:%M:%S UTC")
    }

    fn strftime(self, format: &str) -> String {
        // Outside of the years that can be written, the epoch says at least that something is off.
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default().strftime(format).to_string()
    }
}

/// A UTC day, counted from 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(i64);

impl Day {
    /// From the number of days since 1970.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Days since 1970.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The day this many days before.
    #[must_use]
    pub const fn minus_days(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// The first moment of one of its hours; hour 24 is the end of the day.
    pub const fn hour_start(self, hour: i64) -> Timestamp {
        Timestamp(self.0.saturating_mul(MILLIS_PER_DAY).saturating_add(hour * MILLIS_PER_HOUR))
    }

    /// Its first moment.
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(MILLIS_PER_DAY))
    }
}

/// `24 Nov`
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.start().strftime("%-d %b"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_for_machines_and_for_people() {
        let moment = Timestamp::from_millis(1_795_544_400_123);
        assert_eq!(moment.rfc3339(), "2026-11-24T18:20:00Z");
        assert_eq!(moment.utc_text(), "24 Nov 2026, 18:20:00 UTC");
        assert_eq!(moment.day().to_string(), "24 Nov");
        assert_eq!(Timestamp::from_millis(-1).day(), Day::from_number(-1));
        assert_eq!(moment.hour(), 18);
        assert_eq!(moment.day().hour_start(18).plus_millis(20 * 60_000 + 123), moment);
    }

    #[test]
    fn a_day_has_the_number_of_days_since_1970() {
        for number in [-2, -1, 0, 1, 20_781] {
            assert_eq!(Day::from_number(number).number(), number);
            assert_eq!(Day::from_number(number).start().day().number(), number);
        }
    }
}
