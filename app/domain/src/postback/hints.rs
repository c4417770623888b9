//! The likely mistake behind a value that was refused. What is said here depends on the request alone: a hint that knew
//! what is stored would tell a stranger's key from a wrong one.

use percent_encoding::percent_decode_str;

use super::{InvalidValue, Parameter, clean::is_absent_word, is_unreplaced_macro, macros::is_uuid};
use crate::{AffiliateId, ApiKey, ApplicationId, ClickId, ConversionId, LinkId, OfferId, PartnerId};

/// Signs that people and programs put around a text.
const QUOTES: [char; 13] = ['"', '\'', '`', '´', '“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

/// What is wrong with a key, as far as it shows: the key is never in it.
pub fn key_hint(key: &str) -> Option<&'static str> {
    if is_unreplaced_macro("api_key", key) || is_filler(key, ApiKey::PREFIX) || is_absent_word(key) {
        return Some("The key looks like a macro that was not replaced; the API key belongs in its place.");
    }
    if is_quoted(key) {
        return Some("The key came in quotes; it is sent without them.");
    }
    if key.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("bearer")) {
        return Some("The key came with the word Bearer before it; it is sent alone.");
    }
    if key.starts_with("clk_") {
        return Some("The value of api_key is a click id; that one belongs in click_id.");
    }
    if key.contains(['?', '&', '=']) {
        return Some("The key came with a part of an address; it is sent alone.");
    }
    let is_key =
        |secret: &str| secret.len() == ApiKey::RANDOM_LENGTH && secret.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_whole = key.strip_prefix(ApiKey::PREFIX).is_some_and(is_key);
    (key.contains(ApiKey::PREFIX) && !is_whole)
        .then_some("An API key is sp_live_ and 40 letters and digits; it was cut off, or something stands beside it.")
}

/// What examples write for a key or an id: its beginning and `xxx`, `…`, dots, or YOUR and words.
fn is_filler(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| rest.contains("YOUR") || rest.chars().all(|c| "xX*.…•".contains(c)))
}

/// Why a text is no click's id. `shown` is the text as it may be shown.
pub fn click_hint(text: &str, shown: &str) -> Option<String> {
    common_hint("click_id", text, shown).or_else(|| foreign_id(text).map(str::to_owned))
}

/// Why a value can't be taken, where more can be said than what it should be.
pub fn value_hint(invalid: &InvalidValue, shown: &str) -> Option<String> {
    let text = invalid.text.as_str();
    let hint = match invalid.parameter {
        Parameter::Amount | Parameter::Commission => amount_hint(text),
        Parameter::Currency => currency_hint(text),
        Parameter::Status | Parameter::TransactionId => None,
    };
    common_hint(invalid.parameter.name(), text, shown).or_else(|| hint.map(str::to_owned))
}

/// What is likely wherever a value belongs.
fn common_hint(parameter: &str, text: &str, shown: &str) -> Option<String> {
    if is_unreplaced_macro(parameter, text) {
        return Some(format!("The value looks like a macro that was not replaced: {shown}"));
    }
    if is_quoted(text) {
        return Some(format!("The value came in quotes; it is sent without them: {shown}"));
    }
    if is_absent_word(text) {
        return Some(format!(
            "The value is the word {shown}: whatever it was made from was empty on the sender's side."
        ));
    }
    let is_encoded = text.contains('%') && percent_decode_str(text).decode_utf8_lossy() != text;
    is_encoded.then(|| format!("The value looks percent-encoded once more than needed: {shown}"))
}

fn is_quoted(text: &str) -> bool {
    let named = ["&quot;", "&#34;", "&#39;", "%22", "%27"];
    text.starts_with(QUOTES) || text.ends_with(QUOTES) || named.into_iter().any(|quote| text.starts_with(quote))
}

/// What a text is that could be an id, but no click's.
fn foreign_id(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    if text.starts_with("CLK_") || (lower != text && ClickId::parse(&lower).is_ok()) {
        return Some("Click ids are lower-case; something has changed the letters.");
    }
    if ClickId::parse(&format!("clk_{text}")).is_ok() {
        return Some("A click id begins with clk_; the value lacks that.");
    }
    if text.to_ascii_lowercase().contains(ApiKey::PREFIX) {
        return Some(
            "The value of click_id is an API key; that one belongs in api_key, and should be replaced if a log has it now.",
        );
    }
    if let Some(what) = our_own_id(text) {
        return Some(what);
    }
    if is_filler(text, "clk_") {
        return Some(
            "The value is the placeholder of an example; the click_id of the landing page belongs in its place.",
        );
    }
    if text
        .match_indices("clk_")
        .any(|(at, _)| text.get(at..at + 30).is_some_and(|id| text.len() > 30 && ClickId::parse(id).is_ok()))
    {
        return Some("The value holds a click id and something beside it; the id is sent alone.");
    }
    if text.starts_with("clk_") {
        return (text.len() != 30)
            .then_some("A click id has 30 characters; the value was cut off, or something was added.");
    }
    if is_uuid(text) {
        return Some("The value is a UUID, as other platforms use them; a click id begins with clk_.");
    }
    if ["Cj0", "CjwK", "EAIaIQ", "CjgK"].iter().any(|start| text.starts_with(start)) {
        return Some("The value looks like a gclid, Google's id of a click; a click id begins with clk_.");
    }
    if ["IwAR", "IwY2", "fb."].iter().any(|start| text.starts_with(start)) {
        return Some("The value looks like a fbclid, Facebook's id of a click; a click id begins with clk_.");
    }
    Some("A click id begins with clk_; the value may be another platform's id, or a sub-id.")
}

fn our_own_id(text: &str) -> Option<&'static str> {
    if OfferId::parse(text).is_ok() {
        return Some("The value is the id of an offer; the click's is in the parameter click_id of the landing page.");
    }
    if AffiliateId::parse(text).is_ok() {
        return Some(
            "The value is the id of an affiliate; the click's is in the parameter click_id of the landing page.",
        );
    }
    let other = ConversionId::parse(text).is_ok()
        || PartnerId::parse(text).is_ok()
        || LinkId::parse(text).is_ok()
        || ApplicationId::parse(text).is_ok();
    other.then_some("The value is an id of this network, but not a click's; a click id begins with clk_.")
}

fn amount_hint(text: &str) -> Option<&'static str> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    if is_grouped(text) {
        return Some("Decimals are written with a point and without separators, in units and not in cents: 1234.50.");
    }
    if !text.is_ascii() && text.chars().any(char::is_numeric) && !text.bytes().any(is_digit) {
        return Some("Only the digits 0 to 9 are read.");
    }
    let has_currency = text.chars().any(is_currency_sign) || has_letters(text);
    if text.bytes().any(is_digit) && has_currency && !text.starts_with("0x") {
        return Some(
            "An amount is a number alone; its currency is sent as the parameter currency, for example currency=EUR.",
        );
    }
    let is_whole = text.bytes().all(is_digit) && !text.is_empty();
    is_whole.then_some("Amounts are sent in units of the currency, not in cents.")
}

/// Whether a text is digits with separators: `1,5`, `1.000.000`, `1 000` with a space of any kind, `1'000`.
fn is_grouped(text: &str) -> bool {
    let is_separator = |c: char| c.is_whitespace() || ",'’_".contains(c);
    (text.contains(is_separator) || text.matches('.').count() > 1)
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || ".+-".contains(c) || is_separator(c))
}

/// The dollar, cent, pound and yen, and Unicode's block of others.
const fn is_currency_sign(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¥' | '\u{20a0}'..='\u{20cf}')
}

/// Whether there are letters other than an exponent's, which stands between a digit and a digit or sign: `1e309`.
fn has_letters(text: &str) -> bool {
    let mut before = ' ';
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let begins_exponent = || rest.as_str().starts_with(|next: char| next.is_ascii_digit() || "+-".contains(next));
        let is_exponent = matches!(c, 'e' | 'E') && (before.is_ascii_digit() || before == '.') && begins_exponent();
        if c.is_alphabetic() && !is_exponent {
            return true;
        }
        before = c;
    }
    false
}

fn currency_hint(text: &str) -> Option<&'static str> {
    match text {
        "$" | "US$" => Some("The code of the US dollar is USD."),
        "€" => Some("The code of the euro is EUR."),
        "£" => Some("The code of the pound sterling is GBP."),
        "¥" => Some("The code of the yen is JPY, that of the yuan CNY."),
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => Some("The code is sent in letters, such as USD."),
        _ => None,
    }
}
