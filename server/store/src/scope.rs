//! Whose rows a query may see.

use domain::{AffiliateId, PartnerId};
use uuid::Uuid;

/// Part of every query for lists and totals: the owner's id is bound to it, so that no caller can forget it.
#[derive(Debug, Clone, Copy)]
pub enum Scope {
    /// What belongs to one partner's offers.
    Partner(PartnerId),
    /// What belongs to one affiliate's links.
    Affiliate(AffiliateId),
    /// Everything; for admins.
    Network,
}

impl Scope {
    /// The partner to match, or null for any.
    pub(crate) fn partner(self) -> Option<Uuid> {
        if let Self::Partner(id) = self { Some(id.uuid()) } else { None }
    }

    /// The affiliate to match, or null for any.
    pub(crate) fn affiliate(self) -> Option<Uuid> {
        if let Self::Affiliate(id) = self { Some(id.uuid()) } else { None }
    }
}
