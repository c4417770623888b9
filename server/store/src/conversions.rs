//! Conversions: whole groups are recorded at once, each pair of click and transaction once and for ever.

mod list;
mod record;

use domain::{
    AffiliateId, Amount, ClickId, ConversionId, ConversionStatus, Currency, PartnerId, Timestamp, TransactionId,
};

pub use list::{find_click_owner, list_conversions};
pub use record::record_conversions;

/// A postback with every default filled in.
#[derive(Debug, Clone)]
pub struct NewConversion {
    /// SHA-256 of the key it came with.
    pub key_hash: [u8; 32],
    /// Its id, if it is the first of its pair.
    pub id: ConversionId,
    /// The click it is credited to.
    pub click: ClickId,
    /// The partner's own name for it.
    pub transaction_id: TransactionId,
    /// When it came.
    pub at: Timestamp,
    /// What the partner says of it.
    pub status: ConversionStatus,
    /// Order value.
    pub amount: Amount,
    /// The affiliate's share.
    pub commission: Amount,
    /// Currency of both.
    pub currency: Currency,
}

/// What became of a postback.
#[derive(Debug, Clone)]
pub enum Recorded {
    /// No partner who may act has this key.
    UnknownKey,
    /// There is no such click.
    UnknownClick,
    /// The key's partner does not own the click's offer.
    NotOwner,
    /// It is stored: just now, or since an earlier time.
    Stored {
        /// Whether the pair was there before.
        duplicate: bool,
        /// What is stored under the pair.
        conversion: Box<StoredConversion>,
        /// The offer's owner.
        partner_id: PartnerId,
        /// Who is credited.
        affiliate_id: AffiliateId,
    },
}

/// A conversion as stored.
#[derive(Debug, Clone)]
pub struct StoredConversion {
    /// Its id.
    pub id: ConversionId,
    /// The partner's own name for it.
    pub transaction_id: String,
    /// What the partner said of it.
    pub status: ConversionStatus,
    /// Order value.
    pub amount: Amount,
    /// The affiliate's share.
    pub commission: Amount,
    /// Currency of both.
    pub currency: Currency,
}
