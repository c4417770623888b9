//! What open pages are told: that something of theirs has changed, or that they are signed out.

use domain::{AffiliateId, PartnerId, UserId};

use crate::{Session, SessionToken};

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
