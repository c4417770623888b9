//! What an address asks of a list.

use serde::{Deserialize, Serialize};

use super::{Cursor, ListFilter, Place, Words};

/// Which page of which rows, in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery<F> {
    /// Which page.
    #[serde(default)]
    pub place: Place,
    /// Of which rows, in which order.
    #[serde(default)]
    pub filter: F,
}

impl<F: ListFilter> ListQuery<F> {
    /// From the words of an address.
    pub fn from_words(words: &Words) -> Self {
        let place = match (Cursor::parse(words.get("after")), Cursor::parse(words.get("before"))) {
            (Some(cursor), _) => Place::After(cursor),
            (None, Some(cursor)) => Place::Before(cursor),
            (None, None) => Place::First,
        };
        Self { place, filter: F::from_words(words) }
    }

    /// The words of its address, without those that say nothing.
    pub fn words(&self) -> Vec<(String, String)> {
        let place = match &self.place {
            Place::First => None,
            Place::After(cursor) => Some(("after", cursor.to_string())),
            Place::Before(cursor) => Some(("before", cursor.to_string())),
        };
        place.into_iter().map(|(name, word)| (name.to_owned(), word)).chain(self.filter.words()).collect()
    }

    /// Another page of the same list.
    #[must_use]
    pub fn at(&self, place: Place) -> Self {
        Self { place, filter: self.filter.clone() }
    }

    /// Whether it may leave some rows out.
    pub fn is_filtered(&self) -> bool {
        self.filter.words().iter().any(|(name, _)| name != "sort")
    }
}

/// The first page of what a filter leaves.
impl<F: ListFilter> From<F> for ListQuery<F> {
    fn from(filter: F) -> Self {
        Self { place: Place::First, filter }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{ClickFilter, ClickKind, OfferFilter, OfferOrder, OfferStatus};

    fn query<F: ListFilter>(words: &[(&str, &str)]) -> ListQuery<F> {
        ListQuery::from_words(&words.iter().copied().collect())
    }

    #[test]
    fn what_a_list_is_asked_survives_its_address() {
        let cursor = Cursor { key: "5".into(), id: Uuid::from_u128(7) }.to_string();
        let words = [("after", cursor.as_str()), ("status", "active"), ("text", "a b&c"), ("sort", "clicks")];
        let asked: ListQuery<OfferFilter> = query(&words);
        assert_eq!((asked.filter.status, asked.filter.order), (Some(OfferStatus::Active), OfferOrder::Clicks));
        let written = asked.words();
        assert_eq!(written.iter().map(|(name, word)| (name.as_str(), word.as_str())).collect::<Vec<_>>(), words);
        assert!(asked.is_filtered());
    }

    #[test]
    fn words_that_mean_nothing_ask_for_nothing() {
        let offer = "off_nonsense";
        let words = [("status", "nonsense"), ("offer", offer), ("sort", "nonsense"), ("page", "2"), ("after", "~")];
        assert_eq!(query::<ClickFilter>(&words), ListQuery::default());
        assert_eq!(query::<OfferFilter>(&words), ListQuery::default());
        assert!(!query::<OfferFilter>(&[("sort", "name")]).is_filtered(), "another order leaves nothing out");
    }

    #[test]
    fn it_travels_to_the_server_whole() {
        let cursor = Cursor { key: "x".into(), id: Uuid::from_u128(7) };
        let filter = ClickFilter { kind: Some(ClickKind::Bot), ..ClickFilter::default() };
        for place in [Place::First, Place::After(cursor.clone()), Place::Before(cursor)] {
            let asked = ListQuery::from(filter.clone()).at(place);
            let text = serde_json::to_string(&asked).unwrap();
            assert_eq!(serde_json::from_str::<ListQuery<ClickFilter>>(&text).unwrap(), asked, "{text}");
        }
        assert_eq!(serde_json::from_str::<ListQuery<ClickFilter>>("{}").unwrap(), ListQuery::default());
    }

    #[test]
    fn another_page_is_of_the_same_rows() {
        let cursor = Cursor { key: "x".into(), id: Uuid::from_u128(7) };
        let filter = ClickFilter { kind: Some(ClickKind::Bot), ..ClickFilter::default() };
        let first = ListQuery::from(filter.clone());
        assert_eq!((&first.place, &first.filter), (&Place::First, &filter));
        let next = first.at(Place::After(cursor.clone()));
        assert_eq!((next.place, next.filter), (Place::After(cursor), filter));
    }
}
