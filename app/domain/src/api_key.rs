//! The key by which a partner's machine proves itself.

use std::fmt;

/// An API key in the clear: `sp_live_` and 40 characters of `0-9A-Za-z`. What a request presents is kept as it
/// came, so that a wrong key is looked up, and not found, like any other. Never shown in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// What every key begins with.
    pub const PREFIX: &'static str = "sp_live_";
    /// How many random characters follow.
    pub const RANDOM_LENGTH: usize = 40;

    /// Takes a key that was just made, unsealed, or presented by a request.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}
