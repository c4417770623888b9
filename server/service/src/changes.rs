//! What open pages are told: that something of theirs has changed.

use domain::{AffiliateId, PartnerId};

/// A click or a conversion was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Change {
    /// Whose offer.
    pub partner: PartnerId,
    /// Whose link.
    pub affiliate: AffiliateId,
}
