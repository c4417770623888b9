//! Parts of a period, in a zone: what rows of time stand for.

use jiff::{Timestamp as Moment, tz::TimeZone};

use super::{CivilDay, Dimension};
use crate::Timestamp;

/// A quarter of an hour, in milliseconds: clocks everywhere differ by whole quarters, so each lies in one hour and one
/// day, whatever the zone.
pub const QUARTER_MILLIS: i64 = 900_000;

/// Which part of a period each of its quarters of an hour belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    /// The first quarter, counted from 1970 UTC.
    first: i64,
    places: Vec<u32>,
    keys: Vec<String>,
}

impl Buckets {
    /// The parts of a period from one day to another, both included; nothing for a dimension that isn't one of time.
    ///
    /// Hours, days, weeks and months are in the order of time, and each is there whether anything happened in it or not.
    pub fn new(by: Dimension, from: CivilDay, to: CivilDay, zone: &TimeZone) -> Option<Self> {
        if !by.is_time() {
            return None;
        }
        let quarters = quarters(from, to, zone);
        let mut keys: Vec<String> = match by {
            Dimension::HourOfDay => (0..24).map(|hour| format!("{hour:02}")).collect(),
            Dimension::Weekday => (0..7).map(|day| CivilDay::weekday_name(day).to_lowercase()).collect(),
            _ => Vec::new(),
        };
        let cyclic = keys.len();
        let mut places = Vec::new();
        let mut last = None;
        for quarter in quarters.clone() {
            let moment = Moment::from_millisecond(quarter * QUARTER_MILLIS).unwrap_or_default();
            let offset = zone.to_offset(moment);
            let plain = offset.to_datetime(moment);
            // All quarters of an hour are in the same part.
            let hour = (plain.date(), plain.hour(), offset);
            if let Some((_, place)) = last.filter(|(before, _)| *before == hour) {
                places.push(place);
                continue;
            }
            let local = moment.to_zoned_datetime(zone.clone());
            let day = CivilDay::at(Timestamp::from_millis(quarter * QUARTER_MILLIS), zone);
            let place = match by {
                Dimension::HourOfDay => usize::try_from(local.hour()).unwrap_or_default(),
                Dimension::Weekday => usize::try_from(day.weekday()).unwrap_or_default(),
                _ => {
                    let key = match by {
                        Dimension::Hour => local.strftime("%Y-%m-%dT%H:00%:z").to_string(),
                        // A period may begin within a week or a month: its first part is what there is of it.
                        Dimension::Week => day.week().to_string(),
                        Dimension::Month => day.month().to_string()[..7].to_owned(),
                        _ => day.to_string(),
                    };
                    if keys.last() != Some(&key) {
                        keys.push(key);
                    }
                    keys.len() - 1
                }
            };
            debug_assert!(cyclic == 0 || place < cyclic);
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            last = Some((hour, place));
            places.push(place);
        }
        Some(Self { first: quarters.start, places, keys })
    }

    /// The part that a quarter belongs to; nothing outside of the period.
    pub fn place(&self, quarter: i64) -> Option<u32> {
        let at = usize::try_from(quarter.checked_sub(self.first)?).ok()?;
        self.places.get(at).copied()
    }

    /// What the parts are called, in their order: `2026-11-30`, `2026-11-30T14:00+01:00`, `2026-11`, `14`, `monday`; a week
    /// by its Monday.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }
}

/// The quarters of an hour from one day to another, both included.
pub fn quarters(from: CivilDay, to: CivilDay, zone: &TimeZone) -> std::ops::Range<i64> {
    let quarter = |day: CivilDay| day.start(zone).as_millis().div_euclid(QUARTER_MILLIS);
    quarter(from)..quarter(to.plus_days(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDay {
        CivilDay::parse(text).unwrap()
    }

    fn buckets(by: Dimension, from: &str, to: &str, zone: &str) -> Buckets {
        Buckets::new(by, day(from), day(to), &TimeZone::posix(zone).unwrap()).unwrap()
    }

    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    /// How many quarters each part has.
    fn sizes(buckets: &Buckets) -> Vec<usize> {
        let of = |place: usize| buckets.places.iter().filter(|one| **one as usize == place).count();
        (0..buckets.keys().len()).map(of).collect()
    }

    #[test]
    fn days_on_which_clocks_change_have_23_or_25_hours() {
        let days = buckets(Dimension::Day, "2026-10-24", "2026-10-26", BERLIN);
        assert_eq!(days.keys(), ["2026-10-24", "2026-10-25", "2026-10-26"]);
        assert_eq!(sizes(&days), [96, 100, 96]);
        assert_eq!(sizes(&buckets(Dimension::Day, "2026-03-29", "2026-03-29", BERLIN)), [92]);
    }

    #[test]
    fn an_hour_that_comes_twice_is_two() {
        let hours = buckets(Dimension::Hour, "2026-10-25", "2026-10-25", BERLIN);
        assert_eq!(hours.keys().len(), 25);
        assert_eq!(hours.keys()[2..4], ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]);
        let of_day = buckets(Dimension::HourOfDay, "2026-10-25", "2026-10-25", BERLIN);
        assert_eq!((of_day.keys().len(), sizes(&of_day)[2]), (24, 8), "and one hour of the day");
    }

    #[test]
    fn zones_at_three_quarters_are_exact() {
        let days = buckets(Dimension::Day, "2026-11-30", "2026-11-30", "<+0545>-5:45");
        let first = day("2026-11-29").start(&TimeZone::UTC).as_millis() / QUARTER_MILLIS + 73;
        assert_eq!((days.place(first - 1), days.place(first), days.place(first + 95)), (None, Some(0), Some(0)));
        assert_eq!(days.place(first + 96), None);
        let hours = buckets(Dimension::Hour, "2026-11-30", "2026-11-30", "<+0545>-5:45");
        assert_eq!((hours.place(first + 3), hours.place(first + 4)), (Some(0), Some(1)));
    }

    #[test]
    fn weeks_and_months_at_the_ends_are_what_there_is_of_them() {
        let weeks = buckets(Dimension::Week, "2026-11-28", "2026-12-01", "UTC0");
        assert_eq!(
            (weeks.keys(), sizes(&weeks)),
            (&["2026-11-23".to_owned(), "2026-11-30".to_owned()][..], vec![192, 192])
        );
        let months = buckets(Dimension::Month, "2026-11-28", "2026-12-01", "UTC0");
        assert_eq!((months.keys(), sizes(&months)), (&["2026-11".to_owned(), "2026-12".to_owned()][..], vec![288, 96]));
        let weekdays = buckets(Dimension::Weekday, "2026-11-28", "2026-12-01", "UTC0");
        assert_eq!(sizes(&weekdays), [96, 96, 0, 0, 0, 96, 96]);
        assert_eq!(Buckets::new(Dimension::Country, day("2026-11-28"), day("2026-11-28"), &TimeZone::UTC), None);
    }
}
