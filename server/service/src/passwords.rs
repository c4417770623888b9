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
    /// Verified against where there is no such account, so that both answers take the same time.
    decoy: Arc<str>,
}

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

impl Passwords {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let decoy = hash_now("not the password of anybody").unwrap_or_default();
        Self { turns: Arc::new(Semaphore::new((cores / 2).max(1))), decoy: decoy.into() }
    }

    pub(crate) async fn hash(&self, password: Password) -> Result<String, Refusal> {
        self.in_turn(move || hash_now(password.expose())).await?.ok_or(Refusal::Unavailable)
    }

    /// Whether a password belongs to a hash; `None` stands for an account that doesn't exist.
    pub(crate) async fn verify(&self, attempt: String, hash: Option<String>) -> Result<bool, Refusal> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
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
