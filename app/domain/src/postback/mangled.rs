//! What HTML makes of `&currency=`.

use std::borrow::Cow;

/// What stands before and after the sign that HTML made of `&curren`. The sign comes as itself, percent-encoded
/// once more (as UTF-8 or Latin-1), broken by a decoder that expected UTF-8, or as what it is when its UTF-8 is read
/// as Windows-1252.
pub(super) fn split(value: &str) -> Option<(&str, &str)> {
    const SIGNS: [&str; 9] = ["¤", "\u{fffd}", "%C2%A4", "%A4", "Â¤", "ï¿½", "%C3%82%C2%A4", "%EF%BF%BD", "Ã‚Â¤"];
    const ENDS: [&str; 2] = ["cy=", "cy%3D"];
    // Each sign begins with one of these, and nearly every value is without.
    if !has_byte(value, |byte| byte >= 0x80 || byte == b'%') {
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

/// Looks at every byte, also behind one that is found: so many are compared at once.
fn has_byte(text: &str, is_it: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |found, byte| found | is_it(byte))
}

/// What stands behind the sign where a name ends with it: `¤cy=EUR` is a parameter by itself where the currency came
/// first, or behind a name without a value, or where the sign is still written as `&curren;`.
pub(super) fn in_name<'v>(name: &str, value: &'v str) -> Option<Cow<'v, str>> {
    // Nearly every name is without what all of these have.
    if !has_byte(name, |byte| byte >= 0x80 || byte == b'%' || byte == b';') {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    if let Some((sign @ ("curren" | "#164" | "#xa4"), rest)) = lower.split_once(';')
        && rest.starts_with("cy=")
        && value.is_empty()
    {
        return Some(name[sign.len() + ";cy=".len()..].to_owned().into());
    }
    if matches!(lower.as_str(), "curren;cy" | "#164;cy" | "#xa4;cy") {
        return Some(value.into());
    }
    // The equals sign can be encoded with the rest, and is in the name then.
    let whole = format!("{name}={value}");
    let (kept, currency) = split(&whole)?;
    (kept.len() < name.len()).then(|| currency.trim_end_matches('=').to_owned().into())
}
