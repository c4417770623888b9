//! Which of several values counts, and what it is.

use std::fmt;

use super::{
    InvalidValue, Pair, Parameter, TRANSACTION_NAMES, Values, Warning,
    clean::{Clean, is_absent_word},
    holds_key, is_unreplaced_macro, known_name,
    names::misspelt,
};
use crate::{Amount, ApiKey, ConversionStatus, Currency, TransactionId};

/// The name under which a value came, and the value.
type Sent<'p> = (&'static str, &'p str);

/// Reads values out of what was sent, and gathers what is odd about them.
pub(super) struct Reader<'p> {
    sent: &'p Clean,
    warnings: Vec<Warning>,
}

impl<'p> Reader<'p> {
    pub(super) fn new(sent: &'p Clean) -> Self {
        Self { sent, warnings: sent.warnings.clone() }
    }

    /// What was odd about everything that was read.
    pub(super) fn warnings(self) -> Vec<Warning> {
        self.warnings
    }

    /// The value under the first of these names that has one in the query, else in the body: a webhook's body can hold
    /// another name of a parameter that its query gives.
    pub(super) fn value(&mut self, names: &[&'static str]) -> Option<Sent<'p>> {
        let sent: &'p Clean = self.sent;
        let in_query = self.first(&sent.query, names, None);
        if sent.body.is_empty() {
            return in_query;
        }
        let kept = self.first(&sent.body, names, in_query);
        if let Some((name, _)) = in_query
            && sent.body.iter().any(|(sent_name, _)| names.contains(&sent_name.as_str()))
        {
            self.warn(Warning::InQueryAndBody(name));
        }
        kept
    }

    /// What is kept already, else the value under the first of these names; what comes beside it is warned of.
    fn first(&mut self, pairs: &'p [Pair], names: &[&'static str], mut kept: Option<Sent<'p>>) -> Option<Sent<'p>> {
        for name in names.iter().copied() {
            let mut values = under(pairs, name);
            let Some(text) = values.next() else { continue };
            if values.next().is_some() {
                self.warn(Warning::GivenTwice(name));
            }
            match kept {
                None => kept = Some((name, text)),
                Some((kept_name, kept_text)) if kept_name != name && kept_text != text => {
                    self.warn(Warning::AliasesDiffer(kept_name, name));
                }
                Some(_) => {}
            }
        }
        kept
    }

    /// Each is said once.
    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// All values, or the first of the table that can't be taken.
    pub(super) fn values(&mut self, key: Option<&ApiKey>) -> Result<Values, InvalidValue> {
        let status = self.value(&["status"]);
        let amount = self.value(&["amount"]);
        let commission = self.value(&["commission"]);
        let mangled = self.sent.mangled_currency.as_deref().map(|text| ("currency", text));
        let currency = self.value(&["currency"]).or(mangled);
        let transaction_id = self.value(&TRANSACTION_NAMES);
        let values = Values {
            status: parse(Parameter::Status, status, without_key(key, ConversionStatus::parse))?,
            amount: parse(Parameter::Amount, amount, Amount::parse)?,
            commission: parse(Parameter::Commission, commission, Amount::parse)?,
            currency: parse(Parameter::Currency, currency, Currency::parse)?,
            transaction_id: parse(Parameter::TransactionId, transaction_id, without_key(key, TransactionId::parse))?,
        };
        self.question_status(status, values.status.as_ref());
        self.question(Parameter::Currency, currency);
        self.question(Parameter::TransactionId, transaction_id);
        let is_unknown = |(name, _): &Pair| known_name(name).is_none();
        if self.sent.query.iter().any(is_unknown) || self.sent.body.iter().any(is_unknown) {
            for names in [&["status"][..], &["amount"], &["commission"], &["currency"], &TRANSACTION_NAMES] {
                self.question_name(names);
            }
        }
        Ok(values)
    }

    /// Warns of a name that was meant, unless the right one stands beside it. A webhook's body is about other things: it is
    /// looked at only where it names the click, and what it holds is no reason to pass over what the query means.
    fn question_name(&mut self, names: &[&'static str]) {
        let sent: &'p Clean = self.sent;
        let has = |pairs: &[Pair]| pairs.iter().any(|(name, _)| names.contains(&name.as_str()));
        if has(&sent.query) || (names == ["currency"] && sent.mangled_currency.is_some()) {
            return;
        }
        let in_body = || if sent.query_names_click() || has(&sent.body) { None } else { misspelt(&sent.body, names) };
        if let Some((sent, meant)) = misspelt(&sent.query, names).or_else(in_body) {
            self.warn(Warning::MisspeltName(sent, meant));
        }
    }

    fn question_status(&mut self, sent: Option<Sent<'p>>, status: Option<&ConversionStatus>) {
        let Some(status) = status.filter(|status| !status.is_usual()) else { return };
        self.question(Parameter::Status, sent);
        if is_absent_word(status.as_str()) {
            self.warnings.push(Warning::AbsentWord("status"));
        }
        self.warnings.push(Warning::StatusDoesNotCount(status.clone()));
    }

    fn question(&mut self, parameter: Parameter, sent: Option<Sent<'p>>) {
        if let Some((name, _)) = sent.filter(|(_, text)| is_unreplaced_macro(parameter.name(), text)) {
            self.warnings.push(Warning::UnreplacedMacro(name));
        }
    }
}

/// What is stored as it was sent must not hold a key: anyone who sees the conversion would see it.
fn without_key<T, E: fmt::Display>(
    key: Option<&ApiKey>,
    read: impl Fn(&str) -> Result<T, E>,
) -> impl Fn(&str) -> Result<T, String> {
    move |text| {
        if holds_key(text, key) {
            return Err("must not hold an API key".to_owned());
        }
        read(text).map_err(|error| error.to_string())
    }
}

/// The values of one name.
fn under<'p>(pairs: &'p [Pair], name: &'static str) -> impl Iterator<Item = &'p str> {
    pairs.iter().filter(move |(sent, _)| sent == name).map(|(_, value)| value.as_str())
}

fn parse<T, E: fmt::Display>(
    parameter: Parameter,
    sent: Option<Sent<'_>>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, InvalidValue> {
    let Some((_, text)) = sent else { return Ok(None) };
    match parse(text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(InvalidValue { parameter, reason: error.to_string(), text: text.to_owned() }),
    }
}
