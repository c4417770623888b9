//! `a=1&b=2`, in a query or in a body.

use std::borrow::Cow;

use percent_encoding::percent_decode;

/// Name and value of each parameter, in the order they came.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub(super) pairs: Vec<(String, String)>,
    /// The names of those whose bytes were not UTF-8.
    pub(super) not_utf8: Vec<String>,
    /// Names of ours within members of JSON that aren't, and those members' names as they may be shown.
    pub(super) nested: Vec<(&'static str, String)>,
    /// What the whole looks like, where that is no form.
    pub(super) shape: Option<&'static str>,
}

impl Form {
    /// Takes a value as its bytes.
    pub(super) fn push(&mut self, name: String, value: Vec<u8>) {
        let (value, is_utf8) = text(value);
        if !is_utf8 {
            self.not_utf8.push(name.clone());
        }
        self.pairs.push((name, value));
    }
}

/// Reads a form, where `+` is a space.
pub(super) fn read_form(bytes: &[u8]) -> Form {
    let mut form = Form::default();
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let (name, _) = text(decode(halves.next().unwrap_or_default()));
        form.push(name, decode(halves.next().unwrap_or_default()));
    }
    form
}

fn decode(part: &[u8]) -> Vec<u8> {
    let blanks = |byte: &u8| if *byte == b'+' { b' ' } else { *byte };
    let part = if part.contains(&b'+') { Cow::from(part.iter().map(blanks).collect::<Vec<u8>>()) } else { part.into() };
    Cow::<[u8]>::from(percent_decode(&part)).into_owned()
}

/// Bytes as a text, and whether they were UTF-8. Others are Windows-1252, so that texts that differ stay different.
pub(super) fn text(bytes: Vec<u8>) -> (String, bool) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, true),
        Err(error) => (windows_1252(error.as_bytes()), false),
    }
}

/// Latin-1, but with letters and signs where that has control characters; the five bytes that stand for nothing stay
/// control characters, as browsers read them.
fn windows_1252(bytes: &[u8]) -> String {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let special = |byte: u8| byte.checked_sub(0x80).and_then(|place| FROM_80.get(usize::from(place))).copied();
    bytes.iter().map(|byte| special(*byte).unwrap_or(char::from(*byte))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_are_windows_1252() {
        let form = read_form(b"a=Bestellung-%E4+1&b=%80\x99&%E4=1&c=%C3%A4&d=10%A4cy=EUR");
        let pairs: Vec<_> = form.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("a", "Bestellung-ä 1"), ("b", "€™"), ("ä", "1"), ("c", "ä"), ("d", "10¤cy=EUR")]);
        assert_eq!(form.not_utf8, ["a", "b", "d"]);
    }

    #[test]
    fn all_bytes_stay_different() {
        let all: std::collections::HashSet<String> = (0x80..=0xff).map(|byte| text(vec![byte]).0).collect();
        assert_eq!(all.len(), 128);
    }

    #[test]
    fn a_pair_need_not_be_whole() {
        let pairs = read_form(b"&&=&a&b=c=d&%zz=%2&+=%2B").pairs;
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("", ""), ("a", ""), ("b", "c=d"), ("%zz", "%2"), (" ", "+")]);
    }
}
