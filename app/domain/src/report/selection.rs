//! Which clicks and conversions are meant: reports count them, and lists show the same.

use serde::{Deserialize, Serialize};

use super::{Basis, CivilDay, Condition, Dimension, Period, ZoneName};
use crate::{AddressWord as _, Words, list::FilterPart};

/// How many things one condition may name: more than anybody picks.
pub(super) const MOST: usize = 100;

/// Conditions that a report may have: more than anybody reads.
pub(super) const MOST_CONDITIONS: usize = 20;

/// And those that a number of it adds: its row, the one within it, and its status or kind.
const ADDED: usize = 3;

/// Those of some days that meet all conditions. As text it is its part of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Selection {
    /// Of which days; of a screen's usual ones where none are given.
    pub period: Option<Period>,
    /// In which zone; the reader's own where none is given.
    pub zone: Option<ZoneName>,
    /// At which time conversions count.
    pub basis: Basis,
    /// What they are: all of these.
    pub conditions: Vec<Condition>,
}

impl Selection {
    /// From the words of an address. What means nothing is not asked.
    pub fn from_words(words: &Words) -> Self {
        let mut selection = Self::default();
        let (mut range, mut was, mut from, mut to) = (None, None, None, None);
        for (name, word) in words.iter() {
            let word = word.trim();
            match name {
                "range" => range = Some(word),
                "_was" => was = Some(word),
                "from" => from = CivilDay::parse(word).ok(),
                "to" => to = CivilDay::parse(word).ok(),
                "tz" => selection.zone = ZoneName::parse(word).ok(),
                "basis" if word == "click" => selection.basis = Basis::Click,
                _ => selection.read_condition(name, word),
            }
        }
        // A form sends both, with the range as it was: if that is the same still, days are what was changed.
        let days = from.or(to).zip(to.or(from)).map(|(from, to)| Period::Days(from, to));
        let preset = range.filter(|range| days.is_none() || was != Some(*range)).and_then(Period::from_word);
        // Who chooses no range any more means none of the days either.
        let is_taken_back = range == Some("") && was.is_some_and(|was| !was.is_empty());
        selection.period = preset.or(days.filter(|_| !is_taken_back));
        selection
    }

    fn read_condition(&mut self, name: &str, word: &str) {
        let Some((how, what)) = name.split_once('.') else { return };
        let Some(dimension) = Dimension::parse(what).filter(|_| how == "f" || how == "x") else { return };
        if self.conditions.len() < MOST_CONDITIONS + ADDED {
            let keys = word.split(',').take(MOST).map(key_of).collect();
            self.conditions.push(Condition { dimension, keys, is_excluded: how == "x" });
        }
    }

    /// The words of its address, without those that say nothing new.
    pub fn words(&self) -> Vec<(String, String)> {
        let period = match self.period {
            None => [("range", String::new()), ("to", String::new())],
            Some(Period::Days(from, to)) => [("from", from.to_string()), ("to", to.to_string())],
            Some(period) => [("range", period.to_word()), ("to", String::new())],
        };
        let asked = [
            ("tz", self.zone.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("basis", if self.basis == Basis::Click { "click".to_owned() } else { String::new() }),
        ];
        let named = period.into_iter().chain(asked).filter(|(_, word)| !word.is_empty());
        // An empty condition means something: what is not known.
        let conditions = self.conditions.iter().map(|condition| {
            let how = if condition.is_excluded { "x" } else { "f" };
            (format!("{how}.{}", condition.dimension.as_str()), joined(&condition.keys))
        });
        named.map(|(name, word)| (name.to_owned(), word)).chain(conditions).collect()
    }

    /// The same without its condition at a place.
    #[must_use]
    pub fn without(&self, place: usize) -> Self {
        let mut rest = self.clone();
        if place < rest.conditions.len() {
            rest.conditions.remove(place);
        }
        rest
    }
}

impl From<String> for Selection {
    fn from(address: String) -> Self {
        Self::from_words(&Words::parse(&address))
    }
}

impl From<Selection> for String {
    fn from(selection: Selection) -> Self {
        selection.words().into_iter().collect::<Words>().address()
    }
}

impl FilterPart for Selection {
    fn read(words: &Words, _name: &str) -> Self {
        Self::from_words(words)
    }

    fn write(&self, _name: &str) -> Vec<(String, String)> {
        self.words()
    }
}

/// Keys as one word: a comma within one is written otherwise, since sites and browsers are what visitors send.
pub(super) fn joined(keys: &[String]) -> String {
    keys.iter().map(|key| key.replace('%', "%25").replace(',', "%2C")).collect::<Vec<_>>().join(",")
}

pub(super) fn key_of(word: &str) -> String {
    word.replace("%2C", ",").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Selection {
        Selection::from_words(&Words::parse(address))
    }

    #[test]
    fn it_is_the_same_again_as_text() {
        for address in [
            "",
            "range=7d",
            "from=2026-11-01&to=2026-11-30&tz=Asia%2FKathmandu",
            "range=today&basis=click&f.country=DE%2CFR&x.kind=bot&f.country=",
            "f.browser=Opera%252C+Mini%2CFirefox",
        ] {
            let selection = read(address);
            assert_eq!(selection.words().into_iter().collect::<Words>().address(), address);
            assert_eq!(Selection::from(String::from(selection.clone())), selection);
        }
    }

    #[test]
    fn a_range_can_be_chosen_changed_and_taken_back() {
        let day = |text| CivilDay::parse(text).unwrap();
        let days = Some(Period::Days(day("2026-11-01"), day("2026-11-30")));
        assert_eq!(read("range=&_was=&from=2026-11-01&to=2026-11-30").period, days, "days are chosen");
        assert_eq!(read("range=custom&_was=custom&from=2026-11-01&to=2026-11-30").period, days, "they stay");
        assert_eq!(read("range=&_was=custom&from=2026-11-01&to=2026-11-30").period, None, "they are taken back");
        assert_eq!(read("range=7d&_was=custom&from=2026-11-01&to=2026-11-30").period, Some(Period::SevenDays));
    }

    #[test]
    fn there_is_an_end_to_what_can_be_asked() {
        let many = format!("f.country={}", vec!["DE"; MOST + 5].join(","));
        let selection = read(&vec![many; MOST_CONDITIONS + 9].join("&"));
        assert_eq!((selection.conditions.len(), selection.conditions[0].keys.len()), (MOST_CONDITIONS + ADDED, MOST));
    }

    #[test]
    fn one_condition_can_be_left_out() {
        let selection = read("range=7d&f.country=DE&x.kind=bot&f.device=phone");
        let rest = |place: usize| String::from(selection.without(place));
        assert_eq!(rest(0), "range=7d&x.kind=bot&f.device=phone");
        assert_eq!(rest(1), "range=7d&f.country=DE&f.device=phone");
        assert_eq!(rest(2), "range=7d&f.country=DE&x.kind=bot");
        assert_eq!(rest(3), "range=7d&f.country=DE&x.kind=bot&f.device=phone", "there is none at this place");
    }

    #[test]
    fn in_a_filter_it_keeps_the_names_of_its_own_words() {
        let words = Words::parse("range=7d&f.country=DE");
        let selection = <Selection as FilterPart>::read(&words, "");
        assert_eq!((selection.period, selection.conditions.len()), (Some(Period::SevenDays), 1));
        assert_eq!(selection.write(""), words.into_iter().collect::<Vec<_>>());
    }
}
