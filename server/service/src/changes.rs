//! What open pages are told: that something of theirs has changed, or that they are signed out.

use domain::{AffiliateId, AppError, PartnerId, UserId};
use store::{
    Scope,
    versions::{Version, read_versions},
};

use crate::{Service, Session, SessionToken};

/// Whose rows an open page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// A partner's.
    Partner(PartnerId),
    /// An affiliate's.
    Affiliate(AffiliateId),
    /// Everybody's.
    Network,
}

impl Audience {
    /// Whether it may see what has changed.
    pub fn is_concerned_by(self, change: Change) -> bool {
        match self {
            Self::Partner(partner) => change.partner == Some(partner),
            Self::Affiliate(affiliate) => change.affiliate == Some(affiliate),
            Self::Network => true,
        }
    }

    const fn scope(self) -> Scope {
        match self {
            Self::Partner(partner) => Scope::Partner(partner),
            Self::Affiliate(affiliate) => Scope::Affiliate(affiliate),
            Self::Network => Scope::Network,
        }
    }
}

impl Session {
    /// Whose rows the pages of this session show.
    pub fn audience(&self) -> Audience {
        match self {
            Self::Partner(partner) => Audience::Partner(partner.partner_id()),
            Self::Affiliate(affiliate) => Audience::Affiliate(affiliate.affiliate_id()),
            Self::Admin(_) => Audience::Network,
        }
    }
}

impl Service {
    /// One version per audience, in the same order; each changes with every click, conversion and activity entry that
    /// its audience may see.
    pub async fn versions(&self, audiences: &[Audience]) -> Result<Vec<Version>, AppError> {
        // A click of the last moment before midnight may be committed after it, and another server's clock be ahead.
        let today = self.clock.now().day();
        let scopes: Vec<Scope> = audiences.iter().map(|audience| audience.scope()).collect();
        let mut conn = self.db.read().await?;
        Ok(read_versions(&mut conn, &scopes, today.minus_days(1), today.minus_days(-1)).await?)
    }

    /// The version of one audience; none while the database doesn't answer.
    pub async fn version(&self, audience: Audience) -> Option<Version> {
        self.versions(&[audience]).await.ok().and_then(|versions| versions.into_iter().next())
    }
}

/// Something was committed: a click, a conversion, or what somebody has done. Admins are concerned by everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Change {
    /// The partner whom it concerns.
    pub partner: Option<PartnerId>,
    /// The affiliate whom it concerns.
    pub affiliate: Option<AffiliateId>,
}

/// One session or several have ended on this node.
#[derive(Debug, Clone, Copy)]
pub enum SessionsEnded {
    /// The one of this token, of which only the hash is known here.
    One([u8; 32]),
    /// All that somebody had.
    AllOf(UserId),
}

impl SessionsEnded {
    /// Whether this session may be among them. A newer one of the same person is not, and a look-up tells.
    pub fn includes(&self, token: &SessionToken, session: &Session) -> bool {
        match self {
            Self::One(hash) => token.hash() == *hash,
            Self::AllOf(user) => session.user_id() == *user,
        }
    }
}
