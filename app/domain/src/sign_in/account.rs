//! People: who they are and what they are here.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::{AddressWord, Name, SearchText, Timestamp, UserId, list::list_filter, report::ZoneName, shorten_to_bytes};

/// What a user is; one user is one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Owns offers.
    Partner,
    /// Promotes offers.
    Affiliate,
    /// Runs the network.
    Admin,
}

impl Role {
    /// As the databases and forms write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Affiliate => "affiliate",
            Self::Admin => "admin",
        }
    }

    /// Reads what [`Role::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Partner, Self::Affiliate, Self::Admin].into_iter().find(|role| role.as_str() == text)
    }

    /// The first page after signing in.
    pub const fn home(self) -> &'static str {
        match self {
            Self::Partner => "/partner",
            Self::Affiliate => "/affiliate",
            Self::Admin => "/admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A person's or company's name, 1 to 120 characters.
pub type PersonName = Name<120>;

/// A new password: at least 10 characters, at most 1,024 bytes. Never shown, not even in debug output.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The longest password that is hashed; more would let one request burn the processor.
    pub const MAX_BYTES: usize = 1024;

    /// Reads a new password: nothing is trimmed, and letters are composed (Unicode's form NFC). One keyboard sends an
    /// `é` as one character and another as two, and both are the same password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let composed: String = shorten_to_bytes(text, Self::MAX_BYTES + 1).nfc().collect();
        if text.len().max(composed.len()) > Self::MAX_BYTES {
            return Err("is longer than 1,024 bytes");
        }
        if composed.chars().count() < 10 {
            return Err("needs at least 10 characters; a sentence is a good password");
        }
        Ok(Self(composed))
    }

    /// As what a password may have been hashed that was typed like this: composed, and, where that is another text,
    /// as it was typed, since older hashes were made of that.
    pub fn spellings(typed: String) -> Vec<String> {
        let composed: String = typed.nfc().collect();
        if composed == typed { vec![typed] } else { vec![composed, typed] }
    }

    /// The secret, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Who is signed in, as every page knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Partner, affiliate or admin.
    pub role: Role,
    /// The name shown to others.
    pub name: String,
    /// The address used to sign in.
    pub email: String,
    /// `par_…`, `aff_…`, or `usr_…` for an admin.
    pub id: String,
    /// The zone of their days, where they have chosen one.
    pub time_zone: Option<ZoneName>,
}

/// Somewhere somebody is signed in, as they see it themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    /// Tells it from the others; no secret.
    pub id: String,
    /// When it began.
    pub since: Timestamp,
    /// From which address; empty where that isn't known.
    pub address: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// A user in the admin's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// Which user.
    pub id: UserId,
    /// What they are.
    pub role: Role,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Since when they may not act, if so.
    pub suspended_at: Option<Timestamp>,
    /// When they signed up.
    pub created_at: Timestamp,
    /// The id of the partner or the affiliate whom they sign in for; none for admins.
    pub organisation: Option<String>,
}

/// Which users are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserGroup {
    /// Those who are this.
    Role(Role),
    /// Those who may not act.
    Suspended,
}

impl UserGroup {
    /// As addresses write it: a role's word, or `suspended`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role(role) => role.as_str(),
            Self::Suspended => "suspended",
        }
    }
}

impl AddressWord for UserGroup {
    fn from_word(word: &str) -> Option<Self> {
        if word == "suspended" { Some(Self::Suspended) } else { Role::parse(word).map(Self::Role) }
    }

    fn to_word(&self) -> String {
        self.as_str().to_owned()
    }
}

list_filter! {
    /// What the list of users can be asked for.
    pub struct UserFilter {
        /// Only these.
        "status" => group: Option<UserGroup>,
        /// Only those whose name or email contains it.
        "text" => text: SearchText,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_stay_out_of_debug_output() {
        let password = Password::parse("correct horse").unwrap();
        assert_eq!(format!("{password:?}"), "Password(…)");
        assert!(Password::parse("123456789").is_err());
    }

    #[test]
    fn a_password_is_the_same_on_every_keyboard() {
        let (composed, decomposed) = ("crème brûlée", "cre\u{300}me bru\u{302}le\u{301}e");
        assert_eq!(Password::parse(decomposed).unwrap().expose(), composed);
        assert_eq!(Password::spellings(decomposed.to_owned()), [composed, decomposed]);
        assert_eq!(Password::spellings(composed.to_owned()), [composed]);
        assert!(Password::parse("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}").is_err(), "five letters");
        assert!(Password::parse(&"e".repeat(1_024)).is_ok() && Password::parse(&"e".repeat(1_025)).is_err());
        assert!(Password::parse(&"\u{1d160}".repeat(256)).is_err(), "composed it is longer");
    }

    #[test]
    fn a_role_is_written_and_read_as_its_word_and_has_a_page() {
        for (role, word, home) in [
            (Role::Partner, "partner", "/partner"),
            (Role::Affiliate, "affiliate", "/affiliate"),
            (Role::Admin, "admin", "/admin"),
        ] {
            assert_eq!((role.as_str(), Role::parse(word), role.home()), (word, Some(role), home));
            assert_eq!(role.to_string(), word);
        }
        for word in ["", "Admin", "suspended"] {
            assert_eq!(Role::parse(word), None, "{word}");
        }
    }

    #[test]
    fn a_group_of_users_is_a_role_or_those_who_are_suspended() {
        for (group, word) in [
            (UserGroup::Role(Role::Partner), "partner"),
            (UserGroup::Role(Role::Affiliate), "affiliate"),
            (UserGroup::Role(Role::Admin), "admin"),
            (UserGroup::Suspended, "suspended"),
        ] {
            assert_eq!((group.as_str(), group.to_word()), (word, word.to_owned()));
            assert_eq!(UserGroup::from_word(word), Some(group));
        }
        for word in ["", "Suspended", "everybody"] {
            assert_eq!(UserGroup::from_word(word), None, "{word}");
        }
    }

    #[test]
    fn ten_characters_are_a_password_and_the_longest_is_kept_whole() {
        assert!(Password::parse("123456789é").is_ok());
        let longest = format!("{}z", "e".repeat(Password::MAX_BYTES - 1));
        assert_eq!(Password::parse(&longest).unwrap().expose(), longest);
    }
}
