//! Random secrets, their hashes, and the seal on API keys.

use std::{fmt, path::Path};

use chacha20poly1305::{
    AeadCore, ChaCha20Poly1305, KeyInit,
    aead::{Aead, OsRng, Payload},
};
use domain::{ApiKey, ApiKeyId, Day, JobId, KeyScopes, Organisation, Slug};
use rand::{Rng, TryRngCore};
use sha2::{Digest, Sha256};
use store::organisations::api_keys::StoredKey;

const ALPHANUMERIC: &[u8; 62] = Slug::ALPHABET;

/// SHA-256, for looking up secrets that are random enough to need no salt.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Random characters of `0-9A-Za-z`, each equally likely.
pub(crate) fn random_text(length: usize) -> String {
    let mut random = rand::rng();
    (0..length).map(|_| char::from(ALPHANUMERIC[random.random_range(0..ALPHANUMERIC.len())])).collect()
}

/// A new API key.
pub(crate) fn new_api_key() -> ApiKey {
    ApiKey::new(format!("{}{}", ApiKey::PREFIX, random_text(ApiKey::RANDOM_LENGTH)))
}

/// Seals API keys and jobs, so that a copy of the database alone gives none away.
#[derive(Clone)]
pub struct Sealer(ChaCha20Poly1305);

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// From 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(ChaCha20Poly1305::new(secret.into()))
    }

    /// Reads the secret from a file; makes the file, readable by its owner alone, where there is none.
    pub fn from_file(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        match std::fs::read(path) {
            Ok(bytes) => {
                warn_of_readers(path);
                let secret = <[u8; 32]>::try_from(bytes.as_slice())
                    .map_err(|_| format!("SECRET_KEY_FILE {shown} must hold exactly 32 bytes, not {}", bytes.len()))?;
                Ok(Self::new(&secret))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut secret = [0_u8; 32];
                rand::rngs::OsRng.try_fill_bytes(&mut secret).map_err(|error| format!("no randomness: {error}"))?;
                write_private(path, &secret).map_err(|error| {
                    format!("SECRET_KEY_FILE {shown} can't be made: {error}{}", store::owners(&[path]))
                })?;
                Ok(Self::new(&secret))
            }
            Err(error) => Err(format!("SECRET_KEY_FILE {shown} can't be read: {error}{}", store::owners(&[path]))),
        }
    }

    /// A partner's key as it is kept. Bound to its owner: moved to another's row it can't be opened.
    pub(crate) fn seal(&self, id: ApiKeyId, key: &ApiKey, owner: Organisation) -> Option<StoredKey> {
        Some(StoredKey {
            id,
            name: "Default".to_owned(),
            scopes: KeyScopes::of_partner(),
            hash: hash(key.expose()),
            sealed: self.seal_bytes(key.expose().as_bytes(), &owner.to_string())?,
        })
    }

    /// The key behind its sealed form; nothing where the secret is another one.
    pub(crate) fn open(&self, sealed: &[u8], owner: Organisation) -> Option<ApiKey> {
        let plain = self.open_bytes(sealed, &owner.to_string())?;
        String::from_utf8(plain).ok().map(ApiKey::new)
    }

    /// What a job is to be done with, as it is kept. Bound to it: in another's row it can't be opened.
    pub(crate) fn seal_job(&self, plain: &[u8], job: JobId) -> Option<Vec<u8>> {
        self.seal_bytes(plain, &job.to_string())
    }

    /// What was sealed for a job; nothing where the secret is another one.
    pub(crate) fn open_job(&self, sealed: &[u8], job: JobId) -> Option<Vec<u8>> {
        self.open_bytes(sealed, &job.to_string())
    }

    /// The key by which the visitors of a day are told, as it is kept.
    pub(crate) fn seal_visitor_key(&self, key: &[u8; 32], day: Day) -> Option<Vec<u8>> {
        self.seal_bytes(key, &visitors_of(day))
    }

    /// That key; nothing where the secret is another one.
    pub(crate) fn open_visitor_key(&self, sealed: &[u8], day: Day) -> Option<[u8; 32]> {
        self.open_bytes(sealed, &visitors_of(day))?.try_into().ok()
    }

    fn seal_bytes(&self, plain: &[u8], bound_to: &str) -> Option<Vec<u8>> {
        let nonce = ChaCha20Poly1305::generate_nonce(&mut OsRng);
        let sealed = self.0.encrypt(&nonce, Payload { msg: plain, aad: bound_to.as_bytes() }).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    fn open_bytes(&self, sealed: &[u8], bound_to: &str) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(12)?;
        self.0.decrypt(nonce.into(), Payload { msg: text, aad: bound_to.as_bytes() }).ok()
    }
}

fn visitors_of(day: Day) -> String {
    format!("visitors {}", day.number())
}

/// Says so where others than its owner can read or change the file, or could try to.
fn warn_of_readers(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_or(0, |file| file.permissions().mode()) & 0o777;
        if mode & 0o077 != 0 {
            let shown = path.display();
            tracing::warn!(
                "SECRET_KEY_FILE {shown} can be used by others than its owner (mode {mode:04o}): chmod 600 {shown}"
            );
        }
    }
}

fn write_private(path: &Path, secret: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(secret)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_key_opens_only_for_its_partner_and_secret() {
        let (sealer, other) = (Sealer::new(&[1; 32]), Sealer::new(&[2; 32]));
        let clock = crate::Clock::default();
        let [partner, stranger] = [clock.new_id(), clock.new_id()].map(Organisation::Partner);
        let key = new_api_key();
        let stored = sealer.seal(clock.new_id(), &key, partner).unwrap();
        assert_eq!(sealer.open(&stored.sealed, partner), Some(key.clone()));
        assert_eq!(sealer.open(&stored.sealed, stranger), None);
        assert_eq!(other.open(&stored.sealed, partner), None);
        assert!(!stored.sealed.windows(8).any(|part| key.expose().as_bytes().windows(8).any(|plain| plain == part)));
    }

    #[test]
    fn keys_have_the_contract_s_form() {
        let key = new_api_key();
        let random = key.expose().strip_prefix("sp_live_").unwrap();
        assert!(random.len() == 40 && random.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(new_api_key(), key);
    }
}
