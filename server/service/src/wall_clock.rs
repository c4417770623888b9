//! Moments as clocks somewhere show them.

use domain::{Timestamp, report::ZoneName};
use jiff::tz::TimeZone;

/// What a clock on the wall shows at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallClock {
    /// The year.
    pub year: i32,
    /// The month, from 1 on.
    pub month: usize,
    /// The day of the month.
    pub day: u32,
    /// The hour.
    pub hour: u32,
    /// The minute.
    pub minute: u32,
    /// The year that it is there now.
    pub this_year: i32,
}

/// Of a moment in a zone; in UTC where nobody knows the zone.
pub fn wall_clock(at: Timestamp, zone: &ZoneName) -> WallClock {
    let zone = TimeZone::get(zone.as_str()).unwrap_or(TimeZone::UTC);
    let moment = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    let there = moment.to_zoned_datetime(zone.clone());
    let this_year = jiff::Timestamp::now().to_zoned_datetime(zone).year().into();
    WallClock {
        year: there.year().into(),
        month: usize::try_from(there.month()).unwrap_or_default(),
        day: u32::try_from(there.day()).unwrap_or_default(),
        hour: u32::try_from(there.hour()).unwrap_or_default(),
        minute: u32::try_from(there.minute()).unwrap_or_default(),
        this_year,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_another_time_elsewhere() {
        let at = Timestamp::from_millis(1_764_523_205_023);
        let of = |zone: &str| {
            let clock = wall_clock(at, &ZoneName::parse(zone).unwrap());
            (clock.year, clock.month, clock.day, clock.hour, clock.minute)
        };
        assert_eq!(of("UTC"), (2025, 11, 30, 17, 20));
        assert_eq!(of("Asia/Kathmandu"), (2025, 11, 30, 23, 5));
        assert_eq!(of("Mars/Base"), (2025, 11, 30, 17, 20));
    }
}
