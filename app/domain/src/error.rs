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

/// Why a person's request was refused. HTTP turns it into a status with [`AppError::http_status`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AppError {
    /// Nobody is signed in, or the session has ended.
    #[error("Please sign in first.")]
    SignedOut,
    /// It doesn't exist, or isn't one's own: which, is not told.
    #[error("There is nothing here under this address.")]
    NotFound,
    /// Fields that can't be taken.
    #[error("Check the highlighted field.")]
    Invalid {
        /// Each of them.
        fields: Vec<FieldError>,
    },
    /// Email and password don't belong together, or the account is unknown or suspended.
    #[error("Wrong email or password.")]
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
    /// The review queue holds as many of this partner's offers as it may.
    #[error("{most} of your offers wait for an admin already. You can add another as soon as one of them is decided.")]
    TooManyWaiting {
        /// How many may wait at a time.
        most: i64,
    },
    /// As many reports are being counted for this person as may be at a time.
    #[error("Two of your reports are still being counted. Wait for one of them, or close its page, and try again.")]
    TooManyReports,
    /// What was asked can't be done in the state the thing is in now.
    #[error("This can't be done now: it is {now}. Reload the page to see its state.")]
    WrongState {
        /// The state.
        now: String,
    },
    /// The request itself can't be read.
    #[error("The request can't be read.")]
    Unreadable,
    /// The API key is sealed with a secret that the server doesn't have any more. It is found by its hash, so the
    /// shop can go on.
    #[error(
        "Your API key can't be shown: the server no longer has the secret that it was stored with. Sales reported with \
         it are still recorded. Ask the operator of this site to restore the secret, or regenerate the key."
    )]
    KeyUnreadable,
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
    /// The browser got no answer of ours: there is no connection, or a proxy answers for a server that is gone. Whether
    /// the server has done what was asked isn't known.
    #[error("The site can't be reached at the moment. Check your connection and try again.")]
    Unreachable,
    /// The database can't be reached or written.
    #[error("The database can't be reached at the moment. Nothing was changed; please try again.")]
    Unavailable,
}

impl AppError {
    /// Whether the thing itself is no longer what its page showed. The page that comes back may have no form for it
    /// any more, so the page says it and not the form.
    pub const fn is_about_state(&self) -> bool {
        matches!(
            self,
            Self::NotFound | Self::OfferNotLive | Self::AlreadyApplied | Self::WrongState { .. } | Self::Outdated
        )
    }

    /// One of each kind, in the order of the enum.
    pub fn one_of_each() -> [Self; 17] {
        [
            Self::SignedOut,
            Self::NotFound,
            Self::Invalid { fields: Vec::new() },
            Self::WrongCredentials,
            Self::TooManyAttempts { retry_after_seconds: 5 },
            Self::LinkExpired,
            Self::OfferNotLive,
            Self::AlreadyApplied,
            Self::TooManyWaiting { most: 50 },
            Self::TooManyReports,
            Self::WrongState { now: "paused".to_owned() },
            Self::Unreadable,
            Self::KeyUnreadable,
            Self::Outdated,
            Self::CrossSite { sent: "https://other.example".to_owned(), site: "https://network.example".to_owned() },
            Self::Unreachable,
            Self::Unavailable,
        ]
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
            Self::Invalid { .. } | Self::TooManyWaiting { .. } => 422,
            Self::TooManyAttempts { .. } | Self::TooManyReports => 429,
            Self::LinkExpired | Self::Unreadable | Self::Outdated => 400,
            Self::OfferNotLive | Self::AlreadyApplied | Self::WrongState { .. } | Self::KeyUnreadable => 409,
            Self::Unreachable | Self::Unavailable => 503,
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
            Self::TooManyWaiting { .. } => "too_many_waiting",
            Self::TooManyReports => "too_many_reports",
            Self::WrongState { .. } => "wrong_state",
            Self::Unreadable => "unreadable",
            Self::KeyUnreadable => "key_unreadable",
            Self::Outdated => "outdated",
            Self::CrossSite { .. } => "cross_site",
            Self::Unreachable => "unreachable",
            Self::Unavailable => "unavailable",
        }
    }

    /// When to try again, in seconds, where that helps.
    pub const fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts { retry_after_seconds } => Some(*retry_after_seconds),
            Self::Unavailable | Self::TooManyReports => Some(5),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without a wildcard: who adds a kind comes by here, and then adds it to the list.
    fn place(refusal: &AppError) -> usize {
        match refusal {
            AppError::SignedOut => 0,
            AppError::NotFound => 1,
            AppError::Invalid { .. } => 2,
            AppError::WrongCredentials => 3,
            AppError::TooManyAttempts { .. } => 4,
            AppError::LinkExpired => 5,
            AppError::OfferNotLive => 6,
            AppError::AlreadyApplied => 7,
            AppError::TooManyWaiting { .. } => 8,
            AppError::TooManyReports => 9,
            AppError::WrongState { .. } => 10,
            AppError::Unreadable => 11,
            AppError::KeyUnreadable => 12,
            AppError::Outdated => 13,
            AppError::CrossSite { .. } => 14,
            AppError::Unreachable => 15,
            AppError::Unavailable => 16,
        }
    }

    #[test]
    fn the_list_has_one_of_each_kind() {
        let places = AppError::one_of_each().iter().map(place).collect::<Vec<_>>();
        assert_eq!(places, (0..places.len()).collect::<Vec<_>>());
    }

    #[test]
    fn each_kind_has_its_code_its_status_and_its_time_to_wait() {
        let wanted = [
            ("signed_out", 401, None),
            ("not_found", 404, None),
            ("invalid", 422, None),
            ("wrong_credentials", 401, None),
            ("too_many_attempts", 429, Some(5)),
            ("link_expired", 400, None),
            ("offer_not_live", 409, None),
            ("already_applied", 409, None),
            ("too_many_waiting", 422, None),
            ("too_many_reports", 429, Some(5)),
            ("wrong_state", 409, None),
            ("unreadable", 400, None),
            ("key_unreadable", 409, None),
            ("outdated", 400, None),
            ("cross_site", 403, None),
            ("unreachable", 503, None),
            ("unavailable", 503, Some(5)),
        ];
        let all = AppError::one_of_each();
        assert_eq!(all.len(), wanted.len());
        for (refusal, wanted) in all.iter().zip(wanted) {
            assert_eq!((refusal.code(), refusal.http_status(), refusal.retry_after_seconds()), wanted);
            assert_eq!(serde_json::to_value(refusal).unwrap()["code"], wanted.0);
        }
        assert_eq!(AppError::TooManyAttempts { retry_after_seconds: 90 }.retry_after_seconds(), Some(90));
    }

    #[test]
    fn a_page_says_itself_what_is_no_longer_as_it_showed() {
        let all = AppError::one_of_each();
        let about_state: Vec<_> = all.iter().filter(|refusal| refusal.is_about_state()).map(AppError::code).collect();
        assert_eq!(about_state, ["not_found", "offer_not_live", "already_applied", "wrong_state", "outdated"]);
    }
}
