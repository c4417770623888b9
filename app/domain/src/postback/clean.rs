//! Parameters made tidy before any is looked at: what can't be seen is cut off, what HTML did to them is undone, and
//! what is as good as nothing is left out.

use std::collections::HashSet;

use super::{CLICK_NAMES, Pair, Parameters, TRANSACTION_NAMES, Warning, known_name, mangled};
use crate::{html::is_ampersand, trim_unseen};

/// What was sent, tidy.
pub(super) struct Clean {
    pub(super) query: Vec<Pair>,
    pub(super) body: Vec<Pair>,
    /// What stood behind a `¤cy=`.
    pub(super) mangled_currency: Option<String>,
    pub(super) warnings: Vec<Warning>,
    /// Names of ours where they aren't read, and where that is.
    pub(super) nested: Vec<(&'static str, String)>,
    /// What the body looks like.
    pub(super) body_shape: Option<&'static str>,
    /// Which other header holds what is probably the key.
    pub(super) key_header: Option<String>,
    /// Why there was a body that could not be used.
    pub(super) body_ignored: Option<String>,
}

impl Clean {
    /// Whether the query is whole without a body, which then is about other things.
    pub(super) fn query_names_click(&self) -> bool {
        self.query.iter().any(|(name, _)| CLICK_NAMES.contains(&name.as_str()))
    }
}

/// Trims every value and drops the empty ones: "an empty value is an absent one".
pub(super) fn clean(parameters: Parameters) -> Clean {
    let Parameters { query, body, not_utf8, nested, body_shape, body_ignored, key_header } = parameters;
    // Asked of every pair, of which a stranger can send thousands: a list would be looked through for each.
    let not_utf8 = not_utf8.into_iter().filter(|name| known_name(without_ampersand(name)).is_some()).collect();
    let mut cleaner = Cleaner { not_utf8, mangled_currency: None, warnings: Vec::new() };
    if let Some(why) = &body_ignored {
        cleaner.warn(Warning::BodyIgnored(why.clone()));
    }
    let (query, body) = (cleaner.pairs(query), cleaner.pairs(body));
    let Cleaner { mangled_currency, warnings, .. } = cleaner;
    Clean { query, body, mangled_currency, warnings, nested, body_shape, key_header, body_ignored }
}

/// A name as it was before HTML wrote the `&` before it as `&amp;` or `&#038;`, however often.
pub(super) fn without_ampersand(mut name: &str) -> &str {
    while let Some((entity, rest)) = name.split_once(';')
        && is_ampersand(entity)
    {
        name = rest;
    }
    name
}

/// What languages write where there is no value.
pub(super) fn is_absent_word(text: &str) -> bool {
    ["undefined", "null", "none", "nan", "(null)"].into_iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether such a word can't have been meant: an order of that name would be every order's.
fn is_absent_by_word(name: &str, text: &str) -> bool {
    (name == "currency" || TRANSACTION_NAMES.contains(&name)) && is_absent_word(text)
}

struct Cleaner {
    /// Names of ours, as they were sent.
    not_utf8: HashSet<String>,
    mangled_currency: Option<String>,
    warnings: Vec<Warning>,
}

impl Cleaner {
    fn pairs(&mut self, pairs: Vec<Pair>) -> Vec<Pair> {
        pairs.into_iter().filter_map(|(name, value)| self.pair(name, value)).collect()
    }

    fn pair(&mut self, sent_name: String, value: String) -> Option<Pair> {
        let name = without_ampersand(&sent_name);
        if let Some(currency) = mangled::in_name(name, &value) {
            self.take_mangled_currency(&currency);
            return None;
        }
        let kept = self.trim(&sent_name, &value);
        let kept = self.cut_mangled_currency(kept);
        if kept.is_empty() {
            return None;
        }
        if name.len() < sent_name.len() {
            self.warn(Warning::MangledAmpersand);
        }
        if let Some(known) = known_name(name) {
            // What was cut off need not be what was odd.
            if !kept.is_ascii() && self.not_utf8.contains(&sent_name) {
                self.warn(Warning::NotUtf8(known));
            }
            if is_absent_by_word(known, kept) {
                self.warn(Warning::AbsentWord(known));
                return None;
            }
        }
        let name = if name.len() == sent_name.len() { sent_name } else { name.to_owned() };
        let value = if kept.len() == value.len() { value } else { kept.to_owned() };
        Some((name, value))
    }

    /// Of an order's id whose bytes were not UTF-8 only ASCII's blanks are cut off: `A%A0` and `A%AD` are not `A`.
    fn trim<'v>(&self, name: &str, value: &'v str) -> &'v str {
        let is_raw = self.not_utf8.contains(name);
        if is_raw && TRANSACTION_NAMES.contains(&without_ampersand(name)) {
            value.trim_ascii()
        } else {
            trim_unseen(value)
        }
    }

    /// HTML reads `&curren` as `¤`, so a link copied through a page says `10¤cy=USD`.
    fn cut_mangled_currency<'v>(&mut self, value: &'v str) -> &'v str {
        let Some((kept, currency)) = mangled::split(value) else { return value };
        self.take_mangled_currency(currency);
        trim_unseen(kept)
    }

    fn take_mangled_currency(&mut self, currency: &str) {
        self.warn(Warning::MangledCurrency);
        // What follows the code can be a second mangling, which says the same.
        let currency = trim_unseen(mangled::split(currency).map_or(currency, |(first, _)| first));
        if is_absent_word(currency) {
            self.warn(Warning::AbsentWord("currency"));
        } else if !currency.is_empty() && self.mangled_currency.is_none() {
            self.mangled_currency = Some(currency.to_owned());
        }
    }

    /// Each is said once.
    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}
