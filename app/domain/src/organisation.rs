//! Organisations: what owns offers, links and keys, and whose members people are.

use std::fmt;

use uuid::Uuid;

use crate::{AffiliateId, PartnerId, Role};

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
