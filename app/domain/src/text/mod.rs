//! Texts that people write, bounded.

pub(crate) mod html;
mod unseen;

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::{
    UnicodeNormalization as _,
    char::{canonical_combining_class, is_combining_mark},
};

pub use self::unseen::{is_unseen, joins, trim_unseen};

/// A text of `MIN` to `MAX` characters in Unicode's form NFC, trimmed, without control characters.
///
/// Over several `LINES` it keeps line breaks and tabs, and loses unseen characters that don't belong. On one line both
/// are refused, since two names that look alike must not be two, and there is something to see in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BoundedText<const MIN: usize, const MAX: usize, const LINES: bool = true>(String);

/// What people and offers are called: 1 to `MAX` characters on one line.
pub type Name<const MAX: usize> = BoundedText<1, MAX, false>;

/// Why a text doesn't fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Fewer characters than needed: none, as no text has to be longer than one.
    #[error("must be filled in")]
    Missing,
    /// Characters, but none that leaves a mark.
    #[error("needs at least one character that can be seen, such as a letter")]
    Invisible,
    /// More characters than allowed.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// A character that can't be shown, by its number.
    #[error("contains a control character (U+{0:04X}); type it again instead of pasting it")]
    Control(u32),
    /// A line break where there is one line.
    #[error("contains a line break; it has to be on one line, such as Acme Ltd")]
    LineBreak,
    /// A character that nobody sees, by its number.
    #[error("contains a character that can't be seen (U+{0:04X}); type it again instead of pasting it")]
    Unseen(u32),
}

impl<const MIN: usize, const MAX: usize, const LINES: bool> BoundedText<MIN, MAX, LINES> {
    /// Reads a text as a form sends it; line ends become `\n`.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let whole: String = text.trim().replace("\r\n", "\n").nfc().collect();
        let text = if LINES { read_lines(&whole) } else { check_line(&whole).map(|()| whole) }?;
        let length = text.chars().count();
        if length < MIN {
            return Err(InvalidText::Missing);
        }
        // A mark that combines needs a letter to stand on.
        if MIN > 0 && !text.chars().any(|c| is_seen(c) && !is_combining_mark(c)) {
            return Err(InvalidText::Invisible);
        }
        if length > MAX {
            return Err(InvalidText::TooLong(MAX));
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Leaves out what nobody sees.
fn read_lines(text: &str) -> Result<String, InvalidText> {
    let text = text.replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    if let Some(control) = text.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t') {
        return Err(InvalidText::Control(control.into()));
    }
    let kept: String =
        in_context(&text).filter(|(before, c, after)| belongs(*before, *c, *after)).map(|(_, c, _)| c).collect();
    Ok(kept.trim().to_owned())
}

fn check_line(text: &str) -> Result<(), InvalidText> {
    for (before, c, after) in in_context(text) {
        if matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            return Err(InvalidText::LineBreak);
        }
        if c.is_control() {
            return Err(InvalidText::Control(c.into()));
        }
        if !belongs(before, c, after) {
            return Err(if text.chars().any(is_seen) { InvalidText::Unseen(c.into()) } else { InvalidText::Invisible });
        }
    }
    Ok(())
}

/// Each character with its neighbours.
fn in_context(text: &str) -> impl Iterator<Item = (Option<char>, char, Option<char>)> + '_ {
    let before = std::iter::once(None).chain(text.chars().map(Some));
    let after = text.chars().skip(1).map(Some).chain(std::iter::once(None));
    before.zip(text.chars()).zip(after).map(|((before, c), after)| (before, c, after))
}

/// Whether a character can be seen, or changes how its neighbours look. Where it changes nothing, a joiner would make
/// two names of one: between two letters of English, behind the last one.
fn belongs(before: Option<char>, c: char, after: Option<char>) -> bool {
    const VIRAMA: u8 = 9;
    const BLACK_FLAG: char = '\u{1f3f4}';
    if !is_unseen(c) {
        return true;
    }
    let (Some(before), true) = (before, joins(c)) else { return false };
    match c {
        '\u{fe0e}' | '\u{fe0f}' => is_seen(before) && !before.is_alphabetic(),
        '\u{200c}' | '\u{200d}' if canonical_combining_class(before) == VIRAMA => true,
        '\u{200c}' | '\u{200d}' => {
            let is_between = (is_seen(before) || before == '\u{fe0f}') && after.is_some_and(is_seen);
            is_between && !(before.is_ascii() && after.is_some_and(|after| after.is_ascii()))
        }
        _ => before == BLACK_FLAG || matches!(before, '\u{e0020}'..='\u{e007e}'),
    }
}

fn is_seen(c: char) -> bool {
    !is_unseen(c) && !c.is_whitespace() && !c.is_control()
}

impl<const MIN: usize, const MAX: usize, const LINES: bool> fmt::Display for BoundedText<MIN, MAX, LINES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize, const LINES: bool> TryFrom<String> for BoundedText<MIN, MAX, LINES> {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        Self::parse(&text)
    }
}

impl<const MIN: usize, const MAX: usize, const LINES: bool> From<BoundedText<MIN, MAX, LINES>> for String {
    fn from(text: BoundedText<MIN, MAX, LINES>) -> Self {
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

    type Lines = BoundedText<1, 30>;
    type Short = Name<3>;
    type Line = Name<30>;

    #[test]
    fn texts_are_bounded_in_characters_and_trimmed() {
        assert_eq!(Short::parse(" äöü ").unwrap().as_str(), "äöü");
        assert_eq!(Short::parse("  "), Err(InvalidText::Missing));
        assert_eq!(Short::parse("abcd"), Err(InvalidText::TooLong(3)));
        assert_eq!(Short::parse("a\0b"), Err(InvalidText::Control(0)));
        assert_eq!(Lines::parse("a\0b"), Err(InvalidText::Control(0)));
        assert_eq!(BoundedText::<0, 3>::parse(" ").unwrap().as_str(), "");
    }

    #[test]
    fn texts_of_several_lines_keep_their_lines() {
        for text in ["a\nb", "a\r\nb", "a\rb", "a\u{2028}b", "a\u{85}b"] {
            assert_eq!(Lines::parse(text).unwrap().as_str(), "a\nb", "{text:?}");
        }
        assert_eq!(Lines::parse("a\tb").unwrap().as_str(), "a\tb");
    }

    #[test]
    fn names_are_on_one_line() {
        for text in ["a\nb", "a\r\nb", "a\rb", "a\u{b}b", "a\u{c}b", "a\u{85}b", "a\u{2028}b", "a\u{2029}b"] {
            assert_eq!(Line::parse(text), Err(InvalidText::LineBreak), "{text:?}");
        }
        assert_eq!(Line::parse("a\tb"), Err(InvalidText::Control(9)));
    }

    #[test]
    fn marks_that_combine_are_no_name_by_themselves() {
        for text in ["\u{301}", "\u{301}\u{20dd} \u{5b0}"] {
            assert_eq!(Line::parse(text), Err(InvalidText::Invisible), "{text:?}");
        }
        assert!(Line::parse("e\u{301}").is_ok());
    }

    #[test]
    fn names_hold_nothing_that_nobody_sees() {
        for c in ['\u{200b}', '\u{feff}', '\u{202e}', '\u{2066}', '\u{ad}', '\u{3164}', '\u{2800}', '\u{200f}'] {
            let unseen = Err(InvalidText::Unseen(c.into()));
            for text in [format!("An{c}n"), format!("{c}Ann"), format!("Ann{c}")] {
                assert_eq!(Line::parse(&text), unseen, "{text:?}");
            }
            assert_eq!(Line::parse(&c.to_string()), Err(InvalidText::Invisible), "{c:?}");
            assert_eq!(Lines::parse(&format!("A{c}nn")).unwrap().as_str(), "Ann", "{c:?}");
            assert_eq!(Lines::parse(&c.to_string()), Err(InvalidText::Missing), "{c:?}");
        }
        let error = Line::parse("Ann\u{202e}").unwrap_err().to_string();
        assert!(error.contains("U+202E"), "{error}");
    }

    #[test]
    fn joiners_stay_where_they_join() {
        for text in [
            "می\u{200c}خواهم",
            "URL\u{200c}ها",
            "ന\u{d4d}\u{200d}",
            "👩\u{200d}🔧 Fixers",
            "❤\u{fe0f}",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        ] {
            assert_eq!(Line::parse(text).map(String::from).as_deref(), Ok(text), "{text:?}");
            assert_eq!(Lines::parse(text).map(String::from).as_deref(), Ok(text), "{text:?}");
        }
        for text in
            ["An\u{200d}n", "Ann\u{200d}", "\u{200d}Ann", "é\u{200c}", "Ann\u{fe0f}", "Ann\u{e0041}", "🔥\u{200d}"]
        {
            assert!(matches!(Line::parse(text), Err(InvalidText::Unseen(_))), "{text:?}");
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        assert_eq!(Line::parse("Cafe\u{301}"), Line::parse("Café"));
        assert_eq!(Lines::parse("Cafe\u{301}"), Lines::parse("Café"));
        assert_eq!(Short::parse("e\u{301}e\u{301}e\u{301}").unwrap().as_str(), "ééé", "counted as they are seen");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(shorten_to_bytes("aäb", 2), "a");
        assert_eq!(shorten_to_bytes("aäb", 3), "aä");
        assert_eq!(shorten_to_bytes("aäb", 99), "aäb");
    }
}
