//! Countries, as their two letters.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A country by the two letters of ISO 3166-1, such as `DE`. Which letters stand for one, whoever looked them up knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// The text is no pair of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the two letters of a country, for example DE")]
pub struct InvalidCountry;

impl Country {
    /// Reads two letters in any case.
    pub fn parse(text: &str) -> Result<Self, InvalidCountry> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Ok(Self([first.to_ascii_uppercase(), second.to_ascii_uppercase()]))
            }
            _ => Err(InvalidCountry),
        }
    }

    /// As the databases write it: 26 times the first letter (A is 0) plus the second, plus 1.
    pub fn code(self) -> i16 {
        let place = |letter: u8| i16::from(letter - b'A');
        place(self.0[0]) * 26 + place(self.0[1]) + 1
    }

    /// Reads what [`Country::code`] writes.
    pub fn from_code(code: i16) -> Option<Self> {
        let place = u8::try_from((code - 1).div_euclid(26)).ok().filter(|place| *place < 26)?;
        let second = u8::try_from((code - 1).rem_euclid(26)).ok()?;
        Some(Self([b'A' + place, b'A' + second]))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl TryFrom<String> for Country {
    type Error = InvalidCountry;

    fn try_from(text: String) -> Result<Self, InvalidCountry> {
        Self::parse(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_of_letters_has_a_code_of_its_own() {
        let letters = || b'A'..=b'Z';
        let mut last = 0;
        for country in letters().flat_map(|first| letters().map(move |second| Country([first, second]))) {
            assert_eq!(country.code(), last + 1);
            assert_eq!(Country::from_code(country.code()), Some(country));
            last = country.code();
        }
        assert_eq!([0, -1, 677, i16::MAX, i16::MIN + 1].map(Country::from_code), [None; 5]);
    }

    #[test]
    fn letters_are_read_in_any_case_and_nothing_else_is() {
        assert_eq!(Country::parse("de").unwrap().to_string(), "DE");
        for text in ["", "D", "DEU", "D1", "ÄÖ", "d ", "é"] {
            assert_eq!(Country::parse(text), Err(InvalidCountry), "{text}");
        }
    }
}
