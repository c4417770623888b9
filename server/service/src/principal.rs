//! Who is acting: proofs of authority, which only [`Service::authenticate`](crate::Service::authenticate) makes.

use domain::{AffiliateId, PartnerId, UserId};
use store::Scope;

/// Proof that a partner is signed in; only [`Service::authenticate`](crate::Service::authenticate) makes one.
#[derive(Debug, Clone)]
pub struct PartnerSession {
    pub(crate) user_id: UserId,
    pub(crate) partner_id: PartnerId,
}

/// Proof that an affiliate is signed in.
#[derive(Debug, Clone)]
pub struct AffiliateSession {
    pub(crate) user_id: UserId,
    pub(crate) affiliate_id: AffiliateId,
}

/// Proof that an admin is signed in.
#[derive(Debug, Clone)]
pub struct AdminSession {
    pub(crate) user_id: UserId,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub enum Session {
    /// A partner.
    Partner(PartnerSession),
    /// An affiliate.
    Affiliate(AffiliateSession),
    /// An admin.
    Admin(AdminSession),
}

impl PartnerSession {
    /// Which partner.
    pub fn partner_id(&self) -> PartnerId {
        self.partner_id
    }
}

impl AffiliateSession {
    /// Which affiliate.
    pub fn affiliate_id(&self) -> AffiliateId {
        self.affiliate_id
    }
}

impl Session {
    /// Who it is.
    pub fn user_id(&self) -> UserId {
        match self {
            Self::Partner(session) => session.user_id,
            Self::Affiliate(session) => session.user_id,
            Self::Admin(session) => session.user_id,
        }
    }

    /// What this person may see: decided here, once.
    pub(crate) const fn scope(&self) -> Scope {
        match self {
            Self::Partner(partner) => Scope::Partner(partner.partner_id),
            Self::Affiliate(affiliate) => Scope::Affiliate(affiliate.affiliate_id),
            Self::Admin(_) => Scope::Network,
        }
    }
}
