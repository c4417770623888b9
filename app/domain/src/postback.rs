//! The parameters of a postback, read: which name wins, what is cut, what is warned of, what is refused.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::{Amount, ApiKey, ClickId, ConversionStatus, Currency, DecimalError, TransactionId};

/// Name and value of each parameter, decoded, in the order they came.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// From the query string.
    pub query: Vec<(String, String)>,
    /// From the body; empty for a GET, whose body is not read.
    pub body: Vec<(String, String)>,
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
    /// What was odd about the request, for its sender.
    pub warnings: Vec<Warning>,
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
    pub const fn error_code(self) -> &'static str {
        match self {
            Self::Status => "invalid_status",
            Self::Amount => "invalid_amount",
            Self::Commission => "invalid_commission",
            Self::Currency => "invalid_currency",
            Self::TransactionId => "invalid_transaction_id",
        }
    }
}

/// Something odd that was put right or passed over; the sale is recorded all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A value carried `¤cy=XXX`: `&currency=XXX` went through HTML.
    MangledCurrency,
    /// A parameter came more than once; the first wins.
    GivenTwice(&'static str),
    /// A parameter came in query and body; the query wins.
    InQueryAndBody(&'static str),
    /// Two names of one parameter had different values; the first name wins.
    AliasesDiffer(&'static str, &'static str),
    /// A repeat differs from what is stored, which stays.
    IgnoredChange(&'static str),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MangledCurrency => f.write_str("mangled_currency_parameter"),
            Self::GivenTwice(name) => write!(f, "given_twice: {name}"),
            Self::InQueryAndBody(name) => write!(f, "in_query_and_body: {name}"),
            Self::AliasesDiffer(kept, ignored) => write!(f, "aliases_differ: {kept}, {ignored}"),
            Self::IgnoredChange(name) => write!(f, "ignored_change: {name}"),
        }
    }
}

impl Postback {
    /// Reads a request: `header_key` is the value of `X-API-Key`, which wins over the parameter.
    pub fn read(header_key: Option<String>, parameters: Parameters) -> Self {
        let mut reader = Reader::new(parameters);
        let parameter_key = reader.value(&["api_key"]);
        let api_key = header_key.filter(|key| !key.trim().is_empty()).map(|key| key.trim().to_owned());
        let click = match reader.value(&["click_id", "cid"]) {
            None => ClickReference::Absent,
            Some(text) => ClickId::parse(&text).map_or(ClickReference::Unreadable(text), ClickReference::Id),
        };
        let values = reader.values();
        Self { api_key: api_key.or(parameter_key).map(ApiKey::new), click, values, warnings: reader.warnings }
    }
}

struct Reader {
    parameters: Parameters,
    mangled_currency: Option<String>,
    warnings: Vec<Warning>,
}

impl Reader {
    /// Trims every value and drops the empty ones: "an empty value is an absent one".
    fn new(parameters: Parameters) -> Self {
        let mut reader = Self { parameters: Parameters::default(), mangled_currency: None, warnings: Vec::new() };
        reader.parameters.query = reader.clean(parameters.query);
        reader.parameters.body = reader.clean(parameters.body);
        reader
    }

    fn clean(&mut self, pairs: Vec<(String, String)>) -> Vec<(String, String)> {
        let cleaned = pairs.into_iter().map(|(name, value)| (name, self.cut_mangled_currency(value.trim()).to_owned()));
        cleaned.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// HTML reads `&curren` as `¤`, so a link copied through a page says `10¤cy=USD`.
    fn cut_mangled_currency<'v>(&mut self, value: &'v str) -> &'v str {
        let Some((kept, currency)) = split_mangled_currency(value) else { return value };
        if !self.warnings.contains(&Warning::MangledCurrency) {
            self.warnings.push(Warning::MangledCurrency);
        }
        // What follows the code can be a second mangling, which says the same.
        let currency = split_mangled_currency(currency).map_or(currency, |(first, _)| first).trim();
        if !currency.is_empty() && self.mangled_currency.is_none() {
            self.mangled_currency = Some(currency.to_owned());
        }
        kept.trim_end()
    }

    /// The value under the first of these names that has one.
    fn value(&mut self, names: &[&'static str]) -> Option<String> {
        let found: Vec<_> = names.iter().filter_map(|name| Some((*name, self.named(name)?))).collect();
        let (kept_name, kept) = found.first()?.clone();
        for (name, value) in &found[1..] {
            if *value != kept {
                self.warnings.push(Warning::AliasesDiffer(kept_name, name));
            }
        }
        Some(kept)
    }

    fn named(&mut self, name: &'static str) -> Option<String> {
        let all = |pairs: &[(String, String)]| -> Vec<String> {
            pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone()).collect()
        };
        let (query, body) = (all(&self.parameters.query), all(&self.parameters.body));
        if query.len() > 1 || body.len() > 1 {
            self.warnings.push(Warning::GivenTwice(name));
        }
        if !query.is_empty() && !body.is_empty() {
            self.warnings.push(Warning::InQueryAndBody(name));
        }
        query.into_iter().chain(body).next()
    }

    fn values(&mut self) -> Result<Values, InvalidValue> {
        let status = self.value(&["status"]);
        let amount = self.value(&["amount"]);
        let commission = self.value(&["commission"]);
        let currency = self.value(&["currency"]).or(self.mangled_currency.take());
        let transaction_id = self.value(&["transaction_id", "txn", "order_id"]);
        Ok(Values {
            status: parse(Parameter::Status, status, ConversionStatus::parse)?,
            amount: parse(Parameter::Amount, amount, read_amount)?,
            commission: parse(Parameter::Commission, commission, read_amount)?,
            currency: parse(Parameter::Currency, currency, Currency::parse)?,
            transaction_id: parse(Parameter::TransactionId, transaction_id, TransactionId::parse)?,
        })
    }
}

fn read_amount(text: &str) -> Result<Amount, DecimalError> {
    Amount::parse(text)
}

fn parse<T, E: fmt::Display>(
    parameter: Parameter,
    text: Option<String>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, InvalidValue> {
    let Some(text) = text else { return Ok(None) };
    match parse(&text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(InvalidValue { parameter, reason: error.to_string(), text }),
    }
}

/// What stands before and after the sign that HTML made of `&curren`. The sign comes as itself, percent-encoded
/// once more (as UTF-8 or Latin-1), or broken by a decoder that expected UTF-8.
fn split_mangled_currency(value: &str) -> Option<(&str, &str)> {
    const SIGNS: [&str; 4] = ["¤", "\u{fffd}", "%C2%A4", "%A4"];
    const ENDS: [&str; 2] = ["cy=", "cy%3D"];
    // Each sign begins with one of these, and nearly every value is without.
    if value.bytes().all(|byte| byte.is_ascii() && byte != b'%') {
        return None;
    }
    let lower = value.to_ascii_lowercase();
    SIGNS
        .iter()
        .flat_map(|sign| ENDS.iter().map(move |end| format!("{sign}{end}").to_ascii_lowercase()))
        .filter_map(|mark| lower.find(&mark).map(|at| (at, mark.len())))
        .min()
        .map(|(at, length)| (&value[..at], &value[at + length..]))
}

/// Whether a value is a placeholder that the sender's platform should have replaced: `{click_id}`, `[amount]`,
/// `%status%`, `${amount}`, `<click>`.
pub fn looks_like_a_macro(text: &str) -> bool {
    let text = text.trim().trim_start_matches('$');
    let pairs = [('{', '}'), ('[', ']'), ('%', '%'), ('<', '>'), ('#', '#')];
    text.chars().count() > 2 && pairs.iter().any(|(open, close)| text.starts_with(*open) && text.ends_with(*close))
}
