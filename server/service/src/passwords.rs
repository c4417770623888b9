//! Argon2id, bounded so that hashing can never starve the redirect.

use std::sync::Arc;

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
};
use domain::{Password, Refusal};
use tokio::sync::Semaphore;

/// Hashes passwords, one at a time per two cores; who waits longer is told to come back.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
}

/// Verified against where there is no such account, so that both answers take the same time: a hash as [`hash_now`]
/// makes them, of what nobody knows.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$LMtvM4cvF/WkwXPfAW5H3A$UzrJcLsRdUgMeJ0HeAwmLbSaysTuqeoTpM4kXCJgCD0";

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

impl Passwords {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { turns: Arc::new(Semaphore::new((cores / 2).max(1))) }
    }

    pub(crate) async fn hash(&self, password: Password) -> Result<String, Refusal> {
        self.in_turn(move || hash_now(password.expose())).await?.ok_or(Refusal::Unavailable)
    }

    /// Whether a password belongs to a hash; `None` stands for an account that doesn't exist.
    pub(crate) async fn verify(&self, attempt: String, hash: Option<String>) -> Result<bool, Refusal> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| DECOY.to_owned());
        if attempt.len() > Password::MAX_BYTES {
            return Ok(false);
        }
        let fits = self.in_turn(move || {
            let hash = PasswordHash::new(&hash).ok()?;
            Some(Argon2::default().verify_password(attempt.as_bytes(), &hash).is_ok())
        });
        Ok(fits.await?.unwrap_or(false) && known)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let busy = Refusal::TooManyAttempts { retry_after_seconds: 5 };
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(busy) };
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(|_| Refusal::Unavailable)
    }
}

fn hash_now(password: &str) -> Option<String> {
    let salt = SaltString::generate(&mut OsRng);
    Argon2::default().hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decoy_takes_as_long_as_any_other() {
        let (decoy, made) = (PasswordHash::new(DECOY).unwrap(), hash_now("a password").unwrap());
        let made = PasswordHash::new(&made).unwrap();
        assert_eq!((decoy.algorithm, decoy.version, &decoy.params), (made.algorithm, made.version, &made.params));
        let lengths = |hash: &PasswordHash<'_>| (hash.salt.unwrap().len(), hash.hash.unwrap().len());
        assert_eq!(lengths(&decoy), lengths(&made));
    }
}
