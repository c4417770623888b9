//! Who is acting: proofs of authority, which only [`Service::authenticate`](crate::Service::authenticate) makes.

use std::net::IpAddr;

use domain::{Actor, AffiliateId, PartnerId, UserId};
use store::Scope;

/// Proof that a partner is signed in; only [`Service::authenticate`](crate::Service::authenticate) makes one.
#[derive(Debug, Clone)]
pub struct PartnerSession {
    pub(crate) user_id: UserId,
    pub(crate) address: IpAddr,
    pub(crate) partner_id: PartnerId,
}

/// Proof that an affiliate is signed in.
#[derive(Debug, Clone)]
pub struct AffiliateSession {
    pub(crate) user_id: UserId,
    pub(crate) address: IpAddr,
    pub(crate) affiliate_id: AffiliateId,
}

/// Proof that an admin is signed in.
#[derive(Debug, Clone)]
pub struct AdminSession {
    pub(crate) user_id: UserId,
    pub(crate) address: IpAddr,
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
    pub(crate) const fn actor(&self) -> Actor {
        Actor::Person { user: self.user_id, address: self.address }
    }

    /// Which partner.
    pub fn partner_id(&self) -> PartnerId {
        self.partner_id
    }
}

impl AffiliateSession {
    pub(crate) const fn actor(&self) -> Actor {
        Actor::Person { user: self.user_id, address: self.address }
    }

    /// Which affiliate.
    pub fn affiliate_id(&self) -> AffiliateId {
        self.affiliate_id
    }
}

impl AdminSession {
    pub(crate) const fn actor(&self) -> Actor {
        Actor::Person { user: self.user_id, address: self.address }
    }
}

impl Session {
    pub(crate) fn actor(&self) -> Actor {
        Actor::Person { user: self.user_id(), address: self.address() }
    }

    /// From where they act.
    pub const fn address(&self) -> IpAddr {
        match self {
            Self::Partner(session) => session.address,
            Self::Affiliate(session) => session.address,
            Self::Admin(session) => session.address,
        }
    }

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

/// Proof that the program's own commands act, whose owner may do everything. Nothing that makes or raises rights can be
/// called without one, without an admin's session, or without the address that a start prints where there is no admin.
#[derive(Debug)]
pub struct Operator(());

impl Operator {
    /// For a command: anyone who can run it has the database's file and the secret anyhow.
    pub const fn of_this_machine() -> Self {
        Self(())
    }
}
