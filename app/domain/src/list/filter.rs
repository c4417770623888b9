//! What a list can be filtered and sorted by.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::{Id, Kind, report::Selection, trim_unseen};

use super::Words;

/// All that an address asks of a list but the page.
pub trait ListFilter: Clone + Default + PartialEq {
    /// From the words of an address. A word that means nothing here isn't asked, so that no address is an error.
    fn from_words(words: &Words) -> Self;

    /// The words of its address, in their order, without those that say nothing.
    fn words(&self) -> Vec<(String, String)>;

    /// Which clicks or conversions are meant, where the list is of these.
    fn selection(&self) -> Option<&Selection> {
        None
    }
}

/// What a filter is made of: some words of the address.
pub trait FilterPart: Default {
    /// Reads it, from the word of its name or from several.
    fn read(words: &Words, name: &str) -> Self;

    /// Writes it, without words that say nothing.
    fn write(&self, name: &str) -> Vec<(String, String)>;
}

impl<T: AddressField> FilterPart for T {
    fn read(words: &Words, name: &str) -> Self {
        Self::from_address(words.get(name))
    }

    fn write(&self, name: &str) -> Vec<(String, String)> {
        Some(self.to_address())
            .filter(|word| !word.is_empty())
            .map(|word| (name.to_owned(), word))
            .into_iter()
            .collect()
    }
}

/// One word of an address.
pub trait AddressWord: Sized {
    /// Reads it; nothing where it means nothing.
    fn from_word(word: &str) -> Option<Self>;

    /// Writes it.
    fn to_word(&self) -> String;
}

/// What a filter holds, asked for or not.
pub trait AddressField: Default {
    /// Reads a word of the address; the default where it is empty or means nothing.
    fn from_address(word: &str) -> Self;

    /// Writes it; empty for the default.
    fn to_address(&self) -> String;
}

impl<T: AddressWord> AddressField for Option<T> {
    fn from_address(word: &str) -> Self {
        T::from_word(word.trim())
    }

    fn to_address(&self) -> String {
        self.as_ref().map(T::to_word).unwrap_or_default()
    }
}

impl<K: Kind> AddressWord for Id<K> {
    fn from_word(word: &str) -> Option<Self> {
        Self::parse(word).ok()
    }

    fn to_word(&self) -> String {
        self.to_string()
    }
}

/// Makes a word of the address of what has one already, by its `parse` and `as_str`.
macro_rules! address_word {
    ($name:ty) => {
        impl $crate::AddressWord for $name {
            fn from_word(word: &str) -> Option<Self> {
                Self::parse(word)
            }

            fn to_word(&self) -> String {
                self.as_str().to_owned()
            }
        }
    };
}
pub(crate) use address_word;

/// What is searched for; empty for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SearchText(String);

impl SearchText {
    /// Longer texts aren't searched for: their beginning is.
    const MAX_CHARS: usize = 200;

    /// As somebody typed it.
    pub fn new(typed: impl Into<String>) -> Self {
        Self(typed.into())
    }

    /// As it was typed, without what nobody sees at its ends and what no database takes.
    pub fn as_typed(&self) -> String {
        trim_unseen(&self.0.replace('\0', "")).to_owned()
    }

    /// Composed (NFC) as names are, and not endless.
    pub fn normalised(&self) -> String {
        self.as_typed().chars().take(Self::MAX_CHARS).nfc().collect()
    }
}

impl AddressField for SearchText {
    fn from_address(word: &str) -> Self {
        Self(word.trim().to_owned())
    }

    fn to_address(&self) -> String {
        self.0.clone()
    }
}

/// Makes the filter of a list: a struct whose fields are words of the address, and which may select clicks or conversions.
macro_rules! list_filter {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* $word:literal => $field:ident: $type:ty,)* }
        $(select by $selection:ident)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $crate::ListFilter for $name {
            #[allow(unused_variables, reason = "a filter may have no words")]
            fn from_words(words: &$crate::Words) -> Self {
                Self { $($field: $crate::FilterPart::read(words, $word),)* }
            }

            fn words(&self) -> Vec<(String, String)> {
                let parts: Vec<Vec<(String, String)>> = vec![$($crate::FilterPart::write(&self.$field, $word),)*];
                parts.concat()
            }

            $(
                fn selection(&self) -> Option<&$crate::report::Selection> {
                    Some(&self.$selection)
                }
            )?
        }
    };
}
pub(crate) use list_filter;

/// Makes the orders of a list; the first is the default, whose word is empty.
macro_rules! list_order {
    ($(#[$doc:meta])* pub enum $name:ident {
        $(#[$default_doc:meta])* $default:ident, $($(#[$other_doc:meta])* $other:ident = $word:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[$default_doc])*
            #[default]
            $default,
            $($(#[$other_doc])* $other,)*
        }

        impl $crate::AddressField for $name {
            fn from_address(word: &str) -> Self {
                match word.trim() {
                    $($word => Self::$other,)*
                    _ => Self::$default,
                }
            }

            fn to_address(&self) -> String {
                match self {
                    Self::$default => String::new(),
                    $(Self::$other => $word.to_owned(),)*
                }
            }
        }
    };
}
pub(crate) use list_order;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClickFilter, OfferFilter, OfferId};

    #[test]
    fn a_search_is_for_what_can_be_seen_composed_and_not_endless() {
        let search = |text: &str| SearchText::new(text).normalised();
        assert_eq!(search(" \u{200b}e\u{301}clair\0\u{feff} "), "éclair");
        assert_eq!(search("\u{200b}\0 "), "");
        assert_eq!(search(&"ш".repeat(300)), "ш".repeat(200));
        assert_eq!(SearchText::new(" A\u{308}-1\u{200b}\0").as_typed(), "A\u{308}-1");
    }

    #[test]
    fn only_lists_of_clicks_and_conversions_select_some() {
        let selection = Selection::from_words(&Words::parse("range=7d"));
        let clicks = ClickFilter { selection: selection.clone(), ..ClickFilter::default() };
        assert_eq!(clicks.selection(), Some(&selection));
        assert_eq!(OfferFilter::default().selection(), None);
    }

    #[test]
    fn an_id_is_a_word_of_an_address() {
        let word = "off_01h455vb4pex5vsknk084sn02q";
        let offer = OfferId::parse(word).unwrap();
        assert_eq!((OfferId::from_word(word), offer.to_word()), (Some(offer), word.to_owned()));
        for other in ["", "clk_01h455vb4pex5vsknk084sn02q"] {
            assert_eq!(OfferId::from_word(other), None, "{other}");
        }
    }
}
