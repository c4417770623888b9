//! Email addresses, in one spelling each.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use url::Host;

use crate::is_unseen;

/// An email address of at most 254 bytes, as it is stored: lower-case, before the `@` in Unicode's form NFC, behind it
/// in ASCII. One mailbox is one account, however its address is typed: `user@münchen.example` and
/// `user@xn--mnchen-3ya.example` are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Why a text is no email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// Not a name, an `@` and a host.
    #[error("is not an email address such as you@company.example")]
    Shape,
    /// A character that nobody sees, by its number.
    #[error("contains a character that can't be seen (U+{0:04X}); type it by hand, such as you@company.example")]
    Unseen(u32),
    /// Dots that no mailbox has.
    #[error("has a dot at a wrong place before the @; right is ann.lee@company.example")]
    Dots,
    /// No name of a host that could receive mail.
    #[error("needs the name of a host after the @, as in you@company.example")]
    Host,
}

const FORBIDDEN: &str = "@,;:<>()[]\\\"";
const MAX_BYTES: usize = 254;
const MAX_LOCAL_BYTES: usize = 64;

impl Email {
    /// Reads an address. Only its shape is checked: whether it exists, only a mail can tell.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        if let Some(c) = text.chars().find(|c| is_unseen(*c) || c.is_control()) {
            return Err(InvalidEmail::Unseen(c.into()));
        }
        let (local, host) = text.rsplit_once('@').ok_or(InvalidEmail::Shape)?;
        let local: String = local.to_lowercase().nfc().collect();
        let is_name = |c: char| !c.is_whitespace() && !FORBIDDEN.contains(c);
        if local.is_empty() || local.len() > MAX_LOCAL_BYTES || !local.chars().all(is_name) {
            return Err(InvalidEmail::Shape);
        }
        if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(InvalidEmail::Dots);
        }
        let email = format!("{local}@{}", read_host(host)?);
        if email.len() > MAX_BYTES { Err(InvalidEmail::Shape) } else { Ok(Self(email)) }
    }

    /// The spellings in which an account with this address may be stored; none where it is no address. Accounts that
    /// are older than [`Email::parse`] as it is now keep the address as it was read then. That one comes first: else
    /// somebody who signs up with the new spelling of an old address would stand between its owner and the account.
    pub fn spellings(text: &str) -> Vec<Self> {
        let (old, new) = (Self::parse_leniently(text), Self::parse(text).ok());
        let new = new.filter(|new| old.as_ref() != Some(new));
        old.into_iter().chain(new).collect()
    }

    /// As addresses were read before each had one spelling: unseen characters, dots anywhere, hosts as they were typed.
    fn parse_leniently(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@')?;
        let host_fits = host.contains('.')
            && host.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
        let local_fits = !local.is_empty()
            && local.len() <= MAX_LOCAL_BYTES
            && !local.chars().any(|c| c.is_whitespace() || c.is_control() || FORBIDDEN.contains(c));
        (host_fits && local_fits && text.len() <= MAX_BYTES).then(|| Self(text.to_lowercase()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a host in lower-case ASCII. IP addresses are refused, and so is everything that ends in a number, which
/// [`Host`] takes for one.
fn read_host(host: &str) -> Result<String, InvalidEmail> {
    let fits = |label: &str| {
        let is_host = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_host && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    // It would be decoded.
    if host.contains('%') {
        return Err(InvalidEmail::Host);
    }
    match Host::parse(host) {
        Ok(Host::Domain(host)) if host.contains('.') && host.split('.').all(fits) => Ok(host),
        _ => Err(InvalidEmail::Host),
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str) -> String {
        Email::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
    }

    #[test]
    fn emails_have_a_shape() {
        assert_eq!(stored(" Ann@Shop.Example "), "ann@shop.example");
        assert_eq!(stored("o'brien+x_y.z-1@a-b.co.example"), "o'brien+x_y.z-1@a-b.co.example");
        for text in
            ["", "a", "@b.example", "a b@c.example", "a@b.example,c@d.example", "a;b@c.example", "<a@b.example>"]
        {
            assert!(Email::parse(text).is_err(), "{text}");
        }
        assert_eq!(Email::parse(&format!("{}@b.example", "x".repeat(65))), Err(InvalidEmail::Shape));
        assert_eq!(Email::parse(&format!("a@{}.example", "x.".repeat(120))), Err(InvalidEmail::Host));
        assert_eq!(Email::parse(&format!("a@{}x.example", "x.".repeat(122))), Err(InvalidEmail::Shape));
    }

    #[test]
    fn the_host_is_one_that_can_receive_mail() {
        for host in [
            "",
            "b",
            ".",
            ".b.example",
            "b.example.",
            "b..example",
            "-b.example",
            "b-.example",
            "b_c.example",
            "b%2eexample.com",
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "b.123",
            "[127.0.0.1]",
            "[::1]",
            "b!.example",
        ] {
            assert_eq!(Email::parse(&format!("a@{host}")), Err(InvalidEmail::Host), "{host}");
        }
        assert_eq!(Email::parse(&format!("a@{}.example", "x".repeat(64))), Err(InvalidEmail::Host));
    }

    #[test]
    fn dots_stand_between_letters() {
        for text in ["a..b@x.example", ".a@x.example", "a.@x.example", ".@x.example"] {
            assert_eq!(Email::parse(text), Err(InvalidEmail::Dots), "{text}");
        }
    }

    #[test]
    fn an_email_has_no_unseen_twin() {
        for c in ['\u{200b}', '\u{200d}', '\u{feff}', '\u{202e}', '\u{ad}', '\u{3164}', '\u{e0041}', '\0', '\n'] {
            for text in [format!("ad{c}min@x.example"), format!("admin@x{c}.example"), format!("admin{c}@x.example")] {
                assert_eq!(Email::parse(&text), Err(InvalidEmail::Unseen(c.into())), "{text:?}");
            }
        }
    }

    #[test]
    fn one_mailbox_is_one_address() {
        let munich = "user@xn--mnchen-3ya.example";
        for text in ["user@münchen.example", "User@MÜNCHEN.example", "user@mu\u{308}nchen.example", munich] {
            assert_eq!(stored(text), munich, "{text}");
        }
        assert_eq!(stored("Jose\u{301}@x.example"), stored("josé@x.example"));
    }

    #[test]
    fn accounts_from_before_are_found_by_what_was_stored_then() {
        let spellings = |text: &str| Email::spellings(text).into_iter().map(String::from).collect::<Vec<_>>();
        assert_eq!(spellings("Ann@Shop.Example"), ["ann@shop.example"]);
        assert_eq!(spellings("user@München.example"), ["user@münchen.example", "user@xn--mnchen-3ya.example"]);
        assert_eq!(spellings("jose\u{301}@x.example"), ["jose\u{301}@x.example", "josé@x.example"]);
        assert_eq!(spellings("a..b@x.example"), ["a..b@x.example"]);
        assert_eq!(spellings("ad\u{200b}min@x.example"), ["ad\u{200b}min@x.example"]);
        assert_eq!(spellings("nobody"), [""; 0]);
    }
}
