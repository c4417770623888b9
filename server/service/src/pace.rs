//! How fast a partner or user may change things.

use std::{hash::Hash, num::NonZeroU32, sync::Arc, time::Duration};

use domain::{AppError, PartnerId, UserId};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

/// Allows a number of changes at once, then one per period.
#[derive(Clone)]
pub(crate) struct Pace<K: Hash + Eq + Clone>(Arc<DefaultKeyedRateLimiter<K>>);

/// Only those who are signed in are counted, so there are few; those who have rested are forgotten at this number.
const MANY: usize = 10_000;

impl Pace<PartnerId> {
    /// Offers that a partner makes, edits and submits: sixty at once, and thirty a minute after that. Nobody who types is
    /// that fast; a script that fills the database and the review queue is. To pause and to resume is not counted.
    pub(crate) fn of_offers() -> Self {
        Self::new(60, Duration::from_secs(2))
    }
}

impl Pace<UserId> {
    /// Whatever somebody changes: each leaves an entry for good. A thousand at once, so that a partner with as many
    /// offers can pause them all, and two a second after that.
    pub(crate) fn of_changes() -> Self {
        Self::new(1_000, Duration::from_millis(500))
    }
}

impl<K: Hash + Eq + Clone> Pace<K> {
    fn new(burst: u32, period: Duration) -> Self {
        Self(Arc::new(RateLimiter::keyed(quota(burst, period))))
    }

    /// Counts one change.
    pub(crate) fn check(&self, who: &K) -> Result<(), AppError> {
        if self.0.len() >= MANY {
            self.0.retain_recent();
        }
        count(&self.0, who)
    }
}

/// Allows `burst` at once, then one per period.
pub(crate) fn quota(burst: u32, period: Duration) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(period).unwrap_or(Quota::per_minute(NonZeroU32::MIN)).allow_burst(burst)
}

/// Counts one for a key, or says when there will be room for it.
pub(crate) fn count<K: Hash + Eq + Clone>(counter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), AppError> {
    counter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(counter.clock().now());
        AppError::TooManyAttempts { retry_after_seconds: wait.as_secs() + 1 }
    })
}

impl<K: Hash + Eq + Clone> std::fmt::Debug for Pace<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pace")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    #[test]
    fn a_script_is_slowed_down_and_other_partners_are_not() {
        let (pace, clock) = (Pace::of_offers(), Clock::default());
        let (script, person): (PartnerId, PartnerId) = (clock.new_id(), clock.new_id());
        for _ in 0..60 {
            assert!(pace.check(&script).is_ok());
        }
        let refused = pace.check(&script).unwrap_err();
        assert!(matches!(refused, AppError::TooManyAttempts { retry_after_seconds: 1..=3 }));
        assert!(pace.check(&person).is_ok());
    }

    #[test]
    fn a_thousand_offers_can_be_paused_at_once() {
        let (pace, user) = (Pace::of_changes(), Clock::default().new_id());
        assert!((0..1_000).all(|_| pace.check(&user).is_ok()));
        assert!((0..100).any(|_| pace.check(&user).is_err()));
    }
}
