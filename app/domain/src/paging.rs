//! Lists that page, sort and filter by the address.

use serde::{Deserialize, Serialize};

use crate::OfferId;

/// What an address asks of a list. Unknown words mean the default, so that no address is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    /// Page, from 1; 0 is read as 1.
    #[serde(default)]
    pub page: u32,
    /// Only this status; empty for all.
    #[serde(default)]
    pub status: String,
    /// Only this offer (`off_…`); empty for all.
    #[serde(default)]
    pub offer: String,
    /// Only what contains this text; empty for all.
    #[serde(default)]
    pub text: String,
    /// Order: a list's own words, for example `oldest`; empty for its default.
    #[serde(default)]
    pub sort: String,
}

impl ListQuery {
    /// Rows on a page.
    pub const PER_PAGE: i64 = 50;

    /// The text to search for as a pattern of SQL's `like lower(…) escape '~'`; empty for all. The database folds
    /// both sides: SQLite knows the letters of ASCII, PostgreSQL those of its locale.
    pub fn pattern(&self) -> String {
        let text = self.text.replace('\0', "");
        let text = crate::shorten_to_bytes(text.trim(), 200);
        if text.is_empty() {
            return String::new();
        }
        format!("%{}%", text.replace('~', "~~").replace('%', "~%").replace('_', "~_"))
    }

    /// The status to filter by, as a database can take it.
    pub fn status_word(&self) -> String {
        self.status.replace('\0', "")
    }

    /// The offer to filter by: none for all, and for what is no offer's id one that doesn't exist.
    pub fn offer_id(&self) -> Option<OfferId> {
        let unknown = OfferId::from_uuid(uuid::Uuid::nil());
        (!self.offer.is_empty()).then(|| OfferId::parse(&self.offer).unwrap_or(unknown))
    }

    /// How many rows come before this page.
    pub fn offset(&self) -> i64 {
        i64::from(self.page.max(1) - 1) * Self::PER_PAGE
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Its number, from 1.
    pub page: u32,
    /// Whether another follows.
    pub has_next: bool,
}

impl<T> Page<T> {
    /// From one row more than fits, which tells whether another page follows.
    pub fn from_rows(mut rows: Vec<T>, query: &ListQuery) -> Self {
        let fits = usize::try_from(ListQuery::PER_PAGE).unwrap_or(usize::MAX);
        let has_next = rows.len() > fits;
        rows.truncate(fits);
        Self { rows, page: query.page.max(1), has_next }
    }
}
