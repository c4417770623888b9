//! Names that were probably meant: the mistake behind a key, a click or a value that isn't there.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{CLICK_NAMES, Pair, clean::Clean, known_name};
use crate::trim_unseen;

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
    Some(format!("{name} was sent with a space or an invisible character beside the name; it is written without."))
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
