//! The parameters of a postback, read: which name wins, what is cut, what is warned of, what is refused.

mod answer_code;
mod clean;
mod hints;
mod macros;
mod mangled;
mod names;
mod reader;
mod secret;
#[cfg(test)]
mod tests;
mod warnings;

pub use self::{
    answer_code::{AnswerCode, WarningCode},
    hints::{click_hint, key_hint, value_hint},
    macros::is_unreplaced_macro,
    names::is_key_spelling,
    secret::holds_key,
    warnings::Warning,
};
use self::{clean::clean, names::missing_hint, reader::Reader};
use crate::{Amount, ApiKey, ClickId, ConversionStatus, Currency, TransactionId, trim_unseen};

/// The names that mean something here; every other is nobody's business.
const NAMES: [&str; 10] =
    ["api_key", "click_id", "cid", "status", "amount", "commission", "currency", "transaction_id", "txn", "order_id"];
/// The names of the click.
const CLICK_NAMES: [&str; 2] = ["click_id", "cid"];
/// The names of the order.
const TRANSACTION_NAMES: [&str; 3] = ["transaction_id", "txn", "order_id"];

/// A name and its value.
type Pair = (String, String);

/// The parameter of exactly this name, if there is one.
pub fn known_name(name: &str) -> Option<&'static str> {
    NAMES.into_iter().find(|known| *known == name)
}

/// Name and value of each parameter, decoded, in the order they came.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// From the query string.
    pub query: Vec<(String, String)>,
    /// From the body; empty for a GET, whose body is not read.
    pub body: Vec<(String, String)>,
    /// The names of those whose bytes were not UTF-8 and were read as Windows-1252.
    pub not_utf8: Vec<String>,
    /// A name of ours that stands within another member of a JSON body, and that member's name, as it may be shown.
    pub nested: Vec<(&'static str, String)>,
    /// In a sentence, what the body looks like, where it was read as what it probably isn't.
    pub body_shape: Option<&'static str>,
    /// The name of a header that looks like a key's and isn't the right one, as it may be shown.
    pub key_header: Option<String>,
    /// Why the body was passed over, if it was: a few words, none of them the sender's.
    pub body_ignored: Option<String>,
}

impl Parameters {
    /// Whether the query names the click: then it is whole without a body.
    pub fn query_names_click(&self) -> bool {
        self.query.iter().any(|(name, value)| {
            CLICK_NAMES.contains(&clean::without_ampersand(name))
                && !trim_unseen(mangled::split(value).map_or(value.as_str(), |(kept, _)| kept)).is_empty()
        })
    }
}

/// A postback as it was sent: what is needed to answer it in the contract's order of checks.
#[derive(Debug, Clone)]
pub struct Postback {
    /// The key from the header, else from a parameter.
    pub api_key: Option<ApiKey>,
    /// The click that is meant.
    pub click: ClickReference,
    /// The values, or the first that can't be taken.
    pub values: Result<Values, InvalidValue>,
    /// What was odd about the request, for its sender. In this order: the body, mangled names and values, bytes that
    /// were not UTF-8 and words that were left out, as they came; then what was given more than once, by the table of
    /// parameters; then what the values look like, and names that were probably meant, by the same table.
    pub warnings: Vec<Warning>,
    /// What was probably meant for the key or the click, where one of them is missing; else nothing of use. Nothing of a
    /// value is in it.
    pub hint: Option<String>,
}

/// What a postback says of its click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClickReference {
    /// No `click_id` and no `cid`.
    Absent,
    /// A text that no click can have as its id.
    Unreadable(String),
    /// An id.
    Id(ClickId),
}

/// The values as sent; `None` where nothing was, so that a repeat compares only what it sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Defaults to `confirmed`.
    pub status: Option<ConversionStatus>,
    /// Order value; defaults to 0.
    pub amount: Option<Amount>,
    /// The affiliate's share; defaults to 0.
    pub commission: Option<Amount>,
    /// Defaults to USD.
    pub currency: Option<Currency>,
    /// Defaults to the click's id.
    pub transaction_id: Option<TransactionId>,
}

/// A value that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    /// Which parameter.
    pub parameter: Parameter,
    /// The offending text as sent.
    pub text: String,
    /// What was wrong with it.
    pub reason: String,
}

/// The parameters whose values can be refused, in the order they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// `status`
    Status,
    /// `amount`
    Amount,
    /// `commission`
    Commission,
    /// `currency`
    Currency,
    /// `transaction_id`, `txn` or `order_id`
    TransactionId,
}

impl Parameter {
    /// Its first name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Amount => "amount",
            Self::Commission => "commission",
            Self::Currency => "currency",
            Self::TransactionId => "transaction_id",
        }
    }

    /// The code of a refusal.
    pub const fn answer_code(self) -> AnswerCode {
        match self {
            Self::Status => AnswerCode::InvalidStatus,
            Self::Amount => AnswerCode::InvalidAmount,
            Self::Commission => AnswerCode::InvalidCommission,
            Self::Currency => AnswerCode::InvalidCurrency,
            Self::TransactionId => AnswerCode::InvalidTransactionId,
        }
    }
}

impl Postback {
    /// Reads a request: `header_key` is the value of `X-API-Key`, which wins over the parameter.
    pub fn read(header_key: Option<&str>, parameters: Parameters) -> Self {
        let sent = clean(parameters);
        let mut reader = Reader::new(&sent);
        let parameter_key = reader.value(&["api_key"]).map(|(_, key)| key);
        let header_key = header_key.map(trim_unseen).filter(|key| !key.is_empty());
        let api_key = header_key.or(parameter_key).map(|key| ApiKey::new(key.to_owned()));
        let click = match reader.value(&CLICK_NAMES) {
            None => ClickReference::Absent,
            Some((_, text)) => {
                ClickId::parse(text).map_or_else(|_| ClickReference::Unreadable(text.to_owned()), ClickReference::Id)
            }
        };
        let values = reader.values(api_key.as_ref());
        let hint = missing_hint(&sent, api_key.is_some(), click != ClickReference::Absent);
        Self { api_key, click, values, warnings: reader.warnings(), hint }
    }

    /// Whether it names a key and a click, and all its values can be taken: then the recorder decides.
    pub fn is_complete(&self) -> bool {
        self.api_key.is_some() && matches!(self.click, ClickReference::Id(_)) && self.values.is_ok()
    }
}
