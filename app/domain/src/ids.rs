//! Identifiers: TypeIDs, that is a prefix, `_`, and the base32 of a 128-bit UUID (version 7 when we make it).

use std::{fmt, marker::PhantomData, ops::RangeInclusive, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::Timestamp;

/// Which noun an [`Id`] names; fixes its prefix.
pub trait Kind: 'static {
    /// The letters before the underscore.
    const PREFIX: &'static str;
}

/// Marker types, one per noun.
pub mod kinds {
    use super::Kind;

    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}
            impl Kind for $name {
                const PREFIX: &'static str = $prefix;
            }
        )*};
    }

    kinds! {
        /// Somebody who signs in.
        User = "usr";
        /// Owns offers and the API key.
        Partner = "par";
        /// Promotes offers.
        Affiliate = "aff";
        /// What a partner's machine proves itself by.
        ApiKey = "key";
        /// What a partner publishes.
        Offer = "off";
        /// An affiliate asking for an offer.
        Application = "apl";
        /// A tracking link.
        Link = "lnk";
        /// One visit of a tracking link.
        Click = "clk";
        /// What a postback made.
        Conversion = "cnv";
        /// Something that was done.
        Activity = "act";
        /// Work that can wait.
        Job = "job";
        /// A report that somebody keeps.
        Report = "rep";
    }
}

/// Identifier of a user.
pub type UserId = Id<kinds::User>;
/// Identifier of a partner.
pub type PartnerId = Id<kinds::Partner>;
/// Identifier of an affiliate.
pub type AffiliateId = Id<kinds::Affiliate>;
/// Identifier of an API key; the key itself is an [`ApiKey`](crate::ApiKey).
pub type ApiKeyId = Id<kinds::ApiKey>;
/// Identifier of an offer.
pub type OfferId = Id<kinds::Offer>;
/// Identifier of an application.
pub type ApplicationId = Id<kinds::Application>;
/// Identifier of a tracking link.
pub type LinkId = Id<kinds::Link>;
/// Identifier of a click.
pub type ClickId = Id<kinds::Click>;
/// Identifier of a conversion.
pub type ConversionId = Id<kinds::Conversion>;
/// Identifier of something that was done.
pub type ActivityId = Id<kinds::Activity>;
/// Identifier of work that can wait.
pub type JobId = Id<kinds::Job>;
/// Identifier of a report that somebody keeps.
pub type ReportId = Id<kinds::Report>;

/// A typed identifier. Text form: `clk_01h455vb4pex5vsknk084sn02q`, lower-case, exactly one spelling per value.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// The text is no identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of the form {prefix}_… with 26 characters after the underscore")]
pub struct InvalidId {
    prefix: &'static str,
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// What the characters after the underscore stand for; nothing where a bit doesn't fit or a letter is none.
fn digits(encoded: &str) -> Option<u128> {
    if encoded.bytes().next()? > b'7' {
        return None;
    }
    encoded.bytes().try_fold(0, |bits: u128, byte| {
        let digit = (0_u128..).zip(ALPHABET).find(|(_, letter)| **letter == byte)?.0;
        Some((bits << 5) | digit)
    })
}

/// The letter of a five-bit digit.
fn letter_of(digit: u128) -> u8 {
    usize::try_from(digit).ok().and_then(|digit| ALPHABET.get(digit)).copied().unwrap_or(b'0')
}

impl<K: Kind> Id<K> {
    /// Wraps a UUID; the caller makes a new one version 7.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// The 128 bits, as the databases keep them.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// The moment it was made: the first 48 bits of a version 7 UUID are milliseconds since 1970 UTC.
    pub const fn made_at(self) -> Timestamp {
        let bits = self.uuid.as_u128() >> 80;
        // 48 bits always fit.
        Timestamp::from_millis(bits as i64)
    }

    /// The least id that can have been made at a moment or later; nothing is made before 1970.
    pub fn first_at(moment: Timestamp) -> Self {
        let millis = u128::try_from(moment.as_millis()).unwrap_or(0);
        Self::from_uuid(Uuid::from_u128(millis << 80))
    }

    /// Reads the text form. Upper-case letters are refused: an id has one spelling.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let encoded = text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_'));
        let bits = encoded.filter(|encoded| encoded.len() == LENGTH).and_then(digits);
        let bits = bits.ok_or(InvalidId { prefix: K::PREFIX })?;
        Ok(Self::from_uuid(Uuid::from_u128(bits)))
    }

    /// The ids that somebody means who has copied the beginning of one, in any case: `clk_01h4` or longer, or without the
    /// prefix eight characters or more. The least and the greatest; nothing where it is no beginning.
    pub fn range_of(text: &str) -> Option<RangeInclusive<Self>> {
        let text = text.trim_end_matches('…').to_ascii_lowercase();
        let (encoded, shortest) = match text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_')) {
            Some(rest) => (rest, 4),
            None => (text.as_str(), 8),
        };
        let missing = LENGTH.checked_sub(encoded.len()).filter(|_| encoded.len() >= shortest)?;
        let [first, last] = ["0", "z"].map(|letter| digits(&format!("{encoded}{}", letter.repeat(missing))));
        Some(Self::from_uuid(Uuid::from_u128(first?))..=Self::from_uuid(Uuid::from_u128(last?)))
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.uuid.as_u128();
        let mut encoded = [0_u8; LENGTH];
        for (place, letter) in (0..LENGTH).rev().zip(encoded.iter_mut()) {
            *letter = letter_of((bits >> (place * 5)) & 31);
        }
        write!(f, "{}_{}", K::PREFIX, std::str::from_utf8(&encoded).map_err(|_| fmt::Error)?)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::parse(text)
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// Written out, because a derive would ask the marker type for each of them.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_typeid_specification_s_example_is_read_and_written() {
        let id = Id::<kinds::Click>::from_uuid(Uuid::from_u128(0x0188_9b75_9e1e_7c5e_a6ca_b9f0_4aba_5a57));
        assert_eq!(ClickId::parse(&id.to_string()), Ok(id));
        let known = "clk_01h455vb4pex5vsknk084sn02q";
        assert_eq!(ClickId::parse(known).unwrap().uuid().to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
        assert_eq!(ClickId::parse(known).unwrap().to_string(), known);
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        let moment = Timestamp::from_millis(1_795_544_400_123);
        let first = ClickId::first_at(moment);
        assert_eq!(first.made_at(), moment);
        assert!(
            ClickId::first_at(moment.plus_millis(1))
                > ClickId::from_uuid(Uuid::from_u128(first.uuid().as_u128() | ((1 << 80) - 1)))
        );
        assert_eq!(ClickId::first_at(Timestamp::from_millis(-5)).made_at(), Timestamp::from_millis(0));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "clk_",
            "clk_01H455VB4PEX5VSKNK084SN02Q",
            "cnv_01h455vb4pex5vsknk084sn02q",
            "clk_81h455vb4pex5vsknk084sn02q",
            "clk_01h455vb4pex5vsknk084sn02",
            "clk_01h455vb4pex5vsknk084sn02qq",
            "clk_01h455vb4pex5vsknk084sn0iq",
            "01h455vb4pex5vsknk084sn02q",
            "clk-01h455vb4pex5vsknk084sn02q",
            "clk_é1h455vb4pex5vsknk084sn02",
        ] {
            assert!(ClickId::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_id_survives_its_text(bits: u128) {
            let id = ClickId::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(ClickId::parse(&id.to_string()).unwrap(), id);
        }

        #[test]
        fn text_order_is_id_order(a: u128, b: u128) {
            let (a, b) = (ClickId::from_uuid(Uuid::from_u128(a)), ClickId::from_uuid(Uuid::from_u128(b)));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = ClickId::parse(&text);
        }
    }

    #[test]
    fn the_beginning_of_an_id_stands_for_all_that_begin_so() {
        let id = ClickId::parse("clk_01h455vb4pex5vsknk084sn02q").unwrap();
        for text in ["clk_01h455vb4pex5vsknk084sn02q", "clk_01h4", "CLK_01H455VB", "01h455vb", "clk_01h455vb…"] {
            let range = ClickId::range_of(text).unwrap();
            assert!(range.contains(&id), "{text}");
        }
        let range = ClickId::range_of("clk_01h455vb").unwrap();
        assert_eq!(range.start().to_string(), "clk_01h455vb000000000000000000");
        assert_eq!(range.end().to_string(), "clk_01h455vbzzzzzzzzzzzzzzzzzz");
        for text in [
            "",
            "clk_",
            "clk_01",
            "01h455v",
            "cnv_01h455vb4p",
            "clk_01h455vb4pex5vsknk084sn02qq",
            "clk_ilou",
            "shoes and hats",
        ] {
            assert_eq!(ClickId::range_of(text), None, "{text}");
        }
    }

    #[test]
    fn ids_of_other_bits_are_other_ids() {
        let [one, other] = [1, 2].map(|bits| ClickId::from_uuid(Uuid::from_u128(bits)));
        assert_ne!(one, other);
        assert_eq!(one, ClickId::from_uuid(one.uuid()));
    }
}
