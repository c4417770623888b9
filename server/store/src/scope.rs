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

    /// What rows of `offers o` and `links l` have to fulfil, given the parameters that hold [`Scope::partner`] and
    /// [`Scope::affiliate`]. In words of its own for each scope, so that a small partner's rows are found by index
    /// and not by looking at everybody's.
    pub(crate) fn condition(self, partner: &str, affiliate: &str) -> String {
        match self {
            Self::Partner(_) => format!("(o.partner_id = {partner} and {affiliate} is null)"),
            Self::Affiliate(_) => format!("(l.affiliate_id = {affiliate} and {partner} is null)"),
            Self::Network => format!("({partner} is null and {affiliate} is null)"),
        }
    }

    /// Whose offers may be managed: a partner's own, no affiliate's, or null for any.
    pub(crate) fn offer_owner(self) -> Option<Uuid> {
        match self {
            Self::Partner(id) => Some(id.uuid()),
            Self::Affiliate(_) => Some(Uuid::nil()),
            Self::Network => None,
        }
    }

    /// The affiliate to match, or null for any.
    pub(crate) fn affiliate(self) -> Option<Uuid> {
        if let Self::Affiliate(id) = self { Some(id.uuid()) } else { None }
    }
}
