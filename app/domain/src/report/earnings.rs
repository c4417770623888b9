//! The money of a link.

use serde::{Deserialize, Serialize};

use crate::{Currency, Total};

/// Money of one currency. Never added to another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earnings {
    /// Which currency.
    pub currency: Currency,
    /// Order value of every conversion, whatever its status.
    pub amount: Total,
    /// Commission of the conversions that count toward earnings.
    pub earned: Total,
    /// Commission of those that await confirmation.
    pub pending: Total,
}
