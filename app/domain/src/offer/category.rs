//! What kind of thing an offer is about.

use serde::{Deserialize, Serialize};

use crate::list::address_word;

/// The shelf of the marketplace on which an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Apps and games.
    Apps,
    /// Cars and what belongs to them.
    Automotive,
    /// For companies.
    Business,
    /// Courses and teaching.
    Education,
    /// Clothes, shoes, jewellery.
    Fashion,
    /// Banks, insurance, investments.
    Finance,
    /// Food and drink.
    Food,
    /// Health and beauty.
    Health,
    /// Home and garden.
    Home,
    /// Films, music, books, games.
    Media,
    /// Programs and services on the net.
    Software,
    /// Sport and outdoors.
    Sports,
    /// Phone and internet access.
    Telecom,
    /// Journeys and places to stay.
    Travel,
    /// Anything else.
    Other,
}

impl Category {
    /// All of them, in the order of their labels.
    pub const ALL: [Self; 15] = [
        Self::Apps,
        Self::Automotive,
        Self::Business,
        Self::Education,
        Self::Fashion,
        Self::Finance,
        Self::Food,
        Self::Health,
        Self::Home,
        Self::Media,
        Self::Software,
        Self::Sports,
        Self::Telecom,
        Self::Travel,
        Self::Other,
    ];

    /// As forms, addresses and the databases write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apps => "apps",
            Self::Automotive => "automotive",
            Self::Business => "business",
            Self::Education => "education",
            Self::Fashion => "fashion",
            Self::Finance => "finance",
            Self::Food => "food",
            Self::Health => "health",
            Self::Home => "home",
            Self::Media => "media",
            Self::Software => "software",
            Self::Sports => "sports",
            Self::Telecom => "telecom",
            Self::Travel => "travel",
            Self::Other => "other",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Apps => "Apps and games",
            Self::Automotive => "Automotive",
            Self::Business => "Business services",
            Self::Education => "Education",
            Self::Fashion => "Fashion",
            Self::Finance => "Finance",
            Self::Food => "Food and drink",
            Self::Health => "Health and beauty",
            Self::Home => "Home and garden",
            Self::Media => "Media and entertainment",
            Self::Software => "Software",
            Self::Sports => "Sports and outdoors",
            Self::Telecom => "Telecom",
            Self::Travel => "Travel",
            Self::Other => "Other",
        }
    }

    /// Reads what [`Category::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == text)
    }
}

address_word!(Category);

/// Of an offer that may have none: the word, or nothing.
pub(crate) fn read_category(text: &str) -> Result<Option<Category>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let unknown = || format!("must be one of the list, for example {}", Category::Software.as_str());
    Category::parse(text).map(Some).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_a_word_of_its_own_that_is_read_back() {
        for category in Category::ALL {
            assert_eq!(read_category(category.as_str()), Ok(Some(category)));
        }
        assert_eq!(read_category(""), Ok(None));
        assert!(read_category("shoes").is_err());
    }

    #[test]
    fn categories_stand_in_the_order_of_their_labels_the_rest_last() {
        let labels: Vec<_> = Category::ALL[..14].iter().map(|category| category.label()).collect();
        assert!(labels.is_sorted(), "{labels:?}");
        assert_eq!(Category::ALL[14], Category::Other);
    }
}
