//! Parameters made tidy before any is looked at: what can't be seen is cut off, what HTML did to them is undone, and
//! what is as good as nothing is left out.

use std::collections::HashSet;

use super::{CLICK_NAMES, Pair, Parameters, TRANSACTION_NAMES, Warning, known_name, mangled};
use crate::{text::html::is_ampersand, trim_unseen};

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

/// Whether a text has nothing that is cut, undone or warned of: nearly every one, and it is told at a glance.
fn is_plain(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    text.bytes().fold(true, |all, byte| all & fits(byte))
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
        if is_plain(&sent_name) && is_plain(&value) {
            return self.tidy(sent_name, value);
        }
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
        // What was cut off need not be what was odd.
        if let Some(known) = known_name(name).filter(|_| !kept.is_ascii() && self.not_utf8.contains(&sent_name)) {
            self.warn(Warning::NotUtf8(known));
        }
        let name = if name.len() == sent_name.len() { sent_name } else { name.to_owned() };
        let value = if kept.len() == value.len() { value } else { kept.to_owned() };
        self.tidy(name, value)
    }

    /// What is left of a pair in which nothing has to be repaired.
    fn tidy(&mut self, name: String, value: String) -> Option<Pair> {
        if value.is_empty() {
            return None;
        }
        if let Some(known) = known_name(&name).filter(|known| is_absent_by_word(known, &value)) {
            self.warn(Warning::AbsentWord(known));
            return None;
        }
        Some((name, value))
    }

    /// Of an order's id whose bytes were not UTF-8 only ASCII's white space is cut off: `A%A0` and `A%AD` are not `A`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mended_anywhere_is_never_plain() {
        for text in
            ["amp;cid", "#038;cid", "curren;cy", "a\u{200b}", "\u{feff}a", " a", "a\n", "a\u{a0}", "é", "\u{fffd}"]
        {
            assert!(!is_plain(text), "{text:?}");
        }
        for sign in ["¤cy=EUR", "%C2%A4cy=EUR", "%a4cy%3DEUR", "Â¤cy=EUR"] {
            assert!(mangled::split(sign).is_some() && !is_plain(sign), "{sign}");
        }
        for text in ["", "transaction_id", "A-1", "12.50", "clk_01h455vb4pex5vsknk084sn02q", "2026-11-29T12:00:00"] {
            assert!(is_plain(text), "{text}");
        }
    }
}
