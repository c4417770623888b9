//! What a sender is told of a request that was recorded all the same.

use std::fmt;

use crate::{ConversionStatus, WarningCode};

/// Something odd that was put right or passed over; the sale is recorded all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The body was not used, and why.
    BodyIgnored(String),
    /// A name began with `amp;` or `#038;`: the address went through HTML.
    MangledAmpersand,
    /// A value or a name carried `¤cy=XXX`: `&currency=XXX` went through HTML.
    MangledCurrency,
    /// The value's bytes were not UTF-8 and were read as Windows-1252.
    NotUtf8(&'static str),
    /// The value is what a program writes where it has none; read as absent, but for a status, which is kept.
    AbsentWord(&'static str),
    /// A parameter came more than once; the first wins.
    GivenTwice(&'static str),
    /// A parameter came in query and body, under whatever names; the query wins. With the name that counts.
    InQueryAndBody(&'static str),
    /// Two names of one parameter had different values; the query wins over the body, then the first name. With the
    /// name that counts and the other.
    AliasesDiffer(&'static str, &'static str),
    /// The value is a placeholder that the sender's platform should have replaced.
    UnreplacedMacro(&'static str),
    /// The status neither earns nor is a usual word for what doesn't.
    StatusDoesNotCount(ConversionStatus),
    /// Nothing was read under a name, but one came that differs from it in case or marks only. With the name as it was
    /// sent and the one that was meant.
    MisspeltName(String, &'static str),
    /// A repeat differs from what is stored, which stays.
    IgnoredChange(&'static str),
}

impl Warning {
    /// Its word in the answer.
    pub const fn code(&self) -> WarningCode {
        match self {
            Self::BodyIgnored(_) => WarningCode::BodyIgnored,
            Self::MangledAmpersand => WarningCode::MangledAmpersand,
            Self::MangledCurrency => WarningCode::MangledCurrencyParameter,
            Self::NotUtf8(_) => WarningCode::NotUtf8,
            Self::AbsentWord(_) => WarningCode::AbsentWord,
            Self::GivenTwice(_) => WarningCode::GivenTwice,
            Self::InQueryAndBody(_) => WarningCode::InQueryAndBody,
            Self::AliasesDiffer(..) => WarningCode::AliasesDiffer,
            Self::UnreplacedMacro(_) => WarningCode::UnreplacedMacro,
            Self::StatusDoesNotCount(_) => WarningCode::StatusDoesNotCount,
            Self::MisspeltName(..) => WarningCode::MisspeltName,
            Self::IgnoredChange(_) => WarningCode::IgnoredChange,
        }
    }
}

/// `code`, or `code: what it is about`.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().as_str())?;
        match self {
            Self::MangledAmpersand | Self::MangledCurrency => Ok(()),
            Self::BodyIgnored(why) => write!(f, ": {why}"),
            Self::StatusDoesNotCount(status) => write!(f, ": {status}"),
            Self::MisspeltName(sent, meant) => write!(f, ": {sent}, {meant}"),
            Self::AliasesDiffer(kept, ignored) => write!(f, ": {kept}, {ignored}"),
            Self::NotUtf8(name)
            | Self::AbsentWord(name)
            | Self::GivenTwice(name)
            | Self::InQueryAndBody(name)
            | Self::UnreplacedMacro(name)
            | Self::IgnoredChange(name) => write!(f, ": {name}"),
        }
    }
}
