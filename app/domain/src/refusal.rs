//! Everything that a person's request can be refused with.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One field of a form that can't be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// What was wrong, with an example where one helps.
    pub message: String,
}

impl FieldError {
    /// Names a field and what is wrong with it.
    pub fn new(field: &str, message: impl fmt::Display) -> Self {
        Self { field: field.to_owned(), message: message.to_string() }
    }

    /// Unwraps a parsed field, or notes why it can't be.
    pub fn collect<T, E: fmt::Display>(errors: &mut Vec<Self>, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| errors.push(Self::new(field, error))).ok()
    }
}

/// Why a person's request was refused. Each door turns it into its own status with [`Refusal::http_status`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// Nobody is signed in, or the session has ended.
    #[error("Please sign in first.")]
    SignedOut,
    /// It doesn't exist, or isn't one's own: which, is not told.
    #[error("There is nothing here under this address.")]
    NotFound,
    /// Fields that can't be taken.
    #[error("Some fields need another look.")]
    Invalid {
        /// Each of them.
        fields: Vec<FieldError>,
    },
    /// Email and password don't belong together, or the account is unknown or suspended.
    #[error("This email and password don't match an account that may sign in.")]
    WrongCredentials,
    /// Too many tries for one account or from one address.
    #[error("Too many attempts. Try again in {retry_after_seconds} seconds.")]
    TooManyAttempts {
        /// When to try again.
        retry_after_seconds: u64,
    },
    /// A link from a mail or the console that was used, replaced, or is too old.
    #[error("This link is no longer valid. Ask for a new one.")]
    LinkExpired,
    /// "The offer isn't active yet".
    #[error("This offer isn't live, so nobody can apply for it now.")]
    OfferNotLive,
    /// One application per affiliate and offer.
    #[error("You have applied for this offer already.")]
    AlreadyApplied,
    /// What was asked can't be done in the state the thing is in now.
    #[error("This can't be done now: it is {now}. Reload the page to see its state.")]
    WrongState {
        /// The state.
        now: String,
    },
    /// The request itself can't be read.
    #[error("The request can't be read.")]
    Unreadable,
    /// The page and the server are of different builds: one asks for, or answers, what the other doesn't know.
    #[error("This page is older than the server: reload it.")]
    Outdated,
    /// A form or a call that a page of another origin sent, or one that doesn't say where it stands.
    #[error("This was sent by a page of {sent}, but this site is {site}. Open {site} and try again there.")]
    CrossSite {
        /// The origin that the browser named.
        sent: String,
        /// The site's own.
        site: String,
    },
    /// The database can't be reached or written.
    #[error("The database can't be reached at the moment. Nothing was changed; please try again.")]
    Unavailable,
}

impl Refusal {
    /// Whether the thing itself is no longer what its page showed. The page that comes back may have no form for it
    /// any more, so the page says it and not the form.
    pub const fn is_about_state(&self) -> bool {
        matches!(
            self,
            Self::NotFound | Self::OfferNotLive | Self::AlreadyApplied | Self::WrongState { .. } | Self::Outdated
        )
    }

    /// A single field that can't be taken.
    pub fn field(field: &str, message: impl fmt::Display) -> Self {
        Self::Invalid { fields: vec![FieldError::new(field, message)] }
    }

    /// The HTTP status.
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::SignedOut | Self::WrongCredentials => 401,
            Self::NotFound => 404,
            Self::CrossSite { .. } => 403,
            Self::Invalid { .. } => 422,
            Self::TooManyAttempts { .. } => 429,
            Self::LinkExpired | Self::Unreadable | Self::Outdated => 400,
            Self::OfferNotLive | Self::AlreadyApplied | Self::WrongState { .. } => 409,
            Self::Unavailable => 503,
        }
    }

    /// Its name for machines: `offer_not_live`, `already_applied`, …
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::NotFound => "not_found",
            Self::Invalid { .. } => "invalid",
            Self::WrongCredentials => "wrong_credentials",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::LinkExpired => "link_expired",
            Self::OfferNotLive => "offer_not_live",
            Self::AlreadyApplied => "already_applied",
            Self::WrongState { .. } => "wrong_state",
            Self::Unreadable => "unreadable",
            Self::Outdated => "outdated",
            Self::CrossSite { .. } => "cross_site",
            Self::Unavailable => "unavailable",
        }
    }

    /// When to try again, in seconds, where that helps.
    pub const fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts { retry_after_seconds } => Some(*retry_after_seconds),
            Self::Unavailable => Some(5),
            _ => None,
        }
    }
}
