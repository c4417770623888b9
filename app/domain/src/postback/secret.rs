//! Whether a text gives an API key away.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::ApiKey;

/// Whether a text holds any key, or the secret part of this one, in any case and however often percent-encoded.
pub fn holds_key(text: &str, key: Option<&ApiKey>) -> bool {
    // The part behind the prefix is the secret one; a key of another form is secret as a whole.
    let secret = key.map(|key| key.expose().strip_prefix(ApiKey::PREFIX).unwrap_or(key.expose()));
    let secret = secret.filter(|secret| secret.len() >= 8);
    let mut text = Cow::from(text);
    for _ in 0..8 {
        if holds(&text, ApiKey::PREFIX) || secret.is_some_and(|secret| holds(&text, secret)) {
            return true;
        }
        if !text.contains('%') {
            return false;
        }
        let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if decoded == text {
            return false;
        }
        text = Cow::from(decoded);
    }
    // So often encoded that it hides something.
    true
}

/// In any case: a status was made lower-case.
fn holds(text: &str, part: &str) -> bool {
    let Some(first) = part.as_bytes().first() else { return true };
    let mut windows = text.as_bytes().windows(part.len());
    windows.any(|window| window[0].eq_ignore_ascii_case(first) && window.eq_ignore_ascii_case(part.as_bytes()))
}
