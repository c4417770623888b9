//! Applications: an affiliate asking for an offer.

use serde::{Deserialize, Serialize};

use crate::{
    AffiliateId, ApplicationId, BoundedText, OfferId, Profile, SearchText, Timestamp,
    list::{address_word, list_filter},
};

/// What an affiliate writes to the partner, at most 1,000 characters.
pub type ApplicationMessage = BoundedText<0, 1000>;
/// Why a partner decides as they do, told to the affiliate; at most 500 characters.
pub type DecisionReason = BoundedText<0, 500>;

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStatus {
    /// Waits for the partner.
    Pending,
    /// The link is live while the offer is.
    Approved,
    /// Refused by the partner.
    Rejected,
    /// Was approved, and no longer is.
    Revoked,
    /// Taken back by the affiliate.
    Withdrawn,
}

/// What a partner decides about an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationDecision {
    /// Let the affiliate promote the offer.
    Approve,
    /// Refuse one that waits.
    Reject,
    /// Take an approval back.
    Revoke,
}

impl ApplicationStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Approved, Self::Rejected, Self::Revoked, Self::Withdrawn];

    /// As the databases and addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Revoked => "revoked",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads what [`ApplicationStatus::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// The status after a decision, or `None` where it can't be taken. "A rejected or revoked one may be
    /// approved again."
    pub const fn after(self, decision: ApplicationDecision) -> Option<Self> {
        match (self, decision) {
            (Self::Pending | Self::Rejected | Self::Revoked, ApplicationDecision::Approve) => Some(Self::Approved),
            (Self::Pending, ApplicationDecision::Reject) => Some(Self::Rejected),
            (Self::Approved, ApplicationDecision::Revoke) => Some(Self::Revoked),
            _ => None,
        }
    }

    /// Whether the affiliate may take it back: while it waits, and while it lets them promote.
    pub const fn can_be_withdrawn(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }

    /// Whether the affiliate may apply again.
    pub const fn can_be_renewed(self) -> bool {
        matches!(self, Self::Rejected | Self::Revoked | Self::Withdrawn)
    }
}

impl ApplicationDecision {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Approve, Self::Reject, Self::Revoke];

    /// Reads what [`ApplicationDecision::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.as_str() == text)
    }

    /// As forms write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Revoke => "revoke",
        }
    }
}

/// An application as its offer's partner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Which application.
    pub id: ApplicationId,
    /// The offer asked for.
    pub offer_id: OfferId,
    /// The offer's name.
    pub offer_name: String,
    /// Who asks.
    pub affiliate_id: AffiliateId,
    /// The affiliate's name.
    pub affiliate_name: String,
    /// What they wrote.
    pub message: String,
    /// Where it stands.
    pub status: ApplicationStatus,
    /// Why the partner decided so, as the affiliate is told.
    pub reason: String,
    /// When it was sent, the last time.
    pub created_at: Timestamp,
    /// The tracking link's slug.
    pub slug: String,
    /// Clicks of the link so far.
    pub clicks: i64,
    /// Conversions of the link so far.
    pub conversions: i64,
    /// What the affiliate says of itself.
    pub profile: Profile,
}

address_word!(ApplicationStatus);

list_filter! {
    /// What lists of applications, with the links they brought, can be asked for.
    pub struct ApplicationFilter {
        /// Only those that stand there.
        "status" => status: Option<ApplicationStatus>,
        /// Only those for this offer.
        "offer" => offer: Option<OfferId>,
        /// Only this affiliate's.
        "affiliate" => affiliate: Option<AffiliateId>,
        /// Only those whose affiliate's or offer's name contains it.
        "text" => text: SearchText,
    }
}

list_filter! {
    /// What the list of one's own tracking links can be asked for.
    pub struct LinkFilter {
        /// Only those whose application stands there.
        "status" => status: Option<ApplicationStatus>,
        /// Only those whose offer's or partner's name contains it.
        "text" => text: SearchText,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_move_an_application_only_along_the_table() {
        use ApplicationStatus::{Approved, Pending, Rejected, Revoked, Withdrawn};
        for (from, decision, to) in [
            (Pending, ApplicationDecision::Approve, Some(Approved)),
            (Pending, ApplicationDecision::Reject, Some(Rejected)),
            (Pending, ApplicationDecision::Revoke, None),
            (Approved, ApplicationDecision::Approve, None),
            (Approved, ApplicationDecision::Reject, None),
            (Approved, ApplicationDecision::Revoke, Some(Revoked)),
            (Rejected, ApplicationDecision::Approve, Some(Approved)),
            (Rejected, ApplicationDecision::Reject, None),
            (Rejected, ApplicationDecision::Revoke, None),
            (Revoked, ApplicationDecision::Approve, Some(Approved)),
            (Revoked, ApplicationDecision::Reject, None),
            (Revoked, ApplicationDecision::Revoke, None),
            (Withdrawn, ApplicationDecision::Approve, None),
            (Withdrawn, ApplicationDecision::Reject, None),
            (Withdrawn, ApplicationDecision::Revoke, None),
        ] {
            assert_eq!(from.after(decision), to, "{from:?} {decision:?}");
        }
    }

    #[test]
    fn an_affiliate_takes_back_what_stands_and_renews_what_fell() {
        for status in ApplicationStatus::ALL {
            let stands = matches!(status, ApplicationStatus::Pending | ApplicationStatus::Approved);
            assert_eq!((status.can_be_withdrawn(), status.can_be_renewed()), (stands, !stands), "{status:?}");
        }
    }

    #[test]
    fn a_status_is_written_and_read_as_its_word() {
        for (status, word) in [
            (ApplicationStatus::Pending, "pending"),
            (ApplicationStatus::Approved, "approved"),
            (ApplicationStatus::Rejected, "rejected"),
            (ApplicationStatus::Revoked, "revoked"),
            (ApplicationStatus::Withdrawn, "withdrawn"),
        ] {
            assert_eq!((status.as_str(), ApplicationStatus::parse(word)), (word, Some(status)));
        }
        for word in ["", "Pending", "active"] {
            assert_eq!(ApplicationStatus::parse(word), None, "{word}");
        }
    }

    #[test]
    fn a_decision_is_written_and_read_as_its_word() {
        for (decision, word) in [
            (ApplicationDecision::Approve, "approve"),
            (ApplicationDecision::Reject, "reject"),
            (ApplicationDecision::Revoke, "revoke"),
        ] {
            assert_eq!((decision.as_str(), ApplicationDecision::parse(word)), (word, Some(decision)));
        }
        for word in ["", "approved", "withdraw"] {
            assert_eq!(ApplicationDecision::parse(word), None, "{word}");
        }
    }
}
