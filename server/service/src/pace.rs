//! How fast a partner may fill the network.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use domain::{AppError, PartnerId};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

/// Offers that a partner makes, edits and submits: sixty at once, and thirty a minute after that. Nobody who types is
/// that fast; a script that fills the database and the review queue is. To pause and to resume is not counted.
#[derive(Clone)]
pub(crate) struct Pace(Arc<DefaultKeyedRateLimiter<PartnerId>>);

const BURST: u32 = 60;
const PERIOD: Duration = Duration::from_secs(2);
/// Only those who are signed in are counted, so there are few; those who have rested are forgotten at this number.
const MANY_PARTNERS: usize = 10_000;

impl Pace {
    pub(crate) fn new() -> Self {
        let burst = NonZeroU32::new(BURST).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(PERIOD).unwrap_or(Quota::per_minute(NonZeroU32::MIN)).allow_burst(burst);
        Self(Arc::new(RateLimiter::keyed(quota)))
    }

    /// Counts one change.
    pub(crate) fn check(&self, partner: PartnerId) -> Result<(), AppError> {
        if self.0.len() >= MANY_PARTNERS {
            self.0.retain_recent();
        }
        self.0.check_key(&partner).map_err(|until| {
            let wait = until.wait_time_from(self.0.clock().now());
            AppError::TooManyAttempts { retry_after_seconds: wait.as_secs() + 1 }
        })
    }
}

impl std::fmt::Debug for Pace {
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
        let (pace, clock) = (Pace::new(), Clock::default());
        let (script, person): (PartnerId, PartnerId) = (clock.new_id(), clock.new_id());
        for _ in 0..60 {
            assert!(pace.check(script).is_ok());
        }
        let refused = pace.check(script).unwrap_err();
        assert!(matches!(refused, AppError::TooManyAttempts { retry_after_seconds: 1..=3 }));
        assert!(pace.check(person).is_ok());
    }
}
