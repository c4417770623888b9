//! Currency codes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A currency code: a letter, then 2 to 9 letters or digits, upper-case. `USD`, but `USDT` too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

/// The text is no currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a currency code such as USD (a letter, then 2 to 9 letters or digits)")]
pub struct InvalidCurrency;

impl Currency {
    /// Reads a code in any case; kept in upper case, as the seed says: "stored uppercased".
    pub fn parse(text: &str) -> Result<Self, InvalidCurrency> {
        let first_is_letter = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        let rest_fits = (3..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (first_is_letter && rest_fits).then(|| Self(text.to_ascii_uppercase())).ok_or(InvalidCurrency)
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many decimals its amounts are written with, as ISO 4217 says; two where it says nothing.
    pub fn decimals(&self) -> usize {
        match self.0.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
            | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }
}

/// The seed: "Defaults to USD".
impl Default for Currency {
    fn default() -> Self {
        Self("USD".to_owned())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Currency {
    type Error = InvalidCurrency;

    fn try_from(text: String) -> Result<Self, InvalidCurrency> {
        Self::parse(&text)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_currency_has_its_own_decimals() {
        for (code, decimals) in [("JPY", 0), ("krw", 0), ("USD", 2), ("USDT", 2), ("BTC", 2), ("KWD", 3), ("CLF", 4)] {
            assert_eq!(Currency::parse(code).unwrap().decimals(), decimals, "{code}");
        }
    }

    proptest! {
        #[test]
        fn codes_are_kept_in_upper_case(text in "[A-Za-z][0-9A-Za-z]{2,9}") {
            prop_assert_eq!(Currency::parse(&text).unwrap().to_string(), text.to_ascii_uppercase());
        }

        #[test]
        fn other_texts_are_refused(text in "[0-9][0-9A-Za-z]{2,9}|[A-Za-z][0-9A-Za-z]{0,1}|[A-Za-z]{11,}|[A-Z]{2}[ é$_-][A-Z]?") {
            prop_assert!(Currency::parse(&text).is_err());
        }
    }

    #[test]
    fn a_code_comes_back_as_it_was_sent() {
        let euro = Currency::parse("EUR").unwrap();
        assert_eq!(serde_json::to_string(&euro).unwrap(), "\"EUR\"");
        assert_eq!(serde_json::from_str::<Currency>("\"eur\"").unwrap(), euro);
        assert!(serde_json::from_str::<Currency>("\"1\"").is_err());
    }
}
