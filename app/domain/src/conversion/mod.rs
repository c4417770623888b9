//! Conversions: what a postback made.

mod decide;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::decide::{NotRecorded, decide};
use crate::{
    AddressWord, AffiliateId, Amount, ClickId, ClickRow, ConversionId, Country, Currency, Device, OfferId, SearchText,
    Timestamp,
    list::{list_filter, list_order},
    report::Selection,
};

/// What a partner says of a conversion: any word of at most 64 bytes, lower-case, final at first insert.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConversionStatus(String);

/// The text can't be a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be at most 64 bytes without control characters, for example confirmed")]
pub struct InvalidStatus;

impl ConversionStatus {
    /// Those that count toward earnings.
    pub const EARNING: [&'static str; 3] = ["confirmed", "approved", "paid"];
    /// What awaits confirmation.
    pub const PENDING: &'static str = "pending";

    /// The usual words for what never earns, or no longer. A word that says something else, such as `test` or
    /// `duplicate`, is none: its sender may not know that nothing is earned.
    const REFUSALS: [&'static str; 24] = [
        "rejected",
        "reject",
        "declined",
        "decline",
        "refused",
        "refunded",
        "refund",
        "reversed",
        "reversal",
        "returned",
        "cancelled",
        "canceled",
        "cancel",
        "chargeback",
        "charged_back",
        "void",
        "voided",
        "fraud",
        "fraudulent",
        "trash",
        "spam",
        "failed",
        "denied",
        "disapproved",
    ];

    /// Reads a status in any case.
    pub fn parse(text: &str) -> Result<Self, InvalidStatus> {
        let fits = !text.is_empty() && text.len() <= 64 && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_ascii_lowercase())).ok_or(InvalidStatus)
    }

    /// The status.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// "Only confirmed/approved/paid roll up into the affiliate's earned commission." The one place that says so.
    pub fn counts_toward_earnings(&self) -> bool {
        Self::EARNING.contains(&self.0.as_str())
    }

    /// What it stands for in numbers.
    pub fn state(&self) -> ConversionState {
        if self.counts_toward_earnings() {
            ConversionState::Approved
        } else if self.is_pending() {
            ConversionState::Pending
        } else {
            ConversionState::Rejected
        }
    }

    /// "Shown, awaiting confirmation".
    pub fn is_pending(&self) -> bool {
        self.0 == Self::PENDING
    }

    /// Whether it is one of the usual words for a sale that doesn't stand.
    pub fn is_refusal(&self) -> bool {
        Self::REFUSALS.contains(&self.0.as_str())
    }

    /// Whether its sender knows what it does: it earns, awaits, or refuses. Any other word, such as `completed`, was
    /// probably meant to earn, and doesn't.
    pub fn is_usual(&self) -> bool {
        self.counts_toward_earnings() || self.is_pending() || self.is_refusal()
    }
}

/// What becomes of a conversion's commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversionState {
    /// It counts toward earnings.
    Approved,
    /// It awaits confirmation.
    Pending,
    /// Neither.
    Rejected,
}

impl ConversionState {
    /// As files and the names of metrics write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
        }
    }
}

/// The seed: "Defaults to confirmed".
impl Default for ConversionStatus {
    fn default() -> Self {
        Self("confirmed".to_owned())
    }
}

impl fmt::Display for ConversionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ConversionStatus {
    type Error = InvalidStatus;

    fn try_from(text: String) -> Result<Self, InvalidStatus> {
        Self::parse(&text)
    }
}

impl From<ConversionStatus> for String {
    fn from(status: ConversionStatus) -> Self {
        status.0
    }
}

/// A partner's own name for an order: exact, case-sensitive, at most 255 bytes, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransactionId(String);

/// The text can't be a transaction id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be at most 255 bytes without control characters, for example order-1001")]
pub struct InvalidTransactionId;

impl TransactionId {
    /// Takes an id as it was sent.
    pub fn parse(text: &str) -> Result<Self, InvalidTransactionId> {
        let fits = !text.is_empty() && text.len() <= 255 && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned())).ok_or(InvalidTransactionId)
    }

    /// The id as it was sent, or the click's id where none was.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The seed: "Defaults to the `click_id`".
impl From<ClickId> for TransactionId {
    fn from(click: ClickId) -> Self {
        Self(click.to_string())
    }
}

/// A conversion in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionRow {
    /// Which conversion.
    pub id: ConversionId,
    /// When it was recorded.
    pub at: Timestamp,
    /// The click it is credited to.
    pub click_id: ClickId,
    /// The partner's order; affiliates don't see it.
    pub transaction_id: Option<String>,
    /// The offer that it was made for.
    pub offer_id: OfferId,
    /// The offer's name.
    pub offer_name: String,
    /// Who is credited.
    pub affiliate_id: AffiliateId,
    /// The affiliate's name.
    pub affiliate_name: String,
    /// The country that its click came from, where it is known.
    pub country: Option<Country>,
    /// What its click was made with.
    pub device: Device,
    /// What the partner said of it.
    pub status: ConversionStatus,
    /// Order value.
    pub amount: Amount,
    /// The affiliate's share.
    pub commission: Amount,
    /// Currency of both.
    pub currency: Currency,
}

/// Everything that is known of a conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionDetail {
    /// The conversion.
    pub conversion: ConversionRow,
    /// The click it is credited to.
    pub click: ClickRow,
}

impl AddressWord for ConversionStatus {
    fn from_word(word: &str) -> Option<Self> {
        Self::parse(word).ok()
    }

    fn to_word(&self) -> String {
        self.as_str().to_owned()
    }
}

list_order! {
    /// In which order conversions are listed.
    pub enum ConversionOrder {
        /// The newest first.
        Newest,
        /// The oldest first.
        Oldest = "oldest",
        /// The largest amount first.
        Amount = "amount",
        /// The largest commission first.
        Commission = "commission",
    }
}

list_filter! {
    /// What lists of conversions can be asked for.
    pub struct ConversionFilter {
        /// Only those of which their partner said this.
        "status" => status: Option<ConversionStatus>,
        /// Only those of this offer.
        "offer" => offer: Option<OfferId>,
        /// Only those of this click or transaction, whose id or whose click's id begins so, or whose offer's or affiliate's
        /// name contains it.
        "text" => text: SearchText,
        /// In which order.
        "sort" => order: ConversionOrder,
        /// Only those of some time that meet conditions.
        "" => selection: Selection,
    }
    select by selection
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_confirmed_approved_and_paid_count_toward_earnings() {
        for (text, counts) in [
            ("confirmed", true),
            ("Approved", true),
            ("PAID", true),
            ("pending", false),
            ("rejected", false),
            ("chargeback", false),
            ("confirmed!", false),
        ] {
            assert_eq!(ConversionStatus::parse(text).unwrap().counts_toward_earnings(), counts, "{text}");
        }
    }

    #[test]
    fn a_word_that_was_probably_meant_to_earn_is_not_a_usual_one() {
        let status = |text| ConversionStatus::parse(text).unwrap();
        for text in
            ["confirmed", "Approved", "paid", "pending", "rejected", "Refunded", "canceled", "CANCELLED", "failed"]
        {
            assert!(status(text).is_usual(), "{text}");
        }
        for text in [
            "completed",
            "success",
            "test",
            "duplicate",
            "expired",
            "invalid",
            "1",
            "undefined",
            "{status}",
            "confirmed\u{200b}d",
        ] {
            assert!(!status(text).is_usual() && !status(text).counts_toward_earnings(), "{text}");
        }
        assert!(!status("approved").is_refusal() && status("chargeback").is_refusal());
    }

    #[test]
    fn any_value_is_a_status_if_it_is_short_and_printable() {
        assert_eq!(ConversionStatus::parse("Zurückgezogen Ä").unwrap().as_str(), "zurückgezogen Ä");
        assert!(ConversionStatus::parse(&"a".repeat(64)).is_ok());
        assert!(ConversionStatus::parse(&"a".repeat(65)).is_err());
        assert!(ConversionStatus::parse("a\u{85}").is_err());
        assert!(TransactionId::parse(&"é".repeat(127)).is_ok());
        assert!(TransactionId::parse(&"é".repeat(128)).is_err());
        assert!(TransactionId::parse("a\tb").is_err());
    }

    #[test]
    fn a_state_is_written_as_its_word() {
        for (status, word) in [("paid", "approved"), ("pending", "pending"), ("chargeback", "rejected")] {
            assert_eq!(ConversionStatus::parse(status).unwrap().state().as_str(), word, "{status}");
        }
    }

    #[test]
    fn a_status_comes_back_as_it_was_sent_and_as_a_word_of_an_address() {
        let status = ConversionStatus::parse("refunded").unwrap();
        assert_eq!(serde_json::to_string(&status).unwrap(), "\"refunded\"");
        assert_eq!(serde_json::from_str::<ConversionStatus>("\"Refunded\"").unwrap(), status);
        assert!(serde_json::from_str::<ConversionStatus>("\"\"").is_err());
        assert_eq!(status.to_word(), "refunded");
        assert_eq!(ConversionStatus::from_word("Refunded"), Some(status));
        assert_eq!(ConversionStatus::from_word(""), None);
    }
}
