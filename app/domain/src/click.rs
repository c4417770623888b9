//! Clicks: what is known of a visit.

use serde::{Deserialize, Serialize};

use crate::{
    AffiliateId, AgentClass, ClickId, ConversionRow, Country, OfferId, SearchText, Slug, Timestamp,
    list::{address_word, list_filter, list_order},
    report::Selection,
    shorten_to_bytes,
};

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

/// Parts of user agents, lower-case and in order, that only programs send.
const BOT_MARKS: [&str; 31] = [
    "aiohttp",
    "axios/",
    "barracuda",
    "bot",
    "crawl",
    "curl/",
    "facebookcatalog",
    "facebookexternalhit",
    "go-http-client",
    "google-amphtml",
    "headless",
    "healthcheck",
    "httpx",
    "java/",
    "libwww-perl",
    "lighthouse",
    "mimecast",
    "monitor",
    "ms-office",
    "node-fetch",
    "okhttp",
    "phantomjs",
    "preview",
    "python-requests",
    "python-urllib",
    "scrapy",
    "slurp",
    "spider",
    "wget/",
    "whatsapp/",
    "zapier",
];

/// For each first letter, by its last five bits, which second ones there are. Nearly no place in a user agent has both, so
/// nearly none is compared with the marks.
const BOT_PAIRS: [u32; 32] = {
    let mut pairs = [0; 32];
    let mut number = 0;
    while number < BOT_MARKS.len() {
        let mark = BOT_MARKS[number].as_bytes();
        pairs[(mark[0] & 31) as usize] |= 1 << (mark[1] & 31);
        number += 1;
    }
    pairs
};

/// For each first letter, by its last five bits, where in the order its marks begin and end.
const BOT_RANGES: [(usize, usize); 32] = {
    let mut ranges = [(0, 0); 32];
    let mut number = 0;
    while number < BOT_MARKS.len() {
        let letter = (BOT_MARKS[number].as_bytes()[0] & 31) as usize;
        let begun = ranges[letter].1 > 0;
        assert!(!begun || ranges[letter].1 == number, "the marks are not in order");
        ranges[letter] = (if begun { ranges[letter].0 } else { number }, number + 1);
        number += 1;
    }
    ranges
};

fn is_bot(user_agent: &str) -> bool {
    let agent = user_agent.as_bytes();
    let begins = |rest: &[u8], mark: &str| {
        rest.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark.as_bytes()))
    };
    agent.windows(2).enumerate().any(|(at, pair)| {
        let letter = usize::from(pair[0] & 31);
        let may_begin = BOT_PAIRS[letter] >> (pair[1] & 31) & 1 == 1;
        let (first, end) = BOT_RANGES[letter];
        may_begin && BOT_MARKS[first..end].iter().any(|mark| begins(&agent[at..], mark))
    })
}

impl ClickKind {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 3] = [Self::Human, Self::Bot, Self::Prefetch];

    /// Judges a click by what its request says of itself: `prefetch` is whether a prefetch header was sent.
    pub fn of(user_agent: &str, prefetch: bool) -> Self {
        if prefetch {
            return Self::Prefetch;
        }
        // A browser says what it is.
        if user_agent.is_empty() || is_bot(user_agent) { Self::Bot } else { Self::Human }
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
        Self::ALL.into_iter().find(|kind| kind.code() == code)
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
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
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
    /// When it was made, as its id says.
    pub at: Timestamp,
    /// What made it.
    pub kind: ClickKind,
    /// The tracking link that was followed.
    pub slug: Slug,
    /// Its offer.
    pub offer_id: OfferId,
    /// The offer's name.
    pub offer_name: String,
    /// Whose link it was.
    pub affiliate_id: AffiliateId,
    /// The affiliate's name.
    pub affiliate_name: String,
    /// The country that the address belonged to, where it is known.
    pub country: Option<Country>,
    /// What the client's program is.
    pub agent: AgentClass,
    /// Where it came from, as the browser says.
    pub referer: String,
    /// The client's program, as it says; only partners and admins see it.
    pub user_agent: String,
    /// The client's address; only partners and admins see it. Empty where it was erased.
    pub ip: Option<String>,
}

/// Everything that is known of a click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickDetail {
    /// The click.
    pub click: ClickRow,
    /// What it has led to, the first first.
    pub conversions: Vec<ConversionRow>,
}

address_word!(ClickKind);

list_order! {
    /// In which order clicks are listed.
    pub enum ClickOrder {
        /// The newest first.
        Newest,
        /// The oldest first.
        Oldest = "oldest",
    }
}

list_filter! {
    /// What lists of clicks can be asked for.
    pub struct ClickFilter {
        /// Only those that were made by this.
        "status" => kind: Option<ClickKind>,
        /// Only those of this offer.
        "offer" => offer: Option<OfferId>,
        /// Only those whose ids begin so.
        "text" => text: SearchText,
        /// In which order.
        "sort" => order: ClickOrder,
        /// Only those of some time that meet conditions.
        "" => selection: Selection,
    }
    select by selection
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

    #[test]
    fn a_kind_is_written_and_read_as_its_code_and_its_word() {
        for (kind, code, word) in
            [(ClickKind::Human, 0, "human"), (ClickKind::Bot, 1, "bot"), (ClickKind::Prefetch, 2, "prefetch")]
        {
            assert_eq!((kind.code(), ClickKind::from_code(code)), (code, Some(kind)));
            assert_eq!((kind.as_str(), ClickKind::parse(word)), (word, Some(kind)));
        }
        assert_eq!(ClickKind::parse("visit"), Some(ClickKind::Human), "as addresses that were kept may say");
        assert_eq!([-1, 3].map(ClickKind::from_code), [None; 2]);
        assert_eq!(["", "Bot", "robot"].map(ClickKind::parse), [None; 3]);
    }
}
