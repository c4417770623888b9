//! Where an offer stands, and what can be done with it there.

use serde::{Deserialize, Serialize};

/// Where an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferStatus {
    /// Awaits an admin.
    Pending,
    /// In the marketplace, its approved links are live.
    Active,
    /// Refused by an admin, with a reason; can be edited and submitted again.
    Rejected,
    /// Stopped by its partner; can be resumed.
    Paused,
    /// Put away for good.
    Archived,
}

/// What can be done with an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferAction {
    /// By its partner: stop it.
    Pause,
    /// By its partner: let it go on.
    Resume,
    /// By its partner: ask the admin again.
    Submit,
    /// By its partner: put it away for good.
    Archive,
    /// By an admin: let it into the marketplace.
    Approve,
    /// By an admin: refuse it, with a reason.
    Reject,
}

impl OfferAction {
    /// What a partner may do with an own offer, as far as its status allows.
    pub const BY_PARTNER: [Self; 4] = [Self::Pause, Self::Resume, Self::Submit, Self::Archive];

    /// As forms write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Submit => "submit",
            Self::Archive => "archive",
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }

    /// Reads what [`OfferAction::as_str`] writes of those that a partner may do.
    pub fn parse_by_partner(text: &str) -> Option<Self> {
        Self::BY_PARTNER.into_iter().find(|action| action.as_str() == text)
    }
}

impl OfferStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Active, Self::Rejected, Self::Paused, Self::Archived];

    /// As the databases and addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Rejected => "rejected",
            Self::Paused => "paused",
            Self::Archived => "archived",
        }
    }

    /// Reads what [`OfferStatus::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// The status after an action, or `None` where it can't be done.
    pub const fn after(self, action: OfferAction) -> Option<Self> {
        match (self, action) {
            (Self::Active, OfferAction::Pause) => Some(Self::Paused),
            (Self::Paused, OfferAction::Resume) | (Self::Pending, OfferAction::Approve) => Some(Self::Active),
            (Self::Rejected, OfferAction::Submit) => Some(Self::Pending),
            (Self::Pending, OfferAction::Reject) => Some(Self::Rejected),
            (Self::Pending | Self::Active | Self::Rejected | Self::Paused, OfferAction::Archive) => {
                Some(Self::Archived)
            }
            _ => None,
        }
    }

    /// Whether an admin has let this offer out, so that a new destination host needs another look.
    pub const fn is_approved(self) -> bool {
        matches!(self, Self::Active | Self::Paused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_move_an_offer_only_along_the_table() {
        use OfferAction::{Approve, Archive, Pause, Reject, Resume, Submit};
        use OfferStatus::{Active, Archived, Paused, Pending, Rejected};
        let allowed = [
            (Pending, Approve, Active),
            (Pending, Reject, Rejected),
            (Pending, Archive, Archived),
            (Active, Pause, Paused),
            (Active, Archive, Archived),
            (Paused, Resume, Active),
            (Paused, Archive, Archived),
            (Rejected, Submit, Pending),
            (Rejected, Archive, Archived),
        ];
        for from in OfferStatus::ALL {
            for action in [Pause, Resume, Submit, Archive, Approve, Reject] {
                let wanted = allowed.iter().find(|(f, a, _)| *f == from && *a == action).map(|(_, _, to)| *to);
                assert_eq!(from.after(action), wanted, "{from:?} {action:?}");
            }
        }
    }

    #[test]
    fn an_action_is_written_as_its_word_and_only_a_partners_own_are_read() {
        for (action, word, is_partners) in [
            (OfferAction::Pause, "pause", true),
            (OfferAction::Resume, "resume", true),
            (OfferAction::Submit, "submit", true),
            (OfferAction::Archive, "archive", true),
            (OfferAction::Approve, "approve", false),
            (OfferAction::Reject, "reject", false),
        ] {
            assert_eq!(action.as_str(), word);
            assert_eq!(OfferAction::parse_by_partner(word), is_partners.then_some(action), "{word}");
        }
        assert_eq!(OfferAction::parse_by_partner(""), None);
    }

    #[test]
    fn what_was_approved_is_active_or_paused() {
        for status in OfferStatus::ALL {
            let is_out = matches!(status, OfferStatus::Active | OfferStatus::Paused);
            assert_eq!(status.is_approved(), is_out, "{status:?}");
        }
    }
}
