//! Organisations: what owns offers, links and keys, and whose members people are.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    AffiliateId, BoundedText, PartnerId, Profile, Role, SearchText, Timestamp, UserId,
    list::{AddressWord, list_filter},
};

/// What a partner notes about an affiliate, at most 2,000 characters.
pub type AffiliateNote = BoundedText<0, 2000>;

/// A partner or an affiliate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Organisation {
    /// Owns offers and an API key.
    Partner(PartnerId),
    /// Promotes offers by its links.
    Affiliate(AffiliateId),
}

impl Organisation {
    /// The 128 bits of its id, as the databases keep them.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Partner(id) => id.uuid(),
            Self::Affiliate(id) => id.uuid(),
        }
    }

    /// What its members are in the network; the databases write it as the organisation's kind.
    pub const fn role(self) -> Role {
        match self {
            Self::Partner(_) => Role::Partner,
            Self::Affiliate(_) => Role::Affiliate,
        }
    }

    /// The organisation of this kind and id; no organisation is of admins.
    pub const fn new(kind: Role, id: Uuid) -> Option<Self> {
        match kind {
            Role::Partner => Some(Self::Partner(PartnerId::from_uuid(id))),
            Role::Affiliate => Some(Self::Affiliate(AffiliateId::from_uuid(id))),
            Role::Admin => None,
        }
    }
}

/// Its id, as people see it: `par_…` or `aff_…`.
impl fmt::Display for Organisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partner(id) => id.fmt(f),
            Self::Affiliate(id) => id.fmt(f),
        }
    }
}

/// An affiliate as a partner sees it whose offers it has applied for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffiliateRow {
    /// Which affiliate.
    pub id: AffiliateId,
    /// What it is called.
    pub name: String,
    /// What it says of itself.
    pub profile: Profile,
    /// How many of the partner's offers it may promote.
    pub approved: i64,
    /// How many of its applications wait for the partner.
    pub waiting: i64,
    /// When it applied last.
    pub applied_at: Timestamp,
    /// Clicks of its links to the partner's offers.
    pub clicks: i64,
    /// Conversions of these, whatever their status.
    pub conversions: i64,
}

/// Which of a partner's affiliates are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AffiliateGroup {
    /// Those that may promote an offer.
    Approved,
    /// Those that wait for a decision.
    Waiting,
}

impl AffiliateGroup {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Approved, Self::Waiting];

    /// As addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Waiting => "pending",
        }
    }
}

impl AddressWord for AffiliateGroup {
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == word)
    }

    fn to_word(&self) -> String {
        self.as_str().to_owned()
    }
}

list_filter! {
    /// What the list of a partner's affiliates can be asked for.
    pub struct AffiliateFilter {
        /// Only these.
        "status" => group: Option<AffiliateGroup>,
        /// Only those whose name or site contains it.
        "text" => text: SearchText,
    }
}

/// A partner or an affiliate with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationDetail {
    /// Whether it is a partner or an affiliate.
    pub role: Role,
    /// Its id, as people see it.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Since when it is in the network.
    pub created_at: Timestamp,
    /// Since when it may not act, if it may not.
    pub suspended_at: Option<Timestamp>,
    /// What it says of itself.
    pub profile: Profile,
    /// Who signs in for it; told to admins only.
    pub members: Vec<Member>,
    /// What the partner who reads this notes about it; empty for everybody else.
    pub note: String,
}

/// Somebody who signs in for an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_is_its_kind_and_its_id() {
        let id = Uuid::from_u128(7);
        for role in [Role::Partner, Role::Affiliate] {
            let organisation = Organisation::new(role, id).unwrap();
            assert_eq!((organisation.role(), organisation.uuid()), (role, id));
        }
        assert!(Organisation::new(Role::Partner, id).unwrap().to_string().starts_with("par_"));
        assert!(Organisation::new(Role::Affiliate, id).unwrap().to_string().starts_with("aff_"));
        assert_eq!(Organisation::new(Role::Admin, id), None);
    }
}
