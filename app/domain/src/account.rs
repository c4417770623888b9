//! People: who they are and what they are here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{BoundedText, Timestamp, UserId};

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
pub type PersonName = BoundedText<1, 120>;

/// An email address, lower-case, at most 254 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is no email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an email address such as you@company.example")]
pub struct InvalidEmail;

impl Email {
    /// Reads an address. Only its shape is checked: whether it exists, only a mail can tell.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let host_fits = host.contains('.')
            && host.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && !local.chars().any(|c| c.is_whitespace() || c.is_control() || "@,;:<>()[]\\\"".contains(c));
        (host_fits && local_fits && text.len() <= 254).then(|| Self(text.to_lowercase())).ok_or(InvalidEmail)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// A new password: at least 10 characters, at most 1,024 bytes. Never shown, not even in debug output.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The longest password that is hashed; more would let one request burn the processor.
    pub const MAX_BYTES: usize = 1024;

    /// Reads a password as it was typed: nothing is trimmed.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.chars().count() < 10 {
            return Err("needs at least 10 characters; a sentence is a good password");
        }
        if text.len() > Self::MAX_BYTES {
            return Err("is longer than 1,024 bytes");
        }
        Ok(Self(text.to_owned()))
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_have_a_shape() {
        assert_eq!(Email::parse(" Ann@Shop.Example ").unwrap().as_str(), "ann@shop.example");
        for text in [
            "",
            "a",
            "a@b",
            "@b.example",
            "a@",
            "a b@c.example",
            "a@b..example",
            "a@b.example,c@d.example",
            "a\n@b.example",
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn passwords_stay_out_of_debug_output() {
        let password = Password::parse("correct horse").unwrap();
        assert_eq!(format!("{password:?}"), "Password(…)");
        assert!(Password::parse("123456789").is_err());
    }
}
