//! How often somebody may try: per account and client network, per network, and per account.

use std::{
    hash::{BuildHasher as _, Hash, RandomState},
    net::IpAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use domain::AppError;
use governor::{DefaultKeyedRateLimiter, RateLimiter};

use super::known_networks::KnownNetworks;
use crate::{
    ClientNetwork,
    pace::{count, quota},
};

/// Counts tries. What is small is counted per account *and* network, so that a stranger's tries don't use up the
/// owner's. Per account alone many more are let through: that bounds a guess from many networks at once, and no single
/// network can come near it. A network from which somebody has signed in to the account passes even then.
#[derive(Clone)]
pub(crate) struct Limits(Arc<Counters>);

/// By keyed hash: nothing that was typed is kept, and each entry is as small as any other.
type Counter = DefaultKeyedRateLimiter<u64>;

struct Counters {
    hasher: RandomState,
    /// Ten tries at once and one every six seconds after that.
    pairs: Counter,
    /// Three times as many, because an office shares an address.
    networks: Counter,
    /// A hundred and one every second: ten times what one network can use up.
    accounts: Counter,
    known: KnownNetworks,
    /// Mails that somebody has sent to an address from one network: three, and one every ten minutes.
    mails_from: Counter,
    /// Mails that all together have sent to an address: six, and one every ten minutes. A link lasts for an hour, so
    /// a person who is kept from asking for one has one in the mailbox that is good.
    mails: Counter,
    swept: Mutex<Instant>,
}

const MANY_KEYS: usize = 10_000;
/// Keys that have rested are forgotten, but not more often than this: it looks at every one.
const SWEEP: Duration = Duration::from_secs(1);

impl Limits {
    pub(crate) fn new() -> Self {
        let counter = |burst: u32, seconds: u64| RateLimiter::keyed(quota(burst, Duration::from_secs(seconds)));
        Self(Arc::new(Counters {
            hasher: RandomState::new(),
            pairs: counter(10, 6),
            networks: counter(30, 2),
            accounts: counter(100, 1),
            known: KnownNetworks::default(),
            mails_from: counter(3, 600),
            mails: counter(6, 600),
            swept: Mutex::new(Instant::now()),
        }))
    }

    /// Counts one try at an account from an address; each counter has to have one left.
    pub(crate) fn check(&self, account: &str, address: IpAddr) -> Result<(), AppError> {
        self.sweep();
        let (network, account) = (ClientNetwork::of(address), self.key(account));
        count(&self.0.networks, &self.key(network))?;
        count(&self.0.pairs, &self.key((account, network)))?;
        if self.0.known.contain(account, network, Instant::now()) {
            return Ok(());
        }
        count(&self.0.accounts, &account)
    }

    /// Notes that somebody signed in to an account from an address.
    pub(crate) fn remember(&self, account: &str, address: IpAddr) {
        self.0.known.remember(self.key(account), ClientNetwork::of(address), Instant::now());
    }

    /// Counts one mail that somebody at an address asks for. Refused where the own ones are used up. Where all that an
    /// account can get are, it says that there is to be none, and the person who asks isn't told.
    pub(crate) fn check_mail(&self, to: &str, address: IpAddr) -> Result<bool, AppError> {
        self.sweep();
        let to = self.key(to);
        count(&self.0.mails_from, &self.key((to, ClientNetwork::of(address))))?;
        Ok(count(&self.0.mails, &to).is_ok())
    }

    fn key(&self, of: impl Hash) -> u64 {
        self.0.hasher.hash_one(of)
    }

    fn sweep(&self) {
        let Counters { pairs, networks, accounts, mails_from, mails, swept, .. } = &*self.0;
        let all = [pairs, networks, accounts, mails_from, mails];
        if all.iter().all(|counter| counter.len() < MANY_KEYS) {
            return;
        }
        let Ok(mut swept) = swept.try_lock() else { return };
        if swept.elapsed() > SWEEP {
            for counter in all {
                counter.retain_recent();
            }
            *swept = Instant::now();
        }
    }
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: &str = "ann@b.example";

    fn address(n: u8) -> IpAddr {
        IpAddr::from([203, 0, 113, n])
    }

    #[test]
    fn one_network_cannot_keep_the_owner_of_an_account_out() {
        let limits = Limits::new();
        let tries = (0..20).filter(|_| limits.check(ANN, address(1)).is_ok()).count();
        assert!((10..=11).contains(&tries), "{tries}");
        let refused = limits.check(ANN, address(1)).unwrap_err();
        assert!(matches!(refused, AppError::TooManyAttempts { retry_after_seconds: 1..=7 }));
        assert!(limits.check(ANN, address(2)).is_ok(), "the owner");
        assert!(limits.check("cat@d.example", address(1)).is_ok());
    }

    #[test]
    fn a_guess_from_many_networks_is_bounded_but_for_where_the_owner_signed_in() {
        let limits = Limits::new();
        limits.remember(ANN, address(0));
        let tries = (1..=200).filter(|n| limits.check(ANN, address(*n)).is_ok()).count();
        assert!((100..=102).contains(&tries), "{tries}");
        assert!(limits.check(ANN, address(0)).is_ok(), "the owner");
        assert!(limits.check("cat@d.example", address(201)).is_ok(), "another account");
        let tries = (0..100).filter(|_| limits.check(ANN, address(0)).is_ok()).count();
        assert!(tries <= 11, "who shares the owner's network is bounded: {tries}");
    }

    #[test]
    fn a_stranger_does_not_use_up_the_mails_of_an_owner() {
        let limits = Limits::new();
        let asked = (0..10).filter(|_| limits.check_mail(ANN, address(1)).is_ok()).count();
        assert_eq!(asked, 3);
        assert_eq!(limits.check_mail(ANN, address(2)), Ok(true), "the owner gets one");
        assert_eq!(limits.check_mail("cat@d.example", address(1)), Ok(true));
    }

    #[test]
    fn nobody_is_flooded_with_mails() {
        let limits = Limits::new();
        let sent: Vec<_> = (0..20).map(|n| limits.check_mail(ANN, address(n)).unwrap()).collect();
        assert_eq!(sent.iter().filter(|sent| **sent).count(), 6, "and nobody is told");
    }

    #[test]
    fn a_network_is_closed_after_its_burst() {
        let limits = Limits::new();
        for n in 0..30 {
            assert!(limits.check(&n.to_string(), address(1)).is_ok());
        }
        assert!(limits.check("another", address(1)).is_err());
    }

    #[test]
    fn an_ipv6_address_is_its_whole_network_and_a_mapped_one_is_ipv4() {
        let of = |text: &str| ClientNetwork::of(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:203.0.113.1"), of("203.0.113.1"));
        assert_ne!(of("::ffff:203.0.113.1"), of("::ffff:203.0.113.2"));
    }
}
