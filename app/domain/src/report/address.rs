//! The address of a report: its query as words, and back.

use super::{Basis, CivilDay, Comparison, Condition, Dimension, Metric, Period, ReportQuery, Sort, SortKey, ZoneName};
use crate::{AddressField, AddressWord, SearchText};

/// How many things one condition may name, and how many conditions there may be: more than anybody picks.
const MOST: usize = 100;

impl ReportQuery {
    /// From the words of an address: names and values as they stand there, in any order. What means nothing is not asked.
    pub fn from_words<'w>(words: impl IntoIterator<Item = (&'w str, &'w str)>) -> Self {
        let mut query = Self::default();
        let (mut from, mut to) = (None, None);
        for (name, word) in words {
            let word = word.trim();
            match name {
                "by" => query.read_dimensions(word),
                "range" => query.period = Period::from_word(word).unwrap_or(query.period),
                "from" => from = CivilDay::parse(word).ok(),
                "to" => to = CivilDay::parse(word).ok(),
                "tz" => query.zone = ZoneName::parse(word).ok(),
                "basis" if word == "click" => query.basis = Basis::Click,
                "metrics" => query.metrics = in_order(word.split(',').filter_map(Metric::parse)),
                "sort" => query.sort = Sort::from_word(word),
                "compare" => query.comparison = Comparison::from_word(word),
                "text" => query.text = SearchText::from_address(word),
                "page" => query.page = word.parse::<u32>().unwrap_or(1).saturating_sub(1),
                _ => query.read_condition(name, word),
            }
        }
        if let (Some(from), to) | (None, to @ Some(from)) = (from, to) {
            query.period = Period::Days(from, to.unwrap_or(from));
        }
        query
    }

    fn read_dimensions(&mut self, word: &str) {
        let mut dimensions = word.split(',').filter_map(Dimension::parse);
        if let Some(by) = dimensions.next() {
            self.by = by;
            self.within = dimensions.find(|within| *within != by);
        }
    }

    fn read_condition(&mut self, name: &str, word: &str) {
        let Some((how, what)) = name.split_once('.') else { return };
        if how == "min" {
            let least = Metric::parse(what).zip(word.parse().ok());
            self.least.extend(least.filter(|_| self.least.len() < MOST));
        } else if let Some(dimension) = Dimension::parse(what).filter(|_| how == "f" || how == "x") {
            let keys: Vec<String> = word.split(',').take(MOST).map(str::to_owned).collect();
            if self.conditions.len() < MOST {
                self.conditions.push(Condition { dimension, keys, is_excluded: how == "x" });
            }
        }
    }

    /// The words of its address, without those that say nothing new.
    pub fn words(&self) -> Vec<(String, String)> {
        let dimensions: Vec<_> = [Some(self.by), self.within].into_iter().flatten().map(Dimension::as_str).collect();
        let metrics: Vec<_> = self.metrics.iter().map(|metric| metric.as_str()).collect();
        let period = match self.period {
            Period::Days(from, to) => [("from", from.to_string()), ("to", to.to_string())],
            period => [("range", period.to_word()), ("to", String::new())],
        };
        let asked = [
            ("tz", self.zone.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("basis", if self.basis == Basis::Click { "click".to_owned() } else { String::new() }),
            ("metrics", metrics.join(",")),
        ];
        let shown = [
            ("sort", self.sort.map(Sort::word).unwrap_or_default()),
            ("compare", self.comparison.map(|comparison| comparison.word().to_owned()).unwrap_or_default()),
            ("text", self.text.to_address()),
            ("page", if self.page == 0 { String::new() } else { (u64::from(self.page) + 1).to_string() }),
        ];
        let named = |(name, word): (&str, String)| (!word.is_empty()).then(|| (name.to_owned(), word));
        let which = [("by", dimensions.join(","))].into_iter().chain(period).chain(asked).filter_map(named);
        which.chain(self.condition_words()).chain(shown.into_iter().filter_map(named)).collect()
    }

    /// Those of its conditions. An empty one means something: what is not known.
    fn condition_words(&self) -> impl Iterator<Item = (String, String)> {
        let conditions = self.conditions.iter().map(|condition| {
            let how = if condition.is_excluded { "x" } else { "f" };
            (format!("{how}.{}", condition.dimension.as_str()), condition.keys.join(","))
        });
        conditions
            .chain(self.least.iter().map(|(metric, least)| (format!("min.{}", metric.as_str()), least.to_string())))
    }
}

/// Without those that came before.
fn in_order<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.fold(Vec::new(), |mut kept, one| {
        if !kept.contains(&one) {
            kept.push(one);
        }
        kept
    })
}

impl Period {
    /// Those that have a word.
    pub const PRESETS: [Self; 9] = [
        Self::Today,
        Self::Yesterday,
        Self::SevenDays,
        Self::ThirtyDays,
        Self::NinetyDays,
        Self::ThisMonth,
        Self::LastMonth,
        Self::ThisYear,
        Self::All,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::SevenDays => "7d",
            Self::ThirtyDays => "30d",
            Self::NinetyDays => "90d",
            Self::ThisMonth => "month",
            Self::LastMonth => "last_month",
            Self::ThisYear => "year",
            Self::All => "all",
            Self::Days(..) => "",
        }
    }
}

impl AddressWord for Period {
    fn from_word(word: &str) -> Option<Self> {
        Self::PRESETS.into_iter().find(|period| period.word() == word)
    }

    fn to_word(&self) -> String {
        self.word().to_owned()
    }
}

impl Comparison {
    fn from_word(word: &str) -> Option<Self> {
        [Self::Previous, Self::Year].into_iter().find(|comparison| comparison.word() == word)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::Year => "year",
        }
    }
}

impl Sort {
    /// What it is sorted by, with a `-` where the largest comes first.
    fn word(self) -> String {
        let sign = if self.is_descending { "-" } else { "" };
        match self.key {
            SortKey::Dimension => format!("{sign}name"),
            SortKey::Metric(metric) => format!("{sign}{}", metric.as_str()),
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        let (is_descending, word) = word.strip_prefix('-').map_or((false, word), |rest| (true, rest));
        let key = if word == "name" { SortKey::Dimension } else { SortKey::Metric(Metric::parse(word)?) };
        Some(Self { key, is_descending })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> ReportQuery {
        ReportQuery::from_words(address.split('&').filter_map(|word| word.split_once('=')))
    }

    fn written(query: &ReportQuery) -> String {
        query.words().iter().map(|(name, word)| format!("{name}={word}")).collect::<Vec<_>>().join("&")
    }

    #[test]
    fn what_a_report_is_asked_survives_its_address() {
        for address in [
            "by=offer,country&from=2026-11-01&to=2026-11-30&tz=Europe/Berlin&basis=click&metrics=clicks,conversions\
             &f.country=DE,FR&x.affiliate=aff_1&min.clicks=100&sort=-clicks&compare=previous&text=shop&page=3",
            "by=day&range=today&sort=name",
            "by=referer&range=last_month&f.referer=&compare=year",
        ] {
            let query = read(address);
            assert_eq!(written(&query), address);
            let travelled: ReportQuery = serde_json::from_str(&serde_json::to_string(&query).unwrap()).unwrap();
            assert_eq!(travelled, query);
        }
    }

    #[test]
    fn words_that_mean_nothing_ask_for_nothing() {
        let nonsense = "by=nonsense&from=x&to=&range=x&tz=../etc&basis=x&metrics=x,,&f.x=1&g.country=1&min.x=1&min.clicks=x\
            &sort=-x&compare=x&page=x&page=0&=&other=1";
        assert_eq!(read(nonsense), ReportQuery::default());
    }

    #[test]
    fn a_day_alone_is_a_period_and_days_of_the_wrong_order_are_turned() {
        let day = |text: &str| CivilDay::parse(text).unwrap();
        assert_eq!(read("from=2026-11-30").period, Period::Days(day("2026-11-30"), day("2026-11-30")));
        assert_eq!(read("to=2026-11-30").period, Period::Days(day("2026-11-30"), day("2026-11-30")));
        let turned = read("to=2026-11-01&from=2026-11-30").period;
        assert_eq!(turned.days(day("2027-01-01"), day("2020-01-01")), (day("2026-11-01"), day("2026-11-30")));
    }

    #[test]
    fn nobody_can_ask_for_endless_conditions() {
        let query = read(&format!("f.country={}{}", ",A".repeat(1_000), "&f.country=DE".repeat(1_000)));
        assert_eq!((query.conditions.len(), query.conditions[0].keys.len()), (MOST, MOST));
        assert_eq!(read("metrics=clicks,clicks,cr").metrics, [Metric::Clicks, Metric::ConversionRate]);
        assert_eq!((read("by=day,day").within, read("by=day,day,offer").within), (None, Some(Dimension::Offer)));
    }
}
