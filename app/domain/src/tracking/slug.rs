//! The short name of a tracking link.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::is_unseen;

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

    /// The slug with which the rest of an address begins, decoded. What can't belong to it is not looked at: a link at
    /// the end of a sentence comes with a point, one that was shared with `&fbclid=…`, a copied one with a space or a
    /// quote before it.
    pub fn leading(text: &str) -> Option<Self> {
        // Mails break long addresses where nobody sees it.
        let seen = || text.chars().filter(|c| !is_unseen(*c)).collect::<String>();
        Self::at_start(text).or_else(|| Self::at_start(&seen()).filter(|_| !text.is_ascii()))
    }

    fn at_start(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let (slug, behind) = text.split_at_checked(Self::LENGTH)?;
        let is_longer = behind.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        Self::parse(slug).ok().filter(|_| !is_longer)
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

    #[test]
    fn what_cannot_belong_to_a_slug_is_not_looked_at() {
        let slug = Slug::parse("Ab3dE6gH9k").unwrap();
        let behind = [
            "",
            ".",
            ",",
            ")",
            "!",
            "/",
            " ",
            "\"",
            "'",
            "\u{200b}",
            "&fbclid=1",
            "?fbclid=1",
            "…",
            "é",
            "/x",
            "-x",
            "_",
        ];
        for behind in behind {
            assert_eq!(Slug::leading(&format!("Ab3dE6gH9k{behind}")), Some(slug.clone()), "{behind}");
        }
        for before in [" ", "\u{200b}", "\"", "(", "/", "./"] {
            assert_eq!(Slug::leading(&format!("{before}Ab3dE6gH9k{before}")), Some(slug.clone()), "{before}");
        }
        for within in ["Ab3d\u{ad}E6gH9k", "Ab3dE6g\u{200b}H9k.", "Ab3dE6gH9k\u{200b}x"] {
            assert_eq!(Slug::leading(within), Some(slug.clone()), "{within}");
        }
        for text in ["Ab3dE6gH9", "Ab3dE6gH9kL", "Ab3dE6gH9k0.", "x/Ab3dE6gH9k", "Ab3dE6gH9é", "Ab3dE6gH.k"] {
            assert_eq!(Slug::leading(text), None, "{text}");
        }
    }

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
