//! Where an offer sends its visitors.

use std::fmt::{self, Write as _};

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{AffiliateId, ClickId, OfferId, trim_unseen};

/// An `http` or `https` address without user info, of at most 2,048 bytes, safe to stand in a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Destination(String);

/// Why an address can't be a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDestination {
    /// Nothing was given.
    #[error("is missing, for example https://shop.example/product")]
    Missing,
    /// Not an address of the web.
    #[error("must be a whole address that begins with http:// or https://, for example https://shop.example/product")]
    NotHttp,
    /// A name or password before the host.
    #[error("must not contain a user name or password before the host")]
    UserInfo,
    /// Line breaks and other control characters within.
    #[error("must be a single address on one line, for example https://shop.example/product")]
    Lines,
    /// Too long.
    #[error("is longer than 2,048 bytes")]
    TooLong,
    /// A tracking link or a page of the network itself.
    #[error(
        "is an address of this very network: a visitor would be sent back here, and counted again. Give the address \
         of your own page"
    )]
    OwnSite,
}

/// The parameters that a redirect appends, in this order.
const OURS: [&str; 3] = ["click_id", "offer_id", "affiliate_id"];
const MAX_BYTES: usize = 2048;

impl Destination {
    /// Reads an address. It is kept to the letter where it is already plain ASCII; else (an international
    /// host, spaces, other letters) in the form that a browser would send.
    pub fn parse(text: &str) -> Result<Self, InvalidDestination> {
        let text = trim_unseen(text);
        if text.is_empty() {
            return Err(InvalidDestination::Missing);
        }
        if text.len() > MAX_BYTES {
            return Err(InvalidDestination::TooLong);
        }
        // A browser would leave them out, and join what stands before and after them.
        if text.chars().any(char::is_control) {
            return Err(InvalidDestination::Lines);
        }
        let url = Url::parse(text).map_err(|_| InvalidDestination::NotHttp)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(InvalidDestination::NotHttp);
        }
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(InvalidDestination::UserInfo);
        }
        let kept = if is_plain(text) { text.to_owned() } else { String::from(url) };
        if kept.len() > MAX_BYTES { Err(InvalidDestination::TooLong) } else { Ok(Self(kept)) }
    }

    /// The address as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, lower-case and without port; a change of it waits for an admin.
    pub fn host(&self) -> String {
        Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The address a visitor is sent to. The destination keeps its own query, order and encoding, and its
    /// `#fragment` last; a parameter that bears one of our names gives way to ours.
    pub fn with_click(&self, click: ClickId, offer: OfferId, affiliate: AffiliateId) -> String {
        let (address, fragment) = match self.0.split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (self.0.as_str(), None),
        };
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let mut location = String::with_capacity(self.0.len() + 128);
        location.push_str(path);
        location.push('?');
        // What ends with the sign needs no other before ours.
        let query = query.strip_suffix('&').unwrap_or(query);
        let pairs = (!query.is_empty()).then(|| query.split('&').filter(|pair| !bears_our_name(pair)));
        for pair in pairs.into_iter().flatten() {
            location.push_str(pair);
            location.push('&');
        }
        // Writing to a string can't fail.
        let _ = write!(location, "click_id={click}&offer_id={offer}&affiliate_id={affiliate}");
        if let Some(fragment) = fragment {
            location.push('#');
            location.push_str(fragment);
        }
        location
    }
}

/// Whether a raw `name=value` has one of our names, however it is encoded.
fn bears_our_name(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or(pair);
    let decoded = percent_decode_str(name).decode_utf8_lossy();
    OURS.iter().any(|ours| *ours == decoded)
}

/// Between `//` and the path.
fn authority(text: &str) -> &str {
    let rest = text.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest)
}

/// Only the characters that RFC 3986 lets into an address, in the shape that every client reads alike.
fn is_plain(text: &str) -> bool {
    let after_scheme = text.split_once("://").map_or("", |(_, rest)| rest);
    !after_scheme.is_empty()
        && !after_scheme.starts_with('/')
        && text.matches('#').count() <= 1
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte))
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Destination {
    type Error = InvalidDestination;

    fn try_from(text: String) -> Result<Self, InvalidDestination> {
        Self::parse(&text)
    }
}

impl From<Destination> for String {
    fn from(destination: Destination) -> Self {
        destination.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn ids() -> (ClickId, OfferId, AffiliateId) {
        let uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        (ClickId::from_uuid(uuid), OfferId::from_uuid(uuid), AffiliateId::from_uuid(uuid))
    }

    fn redirect(text: &str) -> String {
        let (click, offer, affiliate) = ids();
        let ours = format!("click_id={click}&offer_id={offer}&affiliate_id={affiliate}");
        Destination::parse(text).unwrap().with_click(click, offer, affiliate).replace(&ours, "…")
    }

    #[test]
    fn the_destination_keeps_its_own_query_and_fragment() {
        for (text, wanted) in [
            ("https://shop.example/p?a=1&b=%20x#top", "https://shop.example/p?a=1&b=%20x&…#top"),
            ("https://shop.example/p", "https://shop.example/p?…"),
            ("https://shop.example", "https://shop.example?…"),
            ("https://shop.example/?", "https://shop.example/?…"),
            ("https://shop.example/?a=1&", "https://shop.example/?a=1&…"),
            ("https://shop.example/?a=1&&b=2&", "https://shop.example/?a=1&&b=2&…"),
            ("https://shop.example/?&a=1&&", "https://shop.example/?&a=1&&…"),
            ("https://shop.example/?click_id=1&", "https://shop.example/?…"),
            ("https://shop.example/#", "https://shop.example/?…#"),
            ("https://shop.example/#a?b=1", "https://shop.example/?…#a?b=1"),
            ("https://shop.example/?u=http://x/?y=1", "https://shop.example/?u=http://x/?y=1&…"),
            ("https://shop.example/?click_id=1&a=2&offer_id", "https://shop.example/?a=2&…"),
            ("https://shop.example/?affiliate%5Fid=1&a=2", "https://shop.example/?a=2&…"),
            ("https://shop.example/?xclick_id=1&CLICK_ID=2", "https://shop.example/?xclick_id=1&CLICK_ID=2&…"),
            ("https://shop.example:8443/a%2Fb?q=%C3%A9+1", "https://shop.example:8443/a%2Fb?q=%C3%A9+1&…"),
            ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x?…"),
            ("https://bücher.example/straße", "https://xn--bcher-kva.example/stra%C3%9Fe?…"),
            ("https://shop.example/a b", "https://shop.example/a%20b?…"),
            ("https:\\\\shop.example\\p", "https://shop.example/p?…"),
            ("https:/shop.example", "https://shop.example/?…"),
            ("https:///shop.example", "https://shop.example/?…"),
            ("https://shop.example/?utm_source=a&utm_source=b", "https://shop.example/?utm_source=a&utm_source=b&…"),
            (" \u{feff}https://shop.example/p\u{200b}\n", "https://shop.example/p?…"),
        ] {
            assert_eq!(redirect(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_refused() {
        for (text, wanted) in [
            ("", InvalidDestination::Missing),
            ("shop.example", InvalidDestination::NotHttp),
            ("//shop.example", InvalidDestination::NotHttp),
            ("javascript:alert(1)", InvalidDestination::NotHttp),
            ("data:text/html,x", InvalidDestination::NotHttp),
            ("ftp://shop.example", InvalidDestination::NotHttp),
            ("https://", InvalidDestination::NotHttp),
            ("https://shop.example:99999/", InvalidDestination::NotHttp),
            ("https://user@shop.example/", InvalidDestination::UserInfo),
            ("https://user:secret@shop.example/", InvalidDestination::UserInfo),
            ("https://@shop.example/", InvalidDestination::UserInfo),
            ("https://shop.example/p\r\nX: y", InvalidDestination::Lines),
            ("https://shop.example/\tp", InvalidDestination::Lines),
        ] {
            assert_eq!(Destination::parse(text), Err(wanted), "{text}");
        }
        let long = format!("https://shop.example/{}", "a".repeat(2048));
        assert_eq!(Destination::parse(&long), Err(InvalidDestination::TooLong));
    }

    #[test]
    fn hosts_are_compared_without_case_and_port() {
        assert_eq!(Destination::parse("https://Shop.Example:8443/x").unwrap().host(), "shop.example");
    }

    proptest! {
        #[test]
        fn each_of_our_names_appears_once(query in "(click_id|offer%5fid|affiliate_id|a|b)(=[a-z%0-9]{0,4})?(&(click_id|%63lick_id|a)=x){0,3}") {
            let (click, offer, affiliate) = ids();
            let destination = Destination::parse(&format!("https://shop.example/?{query}#f")).unwrap();
            let location = Url::parse(&destination.with_click(click, offer, affiliate)).unwrap();
            for (name, value) in [("click_id", click.to_string()), ("offer_id", offer.to_string()), ("affiliate_id", affiliate.to_string())] {
                let found: Vec<_> = location.query_pairs().filter(|(n, _)| n == name).map(|(_, v)| v.into_owned()).collect();
                prop_assert_eq!(found, vec![value]);
            }
            prop_assert_eq!(location.fragment(), Some("f"));
        }

        #[test]
        fn a_redirect_always_fits_a_header_and_keeps_the_host(text in "https?://[a-z0-9é.]{1,20}(:[0-9]{1,4})?(/[ -~é]{0,20})?") {
            if let Ok(destination) = Destination::parse(&text) {
                let (click, offer, affiliate) = ids();
                let location = destination.with_click(click, offer, affiliate);
                prop_assert!(location.bytes().all(|byte| (0x21..0x7f).contains(&byte)));
                let host = Url::parse(&location).unwrap().host_str().unwrap().to_owned();
                prop_assert_eq!(host, destination.host());
            }
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = Destination::parse(&text);
        }
    }
}
