//! Whether a tracking link is live: the one place where that is decided.

use serde::{Deserialize, Serialize};

use crate::{ApplicationStatus, OfferStatus};

/// What decides it, as it stands in the transaction of the click.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LinkRules {
    /// The offer's status.
    pub offer: OfferStatus,
    /// The status of the affiliate's application for it.
    pub application: ApplicationStatus,
    /// Whether the offer's partner is suspended.
    pub partner_suspended: bool,
    /// Whether the affiliate is suspended.
    pub affiliate_suspended: bool,
}

/// What a visit gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is recorded and sent to the offer's destination.
    Offer,
    /// It is sent to the homepage and leaves no trace.
    NotLive(NotLive),
}

/// Why a link is not live: the first reason that there is, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotLive {
    /// The application is not approved.
    Application(ApplicationStatus),
    /// The offer is not active.
    Offer(OfferStatus),
    /// The partner is suspended.
    PartnerSuspended,
    /// The affiliate is suspended.
    AffiliateSuspended,
}

/// Decides on a visit: "A link is live when its offer is active, its application is approved, and neither its partner nor
/// its affiliate is suspended."
pub const fn decide(rules: &LinkRules) -> Decision {
    let LinkRules { offer, application, partner_suspended, affiliate_suspended } = *rules;
    if !matches!(application, ApplicationStatus::Approved) {
        return Decision::NotLive(NotLive::Application(application));
    }
    if !matches!(offer, OfferStatus::Active) {
        return Decision::NotLive(NotLive::Offer(offer));
    }
    if partner_suspended {
        return Decision::NotLive(NotLive::PartnerSuspended);
    }
    if affiliate_suspended {
        return Decision::NotLive(NotLive::AffiliateSuspended);
    }
    Decision::Offer
}

impl LinkRules {
    /// Whether a visit gets the offer.
    pub const fn is_live(&self) -> bool {
        matches!(decide(self), Decision::Offer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_live_in_one_state_of_eighty() {
        let mut live = Vec::new();
        for offer in OfferStatus::ALL {
            for application in ApplicationStatus::ALL {
                for (partner_suspended, affiliate_suspended) in
                    [(false, false), (false, true), (true, false), (true, true)]
                {
                    let rules = LinkRules { offer, application, partner_suspended, affiliate_suspended };
                    if rules.is_live() {
                        live.push(rules);
                    }
                }
            }
        }
        let (offer, application) = (OfferStatus::Active, ApplicationStatus::Approved);
        let only = LinkRules { offer, application, partner_suspended: false, affiliate_suspended: false };
        assert_eq!(live, [only]);
    }

    #[test]
    fn the_first_reason_is_told() {
        let live = LinkRules {
            offer: OfferStatus::Active,
            application: ApplicationStatus::Approved,
            partner_suspended: false,
            affiliate_suspended: false,
        };
        let affiliate = LinkRules { affiliate_suspended: true, ..live };
        let partner = LinkRules { partner_suspended: true, ..affiliate };
        let offer = LinkRules { offer: OfferStatus::Paused, ..partner };
        let application = LinkRules { application: ApplicationStatus::Revoked, ..offer };
        for (rules, why) in [
            (affiliate, NotLive::AffiliateSuspended),
            (partner, NotLive::PartnerSuspended),
            (offer, NotLive::Offer(OfferStatus::Paused)),
            (application, NotLive::Application(ApplicationStatus::Revoked)),
        ] {
            assert_eq!(decide(&rules), Decision::NotLive(why));
        }
    }
}
