//! Where the owners of accounts have signed in from: what lets them in while strangers try many passwords.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::ClientNetwork;

/// Networks by account, in memory: each process learns its own. Accounts are keyed hashes, so that no address is kept.
#[derive(Default)]
pub(crate) struct KnownNetworks(Mutex<HashMap<u64, Vec<(ClientNetwork, Instant)>>>);

/// At most some 6 MB.
const MOST_ACCOUNTS: usize = 20_000;
const PER_ACCOUNT: usize = 8;
/// As long as a session.
const LASTS: Duration = Duration::from_hours(30 * 24);

impl KnownNetworks {
    /// Notes that somebody signed in to an account.
    pub(crate) fn remember(&self, account: u64, network: ClientNetwork, now: Instant) {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= MOST_ACCOUNTS && !accounts.contains_key(&account) {
            forget_the_stalest(&mut accounts);
        }
        let networks = accounts.entry(account).or_default();
        networks.retain(|(known, _)| *known != network);
        if networks.len() >= PER_ACCOUNT {
            networks.remove(0);
        }
        networks.push((network, now));
    }

    /// Whether somebody has signed in to an account from there.
    pub(crate) fn contain(&self, account: u64, network: ClientNetwork, now: Instant) -> bool {
        let accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut networks = accounts.get(&account).into_iter().flatten();
        networks.any(|(known, since)| *known == network && now.duration_since(*since) < LASTS)
    }
}

/// The last network of each account is its newest.
fn forget_the_stalest(accounts: &mut HashMap<u64, Vec<(ClientNetwork, Instant)>>) {
    let last = |networks: &Vec<(ClientNetwork, Instant)>| networks.last().map(|(_, since)| *since);
    let stalest = accounts.iter().min_by_key(|(_, networks)| last(networks)).map(|(account, _)| *account);
    if let Some(account) = stalest {
        accounts.remove(&account);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn network(n: u8) -> ClientNetwork {
        ClientNetwork::of(IpAddr::from([203, 0, 113, n]))
    }

    #[test]
    fn a_network_is_known_for_its_account_and_for_a_month() {
        let (known, now) = (KnownNetworks::default(), Instant::now());
        known.remember(1, network(1), now);
        assert!(known.contain(1, network(1), now));
        assert!(!known.contain(1, network(2), now) && !known.contain(2, network(1), now));
        assert!(!known.contain(1, network(1), now + LASTS));
    }

    #[test]
    fn the_newest_networks_of_the_newest_accounts_are_kept() {
        let (known, now) = (KnownNetworks::default(), Instant::now());
        for n in 0..=8 {
            known.remember(0, network(n), now);
        }
        assert!(!known.contain(0, network(0), now) && known.contain(0, network(1), now));
        for (account, millis) in (1..).zip(1..=20_000) {
            known.remember(account, network(0), now + Duration::from_millis(millis));
        }
        assert!(!known.contain(0, network(1), now), "the stalest account made room");
        assert!(known.contain(1, network(0), now) && known.contain(20_000, network(0), now));
        assert_eq!(known.0.lock().unwrap().len(), MOST_ACCOUNTS);
    }
}
