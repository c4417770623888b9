//! The likely mistake behind a postback that was refused. What is said here depends on the request alone: a hint that
//! knew what is stored would tell a stranger's key from a wrong one.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::{
    CLICK_NAMES, InvalidValue, Pair, Parameter,
    clean::{Clean, is_absent_word},
    is_unreplaced_macro, known_name,
    macros::is_uuid,
};
use crate::{AffiliateId, ApiKey, ApplicationId, ClickId, ConversionId, LinkId, OfferId, PartnerId, trim_unseen};

/// The letters and digits of names by which keys are sent elsewhere.
const KEY_SPELLINGS: [&str; 16] = [
    "apikey",
    "xapikey",
    "key",
    "token",
    "apitoken",
    "xapitoken",
    "accesstoken",
    "authtoken",
    "xauthtoken",
    "accesskey",
    "secret",
    "apisecret",
    "secretkey",
    "partnerkey",
    "auth",
    "authorization",
];
/// The letters of our own names of the click.
const CLICK_SPELLINGS: [&str; 5] = ["clickid", "cid", "clickids", "clkid", "click"];
/// The letters and digits of names under which other platforms send a click, or something else.
const FOREIGN_CLICKS: [&str; 22] = [
    "subid",
    "subid1",
    "sub1",
    "s1",
    "affsub",
    "affsub1",
    "affclickid",
    "affclick",
    "clickref",
    "clickuuid",
    "tid",
    "refid",
    "externalid",
    "externalclickid",
    "trackingid",
    "visitorid",
    "gclid",
    "wbraid",
    "fbclid",
    "msclkid",
    "ttclid",
    "irclickid",
];
/// Signs that people and programs put around a text.
const QUOTES: [char; 13] = ['"', '\'', '`', '´', '“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

/// What was probably meant for the key or the click that isn't there; nothing where both are. What the query says of it
/// comes first: where it names the click, the body is about other things.
pub(super) fn missing_hint(sent: &Clean, has_key: bool, has_click: bool) -> Option<String> {
    if has_key && has_click {
        return None;
    }
    let missing: &[&str] = if has_key { &CLICK_NAMES[..] } else { &["api_key"] };
    let named = |pairs: &[Pair]| padded(pairs, missing).or_else(|| other_name(pairs, has_key));
    let header = || sent.key_header.as_ref().filter(|_| !has_key).map(|name| header_hint(name));
    let body = || nested(sent, missing).or_else(|| named(&sent.body)).or_else(|| sent.body_shape.map(str::to_owned));
    let body = || if sent.query_names_click() { None } else { body() };
    let ignored = || sent.body_ignored.as_ref().map(|why| format!("The body was ignored: {why}."));
    named(&sent.query).or_else(header).or_else(body).or_else(ignored)
}

fn header_hint(name: &str) -> String {
    format!("The header {name} was sent; the key belongs into the header X-API-Key, or the parameter api_key.")
}

/// A name by which the key, or the click where there is a key, is called elsewhere.
fn other_name(pairs: &[Pair], has_key: bool) -> Option<String> {
    if !has_key {
        return spelled(pairs, &KEY_SPELLINGS).map(|name| {
            format!("{name} was sent; the parameter is api_key, written exactly so, or the header X-API-Key.")
        });
    }
    let other = |name: &str| format!("{name} was sent; the parameter is click_id (or cid), written exactly so.");
    let foreign = |name: &str| {
        format!(
            "{name} was sent; the parameter is click_id (or cid), and its value the click_id that was appended to the \
             address of the landing page."
        )
    };
    spelled(pairs, &CLICK_SPELLINGS).map(other).or_else(|| spelled(pairs, &FOREIGN_CLICKS).map(foreign))
}

/// Which of these names came with something around it that can't be seen.
fn padded(pairs: &[Pair], missing: &[&str]) -> Option<String> {
    let mut names = pairs.iter().map(|(name, _)| (name.as_str(), trim_unseen(name)));
    let (_, name) = names.find(|(whole, name)| whole != name && missing.contains(name))?;
    Some(format!("{name} was sent with a blank or an invisible character beside the name; it is written without."))
}

/// What was sent under a name that differs from one of these in case or marks only, such as `AMOUNT` or `order-id[]`: the
/// name as it was sent, with what can't be seen encoded, and the one that was meant.
pub(super) fn misspelt(pairs: &[Pair], names: &[&'static str]) -> Option<(String, &'static str)> {
    const UNSEEN: &AsciiSet = &CONTROLS.add(b' ');
    pairs.iter().map(|(name, _)| name.as_str()).filter(|name| known_name(name).is_none()).find_map(|sent| {
        let meant = names.iter().copied().find(|known| is_spelling(trim_unseen(sent), &[known]))?;
        Some((utf8_percent_encode(sent, UNSEEN).to_string(), meant))
    })
}

/// Which of these names stands where it isn't read.
fn nested(sent: &Clean, missing: &[&str]) -> Option<String> {
    let (name, member) = sent.nested.iter().find(|(name, _)| missing.contains(name))?;
    Some(format!("{name} is inside {member}; it must be at the top of the object."))
}

/// The first name that has these letters and digits and nothing else but marks, as it was sent. So it can't hold a key.
fn spelled<'s>(pairs: &'s [Pair], spellings: &[&str]) -> Option<&'s str> {
    pairs.iter().map(|(name, _)| trim_unseen(name)).find(|name| is_spelling(name, spellings))
}

fn is_spelling(name: &str, spellings: &[&str]) -> bool {
    // As PHP writes lists: `click_id[]`, `click_id[0]`.
    let bare = match name.strip_suffix(']').and_then(|name| name.rsplit_once('[')) {
        Some((bare, index)) if index.bytes().all(|byte| byte.is_ascii_digit()) => bare,
        _ => name,
    };
    let letters = || bare.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    let is_plain = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    is_plain && spellings.iter().any(|spelling| letters().eq(spelling.bytes().filter(|byte| *byte != b'_')))
}

/// Whether a parameter or a header of this name holds a key elsewhere, such as `apikey` or `Authorization`.
pub fn is_key_spelling(name: &str) -> bool {
    is_spelling(name, &KEY_SPELLINGS)
}

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

/// Whether a text is digits with separators: `1,5`, `1.000.000`, `1 000` with a blank of any kind, `1'000`.
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
