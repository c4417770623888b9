//! Whether a postback may record a conversion of a click: the one place where that is decided.

use crate::{KeyOwner, KeyScope, PartnerId};

/// Why a postback records nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRecorded {
    /// No valid key of an organisation that may act, or none for postbacks.
    InvalidKey,
    /// There is no such click.
    UnknownClick,
    /// The click is of another partner's offer.
    NotOwner,
}

/// Decides on a postback by whose key it names and whose offer its click is of, in the order of the contract's checks: who
/// has no right learns nothing of clicks. Returns the partner whose offer it is.
pub fn decide(key: Option<&KeyOwner>, offer_owner: Option<PartnerId>) -> Result<PartnerId, NotRecorded> {
    let key = key.filter(|key| key.scopes.allow(KeyScope::Postback)).ok_or(NotRecorded::InvalidKey)?;
    let owner = offer_owner.ok_or(NotRecorded::UnknownClick)?;
    if key.organisation == owner.uuid() { Ok(owner) } else { Err(NotRecorded::NotOwner) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::KeyScopes;

    #[test]
    fn only_a_key_for_postbacks_of_the_offer_s_owner_records() {
        let (shop, rival) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let key = |organisation, scopes: &str| KeyOwner { organisation, scopes: KeyScopes::parse(scopes) };
        let owner = Some(PartnerId::from_uuid(shop));
        for (key, owner, decided) in [
            (Some(key(shop, "postback")), owner, Ok(PartnerId::from_uuid(shop))),
            (Some(key(rival, "postback")), owner, Err(NotRecorded::NotOwner)),
            (Some(key(shop, "postback")), None, Err(NotRecorded::UnknownClick)),
            (Some(key(shop, "reports")), owner, Err(NotRecorded::InvalidKey)),
            (Some(key(shop, "reports")), None, Err(NotRecorded::InvalidKey)),
            (None, owner, Err(NotRecorded::InvalidKey)),
            (None, None, Err(NotRecorded::InvalidKey)),
        ] {
            assert_eq!(decide(key.as_ref(), owner), decided, "{key:?} {owner:?}");
        }
    }
}
