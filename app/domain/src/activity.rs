//! What was done, by whom, on what: an entry for each change, written in the change's own transaction and never changed.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{ActivityId, AddressWord, Role, SearchText, UserId, list::list_filter};

/// Who makes a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who is signed in, or is signing in.
    Person {
        /// The person's user id.
        user: UserId,
        /// The client's IP address.
        address: IpAddr,
    },
    /// Somebody who isn't, such as a person who asks for a new password.
    Visitor {
        /// The client's IP address.
        address: IpAddr,
    },
    /// The person who runs the program's commands.
    Operator,
}

impl Actor {
    /// As the databases write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person { .. } => "person",
            Self::Visitor { .. } => "visitor",
            Self::Operator => "operator",
        }
    }

    /// Who it is, of those who have an account.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::Person { user, .. } => Some(user),
            Self::Visitor { .. } | Self::Operator => None,
        }
    }

    /// From where; the operator is on the machine itself.
    pub const fn address(self) -> Option<IpAddr> {
        match self {
            Self::Person { address, .. } | Self::Visitor { address } => Some(address),
            Self::Operator => None,
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $text:literal;)*) => {
        /// What was done. The first half of its word is the noun that it was done to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Action {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
            /// What a newer version wrote that works on the same database.
            #[serde(rename = "unknown")]
            Unknown,
        }

        impl Action {
            /// All that this version writes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As the databases write it: `offer.approve`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                    Self::Unknown => "unknown",
                }
            }

            /// As people read it, behind who did it: "approved the offer".
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Unknown => "did something this version doesn't recognise, to",
                }
            }
        }
    };
}

actions! {
    /// Somebody signed up, or the operator made an account.
    AccountCreated = "account.create", "made the account";
    /// A session began.
    SignedIn = "account.sign_in", "signed in";
    /// A session was ended by its owner.
    SignedOut = "account.sign_out", "signed out";
    /// Another name.
    NameChanged = "account.change_name", "changed the name";
    /// Another text about the organisation.
    ProfileChanged = "account.change_profile", "changed the profile";
    /// A link to another email was mailed to that one.
    EmailChangeRequested = "account.request_email", "asked for another email";
    /// Another email, by that link.
    EmailChanged = "account.change_email", "changed the email";
    /// Somebody left.
    AccountDeleted = "account.delete", "deleted the account";
    /// Another password, by somebody who knew the old one.
    PasswordChanged = "account.change_password", "changed the password";
    /// A link for a new password was mailed.
    ResetRequested = "account.request_reset", "asked for a link for a new password";
    /// Another password, by that link.
    PasswordReset = "account.reset_password", "set a new password by the mailed link";
    /// An admin suspended somebody.
    UserSuspended = "user.suspend", "suspended";
    /// An admin restored somebody.
    UserRestored = "user.restore", "restored";
    /// Another API key.
    ApiKeyRegenerated = "api_key.regenerate", "made a new API key";
    /// A new offer.
    OfferCreated = "offer.create", "made the offer";
    /// Another text or destination.
    OfferEdited = "offer.edit", "changed the offer";
    /// Its links stopped.
    OfferPaused = "offer.pause", "paused the offer";
    /// Its links are live again.
    OfferResumed = "offer.resume", "resumed the offer";
    /// A rejected offer waits for an admin again.
    OfferSubmitted = "offer.submit", "submitted the offer again";
    /// It was put away for good.
    OfferArchived = "offer.archive", "archived the offer";
    /// An admin let it out.
    OfferApproved = "offer.approve", "approved the offer";
    /// An admin refused it.
    OfferRejected = "offer.reject", "rejected the offer";
    /// An admin let its new destination out.
    DestinationApproved = "offer.approve_destination", "approved the new destination of the offer";
    /// An admin refused its new destination.
    DestinationRejected = "offer.reject_destination", "rejected the new destination of the offer";
    /// An admin refused all that waited of a partner.
    WaitingOffersRejected = "offer.reject_waiting", "rejected everything that waited of";
    /// An admin let what was changed after an approval stay.
    OfferChangeKept = "offer.keep_change", "kept what was changed of the offer";
    /// An admin put back what was approved.
    OfferChangeTakenBack = "offer.take_back_change", "took back what was changed of the offer";
    /// An affiliate asked for an offer.
    ApplicationCreated = "application.create", "applied for";
    /// An affiliate asked once more.
    ApplicationRenewed = "application.renew", "applied again for";
    /// The affiliate took the application, or the approval, back.
    ApplicationWithdrawn = "application.withdraw", "withdrew the application for";
    /// The partner approved.
    ApplicationApproved = "application.approve", "approved an application for";
    /// The partner rejected.
    ApplicationRejected = "application.reject", "rejected an application for";
    /// The partner took an approval back.
    ApplicationRevoked = "application.revoke", "revoked an approval for";
}

impl Action {
    /// Reads what [`Action::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text)
    }
}

/// One value of what was changed, as it was shown before and after. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which value, for example `name`.
    pub field: String,
    /// What it was; nothing where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is; nothing where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Who did something, as its reader may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityActor {
    /// The reader.
    You,
    /// Somebody else.
    Person {
        /// What they are.
        role: Role,
        /// Their name now; nothing where that is nobody's business.
        name: Option<String>,
    },
    /// Somebody who wasn't signed in.
    Visitor,
    /// The person who runs the program's commands.
    Operator,
}

/// An entry, as its reader may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRow {
    /// Which entry; it carries the moment.
    pub id: ActivityId,
    /// Who did it, as far as the reader may know.
    pub actor: ActivityActor,
    /// What was done.
    pub action: Action,
    /// The name of what it was done to, as it was then.
    pub subject: String,
    /// Its id: `off_…`, `apl_…`, `usr_…` or `par_…`.
    pub subject_id: String,
    /// What was changed by it.
    pub changes: Vec<FieldChange>,
    /// The client's IP address: told to the person who did it, and to admins.
    pub address: Option<String>,
}

/// What others did lately that concerns somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// The newest ones, newest first.
    pub rows: Vec<ActivityRow>,
    /// How many of these, from the first on, haven't been read.
    pub unread: usize,
}

/// What something is done to: the first half of the word of an [`Action`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityNoun {
    /// Offers.
    Offer,
    /// Applications.
    Application,
    /// One's own account.
    Account,
    /// Somebody else's account.
    User,
    /// API keys.
    ApiKey,
}

impl ActivityNoun {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Offer, Self::Application, Self::Account, Self::User, Self::ApiKey];

    /// As actions and addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Application => "application",
            Self::Account => "account",
            Self::User => "user",
            Self::ApiKey => "api_key",
        }
    }
}

impl AddressWord for ActivityNoun {
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|noun| noun.as_str() == word)
    }

    fn to_word(&self) -> String {
        self.as_str().to_owned()
    }
}

list_filter! {
    /// What the list of what was done can be asked for.
    pub struct ActivityFilter {
        /// Only what was done to these.
        "status" => noun: Option<ActivityNoun>,
        /// Only what has this name, or was done by somebody with it.
        "text" => text: SearchText,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_has_a_word_of_its_own_that_is_read_back() {
        let words: BTreeSet<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(words.len(), Action::ALL.len());
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(*action));
            assert_eq!(serde_json::to_string(action).unwrap(), format!("\"{}\"", action.as_str()));
            let noun = action.as_str().split('.').next().unwrap();
            assert!(ActivityNoun::from_word(noun).is_some(), "{noun}: nobody could filter by it");
        }
        assert_eq!(Action::parse("offer"), None);
    }

    #[test]
    fn an_actor_is_written_with_who_it_is_and_from_where() {
        let user = UserId::from_uuid(uuid::Uuid::from_u128(7));
        let address = IpAddr::from([203, 0, 113, 7]);
        for (actor, word, who, place) in [
            (Actor::Person { user, address }, "person", Some(user), Some(address)),
            (Actor::Visitor { address }, "visitor", None, Some(address)),
            (Actor::Operator, "operator", None, None),
        ] {
            assert_eq!((actor.as_str(), actor.user(), actor.address()), (word, who, place));
        }
    }

    #[test]
    fn a_noun_is_written_and_read_as_its_word() {
        for (noun, word) in [
            (ActivityNoun::Offer, "offer"),
            (ActivityNoun::Application, "application"),
            (ActivityNoun::Account, "account"),
            (ActivityNoun::User, "user"),
            (ActivityNoun::ApiKey, "api_key"),
        ] {
            assert_eq!((ActivityNoun::from_word(word), noun.to_word()), (Some(noun), word.to_owned()));
        }
        for word in ["", "Offer", "click"] {
            assert_eq!(ActivityNoun::from_word(word), None, "{word}");
        }
    }
}
