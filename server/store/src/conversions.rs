//! Conversions: whole batches are recorded at once, each pair of click and transaction once and for ever.

mod list;

use domain::{
    AffiliateId, Amount, ClickId, ConversionId, ConversionStatus, Currency, PartnerId, Timestamp, TransactionId,
    conversion::NotRecorded,
};
use uuid::Uuid;

use crate::StoreError;

pub use list::{
    conversions_of_click, cursor_of, find_click_owner, find_conversion, list_conversions, next_conversions,
};

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
pub enum ConversionOutcome {
    /// Nothing is stored, and why.
    NotRecorded(NotRecorded),
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

impl StoredConversion {
    /// What a postback that is the first of its pair is stored as.
    pub(crate) fn of(new: &NewConversion) -> Self {
        Self {
            id: new.id,
            transaction_id: new.transaction_id.as_str().to_owned(),
            status: new.status.clone(),
            amount: new.amount,
            commission: new.commission,
            currency: new.currency.clone(),
        }
    }
}

/// The columns of a stored conversion, in the order of [`StoredRow`].
pub(crate) const STORED_COLUMNS: &str = "id, transaction_id, status, amount, commission, currency";

/// A stored conversion as either engine hands it out.
#[derive(sqlx::FromRow)]
pub(crate) struct StoredRow {
    pub(crate) id: Uuid,
    pub(crate) transaction_id: String,
    pub(crate) status: String,
    pub(crate) amount: i64,
    pub(crate) commission: i64,
    pub(crate) currency: String,
}

impl TryFrom<StoredRow> for StoredConversion {
    type Error = StoreError;

    fn try_from(row: StoredRow) -> Result<Self, StoreError> {
        let bad = |column| StoreError::bad_row("conversions", column);
        Ok(Self {
            id: ConversionId::from_uuid(row.id),
            transaction_id: row.transaction_id,
            status: ConversionStatus::parse(&row.status).map_err(|_| bad("status"))?,
            amount: Amount::from_micros(row.amount).ok_or(bad("amount"))?,
            commission: Amount::from_micros(row.commission).ok_or(bad("commission"))?,
            currency: Currency::parse(&row.currency).map_err(|_| bad("currency"))?,
        })
    }
}
