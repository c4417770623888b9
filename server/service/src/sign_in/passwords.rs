//! Argon2id, bounded so that hashing can never starve the redirect.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
};
use domain::{AppError, Password};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ClientNetwork;

/// Hashes passwords, one at a time per two cores; who waits longer is told to come back.
///
/// Each network has a queue of its own, from which two at a time stand in the common one: a crowd in one network makes
/// the others wait for two, not for all of it.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    queues: Arc<Mutex<HashMap<ClientNetwork, Arc<Semaphore>>>>,
}

/// Verified against where there is no such account, so that both answers take the same time: a hash as [`hash_now`]
/// makes them, of what nobody knows.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$LMtvM4cvF/WkwXPfAW5H3A$UzrJcLsRdUgMeJ0HeAwmLbSaysTuqeoTpM4kXCJgCD0";

const HASHING_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);
/// One is hashed, one comes next.
const PER_NETWORK: usize = 2;
/// From so many queues on, those in which nobody stands are forgotten.
const MANY_QUEUES: usize = 1_000;

impl Passwords {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with_turns((cores / 2).max(1))
    }

    fn with_turns(turns: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(turns)), queues: Arc::default() }
    }

    /// `from` is nobody's for what the program's owner does.
    pub(crate) async fn hash(&self, password: Password, from: Option<IpAddr>) -> Result<String, AppError> {
        self.in_turn(from, move || hash_now(password.expose())).await?.ok_or(AppError::Unavailable)
    }

    /// Whether a password belongs to a hash; `None` stands for an account that doesn't exist.
    pub(crate) async fn verify(&self, attempt: String, hash: Option<String>, from: IpAddr) -> Result<bool, AppError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| DECOY.to_owned());
        if attempt.len() > Password::MAX_BYTES {
            return Ok(false);
        }
        let fits = self.in_turn(Some(from), move || fits(attempt, &hash));
        Ok(fits.await? && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        from: Option<IpAddr>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let busy = AppError::TooManyAttempts { retry_after_seconds: 5 };
        let turn = tokio::time::timeout(HASHING_TIMEOUT, self.take_turn(from.map(ClientNetwork::of))).await;
        let Ok(Some(turn)) = turn else { return Err(busy) };
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(|_| AppError::Unavailable)
    }

    /// A place among those of one's network, and then a turn.
    async fn take_turn(
        &self,
        from: Option<ClientNetwork>,
    ) -> Option<(Option<OwnedSemaphorePermit>, OwnedSemaphorePermit)> {
        let place = match from {
            Some(network) => Some(self.queue_of(network).acquire_owned().await.ok()?),
            None => None,
        };
        Some((place, Arc::clone(&self.turns).acquire_owned().await.ok()?))
    }

    fn queue_of(&self, network: ClientNetwork) -> Arc<Semaphore> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.len() >= MANY_QUEUES {
            // Those who wait in one, or have a place from it, hold it.
            queues.retain(|_, queue| Arc::strong_count(queue) > 1);
        }
        Arc::clone(queues.entry(network).or_insert_with(|| Arc::new(Semaphore::new(PER_NETWORK))))
    }
}

/// Tries every spelling, whether or not one has fitted: how long it takes depends on what was typed alone.
fn fits(attempt: String, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    let fits = |attempt: &String| Argon2::default().verify_password(attempt.as_bytes(), &hash).is_ok();
    Password::spellings(attempt).iter().map(fits).filter(|fits| *fits).count() > 0
}

fn hash_now(password: &str) -> Option<String> {
    let salt = SaltString::generate(&mut OsRng);
    Argon2::default().hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use super::*;

    #[test]
    fn the_decoy_takes_as_long_as_any_other() {
        let (decoy, made) = (PasswordHash::new(DECOY).unwrap(), hash_now("a password").unwrap());
        let made = PasswordHash::new(&made).unwrap();
        assert_eq!((decoy.algorithm, decoy.version, &decoy.params), (made.algorithm, made.version, &made.params));
        let lengths = |hash: &PasswordHash<'_>| (hash.salt.unwrap().len(), hash.hash.unwrap().len());
        assert_eq!(lengths(&decoy), lengths(&made));
    }

    #[test]
    fn a_password_fits_however_its_letters_are_typed() {
        let (composed, decomposed) = ("crème brûlée", "cre\u{300}me bru\u{302}le\u{301}e");
        let hash = hash_now(Password::parse(decomposed).unwrap().expose()).unwrap();
        for typed in [composed, decomposed] {
            assert!(fits(typed.to_owned(), &hash), "{typed:?}");
        }
        assert!(!fits("creme brulee".to_owned(), &hash));
        let old = hash_now(decomposed).unwrap();
        assert!(fits(decomposed.to_owned(), &old), "a hash from before letters were composed");
    }

    #[tokio::test]
    async fn a_crowd_in_one_network_keeps_nobody_else_waiting() {
        let passwords = Passwords::with_turns(1);
        let done = Arc::new(AtomicUsize::new(0));
        let [crowded, quiet] = [1, 2].map(|n| Some(IpAddr::from([203, 0, 113, n])));
        let crowd: Vec<_> = (0..100)
            .map(|_| {
                let (passwords, done) = (passwords.clone(), Arc::clone(&done));
                let work = move || {
                    std::thread::sleep(Duration::from_millis(10));
                    done.fetch_add(1, Ordering::SeqCst);
                };
                tokio::spawn(async move { passwords.in_turn(crowded, work).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        passwords.in_turn(quiet, || ()).await.unwrap();
        let before = done.load(Ordering::SeqCst);
        assert!(before < 50, "{before} were let in first");
        for one in crowd {
            one.await.unwrap().unwrap();
        }
        assert_eq!(done.load(Ordering::SeqCst), 100, "and the crowd is served, too");
    }

    #[test]
    fn queues_in_which_nobody_stands_are_forgotten() {
        let passwords = Passwords::with_turns(1);
        let network = |n: u32| ClientNetwork::of(IpAddr::from(n.to_be_bytes()));
        let held = passwords.queue_of(network(0));
        for n in 1..5_000 {
            passwords.queue_of(network(n));
        }
        let queues = passwords.queues.lock().unwrap();
        assert!(queues.len() <= MANY_QUEUES && queues.contains_key(&network(0)), "{}", queues.len());
        drop(held);
    }
}
