//! What a sender is told of a request that was recorded all the same.

use std::fmt;

use crate::ConversionStatus;

/// Something odd that was put right or passed over; the sale is recorded all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The body was not used, and why.
    BodyIgnored(String),
    /// A name began with `amp;`: the address went through HTML.
    MangledAmpersand,
    /// A value carried `¤cy=XXX`: `&currency=XXX` went through HTML.
    MangledCurrency,
    /// The value's bytes were not UTF-8 and were read as Windows-1252.
    NotUtf8(&'static str),
    /// The value is what a program writes where it has none; read as absent.
    AbsentWord(&'static str),
    /// A parameter came more than once; the first wins.
    GivenTwice(&'static str),
    /// A parameter came in query and body; the query wins.
    InQueryAndBody(&'static str),
    /// Two names of one parameter had different values; the first name wins.
    AliasesDiffer(&'static str, &'static str),
    /// The value is a placeholder that the sender's platform should have replaced.
    UnreplacedMacro(&'static str),
    /// The status neither earns nor is a usual word for what doesn't.
    StatusDoesNotCount(ConversionStatus),
    /// A repeat differs from what is stored, which stays.
    IgnoredChange(&'static str),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BodyIgnored(why) => write!(f, "body_ignored: {why}"),
            Self::MangledAmpersand => f.write_str("mangled_ampersand"),
            Self::MangledCurrency => f.write_str("mangled_currency_parameter"),
            Self::NotUtf8(name) => write!(f, "not_utf8: {name}"),
            Self::AbsentWord(name) => write!(f, "absent_word: {name}"),
            Self::GivenTwice(name) => write!(f, "given_twice: {name}"),
            Self::InQueryAndBody(name) => write!(f, "in_query_and_body: {name}"),
            Self::AliasesDiffer(kept, ignored) => write!(f, "aliases_differ: {kept}, {ignored}"),
            Self::UnreplacedMacro(name) => write!(f, "unreplaced_macro: {name}"),
            Self::StatusDoesNotCount(status) => write!(f, "status_does_not_count: {status}"),
            Self::IgnoredChange(name) => write!(f, "ignored_change: {name}"),
        }
    }
}
