//! The short name of a tracking link.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Ten characters of `0-9A-Za-z`, case-sensitive: the last part of `/t/<slug>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// The text is no slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a slug is 10 characters of 0-9, A-Z, a-z")]
pub struct InvalidSlug;

impl Slug {
    /// How many characters a slug has.
    pub const LENGTH: usize = 10;
    /// The characters a slug is made of.
    pub const ALPHABET: &'static [u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// Reads a slug as it stands in an address.
    pub fn parse(text: &str) -> Result<Self, InvalidSlug> {
        if text.len() == Self::LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug)
        }
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Slug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, InvalidSlug> {
        Self::parse(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ten_letters_and_digits_are_a_slug(text in "[0-9A-Za-z]{10}") {
            prop_assert_eq!(Slug::parse(&text).unwrap().to_string(), text);
        }

        #[test]
        fn anything_else_is_not(text in "[0-9A-Za-z]{0,9}|[0-9A-Za-z]{11,20}|[0-9A-Za-z]{9}[^0-9A-Za-z]") {
            prop_assert!(Slug::parse(&text).is_err());
        }
    }
}
