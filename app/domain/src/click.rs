//! Clicks: what is known of a visit.

use serde::{Deserialize, Serialize};

use crate::{ClickId, Timestamp, shorten_to_bytes};

/// What made a click. Each is one click, whatever it was; screens show both numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClickKind {
    /// Made by a person, as far as it shows.
    Human,
    /// A program that says so, or gives itself away.
    Bot,
    /// A browser that loads ahead of a visit.
    Prefetch,
}

/// Parts of user agents, lower-case, that only programs send: those that begin with this letter.
const fn bot_marks(letter: u8) -> &'static [&'static str] {
    match letter {
        b'a' => &["aiohttp", "axios/"],
        b'b' => &["bot", "barracuda"],
        b'c' => &["crawl", "curl/"],
        b'f' => &["facebookexternalhit", "facebookcatalog"],
        b'g' => &["go-http-client", "google-amphtml"],
        b'h' => &["headless", "httpx", "healthcheck"],
        b'j' => &["java/"],
        b'l' => &["libwww-perl", "lighthouse"],
        b'm' => &["monitor", "mimecast", "ms-office"],
        b'n' => &["node-fetch"],
        b'o' => &["okhttp"],
        b'p' => &["preview", "phantomjs", "python-requests", "python-urllib"],
        b's' => &["spider", "slurp", "scrapy"],
        b'w' => &["wget/", "whatsapp/"],
        b'z' => &["zapier"],
        _ => &[],
    }
}

fn begins_with_bot_mark(text: &[u8]) -> bool {
    let begins = |mark: &&str| text.get(..mark.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(mark.as_bytes()));
    text.first().is_some_and(|first| bot_marks(first.to_ascii_lowercase()).iter().any(begins))
}

impl ClickKind {
    /// Judges a click by what its request says of itself: `prefetch` is whether a prefetch header was sent.
    pub fn of(user_agent: &str, prefetch: bool) -> Self {
        if prefetch {
            return Self::Prefetch;
        }
        let agent = user_agent.as_bytes();
        // In one pass: this is asked of every click.
        let is_bot = agent.is_empty() || (0..agent.len()).any(|start| begins_with_bot_mark(&agent[start..]));
        if is_bot { Self::Bot } else { Self::Human }
    }

    /// As the databases write it.
    pub const fn code(self) -> i16 {
        match self {
            Self::Human => 0,
            Self::Bot => 1,
            Self::Prefetch => 2,
        }
    }

    /// Reads what [`ClickKind::code`] writes.
    pub fn from_code(code: i16) -> Option<Self> {
        [Self::Human, Self::Bot, Self::Prefetch].into_iter().find(|kind| kind.code() == code)
    }

    /// As addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Bot => "bot",
            Self::Prefetch => "prefetch",
        }
    }

    /// Reads what [`ClickKind::as_str`] writes. Addresses that were kept may say `visit`, as a human's click was called.
    pub fn parse(text: &str) -> Option<Self> {
        let text = if text == "visit" { "human" } else { text };
        [Self::Human, Self::Bot, Self::Prefetch].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A header's text, cut to what is stored. Bytes that aren't UTF-8 are replaced, never refused.
fn bounded_header(bytes: &[u8], limit: usize) -> String {
    shorten_to_bytes(&String::from_utf8_lossy(bytes), limit).to_owned()
}

/// A user agent, at most 512 bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserAgent(String);

impl UserAgent {
    /// From the header as it came.
    pub fn from_header(bytes: &[u8]) -> Self {
        Self(bounded_header(bytes, 512))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A referer, at most 2,048 bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Referer(String);

impl Referer {
    /// From the header as it came.
    pub fn from_header(bytes: &[u8]) -> Self {
        Self(bounded_header(bytes, 2048))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A click in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickRow {
    /// Which click.
    pub id: ClickId,
    /// When.
    pub at: Timestamp,
    /// What made it.
    pub kind: ClickKind,
    /// The offer's name.
    pub offer_name: String,
    /// The affiliate's name.
    pub affiliate_name: String,
    /// Where it came from, as the browser says.
    pub referer: String,
    /// The client's program, as it says.
    pub user_agent: String,
    /// The client's address; only partners and admins see it. Empty where it was erased.
    pub ip: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_say_so_are_bots() {
        for (agent, wanted) in [
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36", ClickKind::Human),
            ("Mozilla/5.0 (compatible; Googlebot/2.1)", ClickKind::Bot),
            ("curl/8.5.0", ClickKind::Bot),
            ("WhatsApp/2.23.20.0", ClickKind::Bot),
            ("Mozilla/5.0 (compatible; Cloudflare-Healthchecks/1.0)", ClickKind::Bot),
            ("Mozilla/4.0 (compatible; MSIE 7.0; ms-office; MSOffice 16)", ClickKind::Bot),
            ("Zapier", ClickKind::Bot),
            ("x Python-URLlib/3", ClickKind::Bot),
            ("Mozilla/5.0 (Linux; Android 10; JavaScript) bo", ClickKind::Human),
            ("", ClickKind::Bot),
        ] {
            assert_eq!(ClickKind::of(agent, false), wanted, "{agent}");
        }
        assert_eq!(ClickKind::of("Mozilla/5.0", true), ClickKind::Prefetch);
    }

    #[test]
    fn headers_are_cut_and_mended_never_refused() {
        assert_eq!(UserAgent::from_header(&[b'a'; 600]).as_str().len(), 512);
        assert_eq!(Referer::from_header(&[0xff, b'x']).as_str(), "\u{fffd}x");
        assert!(Referer::from_header(&[0xff; 2048]).as_str().len() <= 2048);
    }
}
