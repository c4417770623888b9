//! How often somebody may try: per account and per client address.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use domain::{Email, Refusal};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

/// Ten tries at once and one every six seconds after that, per account; three times as many per address,
/// because an office shares one.
#[derive(Clone)]
pub(crate) struct Limits {
    accounts: Arc<DefaultKeyedRateLimiter<String>>,
    addresses: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    /// Mails that strangers can have sent to somebody: three at once, and one every ten minutes.
    mails: Arc<DefaultKeyedRateLimiter<String>>,
    swept: Arc<Mutex<Instant>>,
}

const ACCOUNT_BURST: u32 = 10;
const ADDRESS_BURST: u32 = 30;
const MAIL_BURST: u32 = 3;
const MANY_KEYS: usize = 10_000;
/// Keys that have rested are forgotten, but not more often than this: it looks at every one.
const SWEEP: Duration = Duration::from_secs(1);

impl Limits {
    pub(crate) fn new() -> Self {
        let quota = |burst: u32, seconds: u64| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            Quota::with_period(Duration::from_secs(seconds))
                .unwrap_or(Quota::per_minute(NonZeroU32::MIN))
                .allow_burst(burst)
        };
        Self {
            accounts: Arc::new(RateLimiter::keyed(quota(ACCOUNT_BURST, 6))),
            addresses: Arc::new(RateLimiter::keyed(quota(ADDRESS_BURST, 2))),
            mails: Arc::new(RateLimiter::keyed(quota(MAIL_BURST, 600))),
            swept: Arc::new(Mutex::new(Instant::now())),
        }
    }

    fn sweep(&self) {
        if self.accounts.len().max(self.addresses.len()).max(self.mails.len()) < MANY_KEYS {
            return;
        }
        let Ok(mut swept) = self.swept.try_lock() else { return };
        if swept.elapsed() > SWEEP {
            self.accounts.retain_recent();
            self.addresses.retain_recent();
            self.mails.retain_recent();
            *swept = Instant::now();
        }
    }

    /// Counts one mail to somebody.
    pub(crate) fn check_mail(&self, to: &Email) -> Result<(), Refusal> {
        check_key(&self.mails, &to.as_str().to_owned())
    }

    /// Counts one try at an account from an address; both have to have one left.
    pub(crate) fn check(&self, account: &str, address: IpAddr) -> Result<(), Refusal> {
        self.sweep();
        // Whoever has one IPv6 address has its whole /64.
        let network = match address {
            IpAddr::V6(address) => IpAddr::V6((u128::from(address) & (u128::MAX << 64)).into()),
            address @ IpAddr::V4(_) => address,
        };
        check_key(&self.addresses, &network)?;
        check_key(&self.accounts, &domain::shorten_to_bytes(account, 254).to_owned())
    }
}

fn check_key<K: std::hash::Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Refusal> {
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(limiter.clock().now());
        Refusal::TooManyAttempts { retry_after_seconds: wait.as_secs() + 1 }
    })
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_closed_after_its_burst_and_others_are_not() {
        let limits = Limits::new();
        let address = |n: u8| IpAddr::from([127, 0, 0, n]);
        for n in 0..10 {
            assert!(limits.check("a@b.example", address(n)).is_ok());
        }
        let refused = limits.check("a@b.example", address(11)).unwrap_err();
        assert!(matches!(refused, Refusal::TooManyAttempts { retry_after_seconds: 1..=7 }));
        assert!(limits.check("c@d.example", address(11)).is_ok());
    }

    #[test]
    fn nobody_is_flooded_with_mails() {
        let limits = Limits::new();
        let email = |text| Email::parse(text).unwrap();
        assert_eq!((0..10).filter(|_| limits.check_mail(&email("a@b.example")).is_ok()).count(), 3);
        assert!(limits.check_mail(&email("c@d.example")).is_ok());
    }

    #[test]
    fn an_address_is_closed_after_its_burst() {
        let limits = Limits::new();
        let address = IpAddr::from([127, 0, 0, 1]);
        for n in 0..30 {
            assert!(limits.check(&n.to_string(), address).is_ok());
        }
        assert!(limits.check("another", address).is_err());
    }
}
