//! Texts that people write, bounded.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text of `MIN` to `MAX` characters, trimmed, without control characters but line breaks and tabs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BoundedText<const MIN: usize, const MAX: usize>(String);

/// Why a text doesn't fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Fewer characters than needed: none, as no text has to be longer than one.
    #[error("must be filled in")]
    Missing,
    /// More characters than allowed.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// A character that can't be shown.
    #[error("contains a control character")]
    Control,
}

impl<const MIN: usize, const MAX: usize> BoundedText<MIN, MAX> {
    /// Reads a text as a form sends it; line ends become `\n`.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let text = text.trim().replace("\r\n", "\n");
        let length = text.chars().count();
        if length < MIN {
            return Err(InvalidText::Missing);
        }
        if length > MAX {
            return Err(InvalidText::TooLong(MAX));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(InvalidText::Control);
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for BoundedText<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize> TryFrom<String> for BoundedText<MIN, MAX> {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        Self::parse(&text)
    }
}

impl<const MIN: usize, const MAX: usize> From<BoundedText<MIN, MAX>> for String {
    fn from(text: BoundedText<MIN, MAX>) -> Self {
        text.0
    }
}

/// The longest beginning of a text that has at most `limit` bytes and ends between characters.
pub fn shorten_to_bytes(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bounded_in_characters_and_trimmed() {
        type Name = BoundedText<1, 3>;
        assert_eq!(Name::parse(" äöü ").unwrap().as_str(), "äöü");
        assert_eq!(Name::parse("  "), Err(InvalidText::Missing));
        assert_eq!(Name::parse("abcd"), Err(InvalidText::TooLong(3)));
        assert_eq!(Name::parse("a\0b"), Err(InvalidText::Control));
        assert_eq!(Name::parse("a\r\nb").unwrap().as_str(), "a\nb");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(shorten_to_bytes("aäb", 2), "a");
        assert_eq!(shorten_to_bytes("aäb", 3), "aä");
        assert_eq!(shorten_to_bytes("aäb", 99), "aäb");
    }
}
