//! Which time a report is about.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    AppError, Timestamp,
    report::{Buckets, CivilDay, Comparison, Dimension, Period, ZoneName, quarters},
};
use jiff::tz::TimeZone;
use store::reports::Axis;

/// Days that one report is about at most: ten years and a few.
const MOST_DAYS: i32 = 4_000;

/// Days that a report tells the hours of at most.
const MOST_DAYS_OF_HOURS: i32 = 400;

/// Some days in a zone.
#[derive(Debug, Clone)]
pub(super) struct ReportTime {
    pub(super) zone: TimeZone,
    pub(super) from: CivilDay,
    pub(super) to: CivilDay,
    /// Axes that were made, since one of time takes long.
    axes: Arc<Mutex<HashMap<Dimension, Axis>>>,
}

/// The zone of a name.
pub(crate) fn find_zone(name: &ZoneName) -> Result<TimeZone, AppError> {
    const WRONG: &str = "is no time zone that is known here; an example is Europe/Berlin";
    TimeZone::get(name.as_str()).map_err(|_| AppError::field("tz", WRONG))
}

impl ReportTime {
    /// The days of a period, now, where the first thing ever happened at some moment.
    pub(super) fn of(
        period: Period,
        zone: TimeZone,
        now: Timestamp,
        first: Option<Timestamp>,
    ) -> Result<Self, AppError> {
        let today = CivilDay::at(now, &zone);
        let first = first.map_or(today, |first| CivilDay::at(first, &zone));
        // A clock that was wrong once, or a network that is older, must not make all time too much.
        let (from, to) = period.days(today, first.max(today.plus_days(1 - MOST_DAYS)));
        if to.days_after(from) >= MOST_DAYS {
            return Err(AppError::field("from", format!("is more than {MOST_DAYS} days before the last day")));
        }
        Ok(Self { zone, from, to, axes: Arc::default() })
    }

    /// Refuses to tell apart what are too many parts.
    pub(super) fn check(&self, dimension: Dimension) -> Result<(), AppError> {
        if dimension == Dimension::Hour && self.to.days_after(self.from) >= MOST_DAYS_OF_HOURS {
            let message = format!("hours can be told of {MOST_DAYS_OF_HOURS} days at most; by=day is for longer");
            return Err(AppError::field("by", message));
        }
        Ok(())
    }

    /// The days that they are held against.
    pub(super) fn before(&self, comparison: Comparison) -> Self {
        let (from, to) = match comparison {
            Comparison::Previous => {
                let days = self.to.days_after(self.from) + 1;
                (self.from.plus_days(-days), self.from.plus_days(-1))
            }
            Comparison::Year => (self.from.plus_years(-1), self.to.plus_years(-1)),
        };
        Self { zone: self.zone.clone(), from, to, axes: Arc::default() }
    }

    pub(super) fn quarters(&self) -> Range<i64> {
        quarters(self.from, self.to, &self.zone)
    }

    pub(super) fn axis(&self, dimension: Dimension) -> Axis {
        let make = || Axis::new(dimension, Buckets::new(dimension, self.from, self.to, &self.zone));
        self.axes.lock().unwrap_or_else(PoisonError::into_inner).entry(dimension).or_insert_with(make).clone()
    }

    /// The parts of the period that a chart of it has: as many as can be told apart.
    pub(super) fn chart_axis(&self) -> Axis {
        self.axis(match self.to.days_after(self.from) {
            ..=1 => Dimension::Hour,
            2..=91 => Dimension::Day,
            92..=730 => Dimension::Week,
            _ => Dimension::Month,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDay {
        CivilDay::parse(text).unwrap()
    }

    fn days(from: &str, to: &str) -> ReportTime {
        ReportTime { zone: TimeZone::UTC, from: day(from), to: day(to), axes: Arc::default() }
    }

    #[test]
    fn zones_are_those_of_the_database_of_zones() {
        assert!(find_zone(&ZoneName::parse("Asia/Kathmandu").unwrap()).is_ok());
        let wrong = find_zone(&ZoneName::parse("Mars/Base").unwrap()).unwrap_err();
        assert_eq!(wrong.http_status(), 422);
    }

    #[test]
    fn a_period_is_held_against_as_many_days_before_or_the_same_a_year_ago() {
        let of = |comparison| {
            let before = days("2026-11-01", "2026-11-30").before(comparison);
            (before.from.to_string(), before.to.to_string())
        };
        assert_eq!(of(Comparison::Previous), ("2026-10-02".to_owned(), "2026-10-31".to_owned()));
        assert_eq!(of(Comparison::Year), ("2025-11-01".to_owned(), "2025-11-30".to_owned()));
    }

    #[test]
    fn a_day_has_hours_and_a_year_weeks() {
        let of = |from, to| days(from, to).chart_axis().dimension();
        assert_eq!(of("2026-11-30", "2026-11-30"), Dimension::Hour);
        assert_eq!(of("2026-11-01", "2026-11-30"), Dimension::Day);
        assert_eq!(of("2026-01-01", "2026-11-30"), Dimension::Week);
        assert_eq!(of("2020-01-01", "2026-11-30"), Dimension::Month);
    }

    #[test]
    fn nobody_can_ask_for_endless_time() {
        let endless = Period::Days(day("0001-01-01"), day("9999-12-31"));
        let refused = ReportTime::of(endless, TimeZone::UTC, Timestamp::from_millis(0), None);
        assert!(matches!(refused, Err(AppError::Invalid { .. })));
    }
}
