//! The time, as the use cases know it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use domain::{Id, Kind, Timestamp};
use rand::RngCore as _;
use uuid::{Builder, Uuid};

/// Parts of a millisecond that the 12 bits after an id's time tell apart.
const PARTS: u64 = 1 << 12;
/// How far ids may be ahead of the machine's clock. A clock that is set right by little is waited for, so that ids go on
/// in their order; one that was wrong by more is followed back, or everything would be dated by its worst moment.
const AHEAD: u64 = 10_000 * PARTS;

/// The moment of this process's last id, in parts of a millisecond since 1970.
static LAST: AtomicU64 = AtomicU64::new(0);

/// The machine's clock, or one that is set by hand: the demo writes a month of history with it.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<Hand>>);

/// A clock that is set by hand.
#[derive(Debug)]
struct Hand {
    millis: AtomicI64,
    /// The moment of its last id, in parts of a millisecond.
    last: AtomicU64,
}

impl Clock {
    /// A clock that stands still until it is set.
    pub fn manual(start: Timestamp) -> Self {
        Self(Some(Arc::new(Hand { millis: AtomicI64::new(start.as_millis()), last: AtomicU64::new(0) })))
    }

    /// Sets a manual clock; the machine's is left alone.
    pub fn set(&self, now: Timestamp) {
        if let Some(hand) = &self.0 {
            hand.millis.store(now.as_millis(), Ordering::SeqCst);
        }
    }

    /// The moment it shows.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(hand) => Timestamp::from_millis(hand.millis.load(Ordering::SeqCst)),
            None => Timestamp::from_millis(i64::try_from(since_1970().as_millis()).unwrap_or(0)),
        }
    }

    /// A new id that carries this clock's time.
    pub fn new_id<K: Kind>(&self) -> Id<K> {
        Id::from_uuid(self.new_uuid())
    }

    /// A new UUID of version 7 by this clock. They are in the order in which they were made, unless the clock was ahead
    /// for a while.
    pub fn new_uuid(&self) -> Uuid {
        let Some(hand) = &self.0 else { return uuid_at(next_moment(&LAST, parts(since_1970()))) };
        let now = u64::try_from(hand.millis.load(Ordering::SeqCst)).unwrap_or(0) * PARTS;
        // Many ids of one moment go on into the next.
        let moment_after = |last: u64| if (now..now + AHEAD).contains(&last) { last + 1 } else { now };
        let last = hand.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(moment_after(last)));
        uuid_at(moment_after(last.unwrap_or(0)))
    }
}

/// By the machine; nothing where its clock is before 1970.
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn parts(since: Duration) -> u64 {
    u64::try_from(since.as_nanos() * u128::from(PARTS) / 1_000_000).unwrap_or(u64::MAX)
}

/// What comes after the last moment: now, if the clock has gone on.
fn moment_after(last: u64, now: u64) -> u64 {
    if last.saturating_sub(now) > AHEAD { now } else { now.max(last.saturating_add(1)) }
}

fn next_moment(last: &AtomicU64, now: u64) -> u64 {
    let step = |last| Some(moment_after(last, now));
    let before = last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap_or(now);
    if before.saturating_sub(now) > AHEAD {
        let seconds = (before - now) / (PARTS * 1000);
        tracing::warn!(seconds, "the clock was set back; what was recorded before is dated later than what comes now");
    }
    moment_after(before, now)
}

/// An id of a moment, random beyond it.
fn uuid_at(moment: u64) -> Uuid {
    let mut bytes = [0; 10];
    rand::rng().fill_bytes(&mut bytes[2..]);
    let [.., high, low] = (moment % PARTS).to_be_bytes();
    [bytes[0], bytes[1]] = [high, low];
    Builder::from_unix_timestamp_millis(moment / PARTS, &bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 24 November 2026, 18:20 UTC.
    const NOW: u64 = 1_795_544_400_000 * PARTS;
    const SECOND: u64 = 1000 * PARTS;

    fn millis_of(id: Uuid) -> u128 {
        id.as_u128() >> 80
    }

    #[test]
    fn ids_are_of_version_7_in_order_and_carry_the_machine_s_time() {
        let clock = Clock::default();
        let before = since_1970().as_millis();
        let ids: Vec<Uuid> = (0..20_000).map(|_| clock.new_uuid()).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
        assert!(ids.is_sorted() && ids.windows(2).all(|two| two[0] != two[1]));
        // Others make some meanwhile, and a millisecond has room for 4,096.
        assert!(ids.iter().all(|id| (before..since_1970().as_millis() + 1_000).contains(&millis_of(*id))));
    }

    #[test]
    fn ids_of_a_clock_that_stands_still_are_in_order_and_carry_its_time() {
        let clock = Clock::manual(Timestamp::from_millis(1_795_544_400_000));
        let ids: Vec<Uuid> = (0..5_000).map(|_| clock.new_uuid()).collect();
        assert!(ids.is_sorted() && ids.windows(2).all(|two| two[0] != two[1]));
        assert!(ids.iter().all(|id| (1_795_544_400_000..=1_795_544_400_001).contains(&millis_of(*id))));
        clock.set(Timestamp::from_millis(1_795_000_000_000));
        assert_eq!(millis_of(clock.new_uuid()), 1_795_000_000_000);
    }

    #[test]
    fn every_moment_is_another_while_the_clock_stands_still_or_goes_back_a_little() {
        let last = AtomicU64::new(0);
        let clock = [NOW, NOW, NOW + 7, NOW + 7, NOW - 9 * SECOND, NOW + 8, NOW + 5 * SECOND];
        let moments = clock.map(|now| next_moment(&last, now));
        assert_eq!(moments, [NOW, NOW + 1, NOW + 7, NOW + 8, NOW + 9, NOW + 10, NOW + 5 * SECOND]);
    }

    #[test]
    fn a_clock_that_was_far_ahead_is_followed_back() {
        let last = AtomicU64::new(0);
        let days = 40 * 86_400 * SECOND;
        let clock = [NOW, NOW + days, NOW + 1, NOW + 1, 0, NOW];
        let moments = clock.map(|now| next_moment(&last, now));
        assert_eq!(moments, [NOW, NOW + days, NOW + 1, NOW + 2, 0, NOW]);
    }

    #[test]
    fn an_id_says_its_moment_and_is_never_made_twice() {
        let [one, two] = [NOW, NOW].map(uuid_at);
        assert_ne!(one, two, "they are random beyond it");
        assert_eq!(millis_of(one), 1_795_544_400_000);
        assert!(uuid_at(NOW + 1) > one.max(two));
        assert_eq!(millis_of(uuid_at(0)), 0);
    }
}
