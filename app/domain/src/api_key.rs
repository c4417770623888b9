//! The key by which a partner's machine proves itself.

use std::fmt;

use uuid::Uuid;

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

/// Something that a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyScope {
    /// To record conversions.
    Postback,
}

/// What a key may be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyScopes(Vec<KeyScope>);

/// Whose a valid key is, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyOwner {
    /// The 128 bits of an organisation's id. Whose that is, a partner or an affiliate, the owner of an offer tells.
    pub organisation: Uuid,
    /// What it may be used for.
    pub scopes: KeyScopes,
}

impl KeyScope {
    const ALL: [Self; 1] = [Self::Postback];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Postback => "postback",
        }
    }
}

impl KeyScopes {
    /// What a partner's first key, and one that takes its place, may be used for.
    pub fn of_partner() -> Self {
        Self(vec![KeyScope::Postback])
    }

    /// Reads what [`fmt::Display`] writes. A word that isn't known is a newer version's, and allows nothing here.
    pub fn parse(text: &str) -> Self {
        let words: Vec<_> = text.split_ascii_whitespace().collect();
        Self(KeyScope::ALL.into_iter().filter(|scope| words.contains(&scope.as_str())).collect())
    }

    /// Whether the key may be used for this.
    pub fn allow(&self, scope: KeyScope) -> bool {
        self.0.contains(&scope)
    }
}

/// As the databases write it: words with spaces between.
impl fmt::Display for KeyScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&words.join(" "))
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written_and_unknown_ones_allow_nothing() {
        let scopes = KeyScopes::of_partner();
        assert_eq!(KeyScopes::parse(&scopes.to_string()), scopes);
        assert!(KeyScopes::parse("reports postback").allow(KeyScope::Postback));
        for other in ["", "post", "postbacks", "Postback", "reports"] {
            assert!(!KeyScopes::parse(other).allow(KeyScope::Postback), "{other}");
        }
    }
}
