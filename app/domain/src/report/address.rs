//! The address of a report: its query as words, and back.

use url::form_urlencoded;

use super::{Basis, CivilDay, Comparison, Condition, Dimension, Metric, Period, ReportQuery, Sort, SortKey, ZoneName};
use crate::{AddressField, AddressWord, SearchText};

/// How many things one condition may name: more than anybody picks.
const MOST: usize = 100;

/// Conditions that one report may have: more than anybody reads.
const MOST_CONDITIONS: usize = 20;

/// Lines that can be told apart in one chart.
const MOST_LINES: usize = 5;

impl ReportQuery {
    /// From what follows the `?` of an address.
    pub fn from_address(address: &str) -> Self {
        let words: Vec<_> = form_urlencoded::parse(address.trim_start_matches('?').as_bytes()).collect();
        Self::from_words(words.iter().map(|(name, word)| (name.as_ref(), word.as_ref())))
    }

    /// What follows the `?` of its address.
    pub fn address(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.words()).finish()
    }

    /// From the words of an address: names and values as they stand there, in any order. What means nothing is not asked.
    pub fn from_words<'w>(words: impl IntoIterator<Item = (&'w str, &'w str)>) -> Self {
        let mut query = Self::default();
        let (mut range, mut was, mut from, mut to) = (None, None, None, None);
        for (name, word) in words {
            let word = word.trim();
            match name {
                "by" => query.read_dimensions(word),
                "within" => query.within = Dimension::parse(word).or(query.within),
                "range" => range = Some(word),
                "_was" => was = Some(word),
                "from" => from = CivilDay::parse(word).ok(),
                "to" => to = CivilDay::parse(word).ok(),
                "tz" => query.zone = ZoneName::parse(word).ok(),
                "basis" if word == "click" => query.basis = Basis::Click,
                "metrics" => {
                    let more = word.split(',').filter_map(Metric::parse);
                    query.metrics = in_order(query.metrics.into_iter().chain(more));
                }
                "sort" => query.sort = Sort::from_word(word),
                "compare" => query.comparison = Comparison::from_word(word),
                "text" => query.text = SearchText::from_address(word),
                "open" => query.open = keys_of(word),
                "chart" => query.chart = Metric::parse(word).unwrap_or(query.chart),
                "lines" => query.lines = keys_of(word).into_iter().take(MOST_LINES).collect(),
                "page" => query.page = word.parse::<u32>().unwrap_or(1).saturating_sub(1),
                _ => query.read_condition(name, word),
            }
        }
        // A form sends both, with the range as it was: if that is the same still, days are what was changed.
        let days = from.or(to).zip(to.or(from)).map(|(from, to)| Period::Days(from, to));
        let preset = range.filter(|range| days.is_none() || was != Some(*range)).and_then(Period::from_word);
        query.period = preset.or(days).unwrap_or(query.period);
        query.within = query.within.filter(|within| *within != query.by);
        // A form names them all, also where nobody has chosen.
        if query.metrics == Self::USUAL {
            query.metrics.clear();
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
            self.least.extend(least.filter(|_| self.least.len() < MOST_CONDITIONS));
        } else if let Some(dimension) = Dimension::parse(what).filter(|_| how == "f" || how == "x") {
            let keys = word.split(',').take(MOST).map(key_of).collect();
            if self.conditions.len() < MOST_CONDITIONS {
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
            ("chart", if self.chart == Metric::Clicks { String::new() } else { self.chart.as_str().to_owned() }),
            ("lines", joined(&self.lines)),
            ("open", joined(&self.open)),
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
            (format!("{how}.{}", condition.dimension.as_str()), joined(&condition.keys))
        });
        conditions
            .chain(self.least.iter().map(|(metric, least)| (format!("min.{}", metric.as_str()), least.to_string())))
    }
}

/// Keys of rows; none is empty here, since of what isn't known there is nothing to open.
fn keys_of(word: &str) -> Vec<String> {
    in_order(word.split(',').filter(|key| !key.is_empty()).take(MOST).map(key_of))
}

/// Keys as one word: a comma within one is written otherwise, since sites and browsers are what visitors send.
fn joined(keys: &[String]) -> String {
    keys.iter().map(|key| key.replace('%', "%25").replace(',', "%2C")).collect::<Vec<_>>().join(",")
}

fn key_of(word: &str) -> String {
    word.replace("%2C", ",").replace("%25", "%")
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
            "by=offer,device&from=2026-11-01&to=2026-11-30&tz=Europe/Berlin&basis=click&metrics=clicks,conversions\
             &f.device=phone,tablet&x.affiliate=aff_1&min.clicks=100&sort=-clicks&compare=previous&text=shop\
             &chart=earnings&lines=off_1,off_2&open=off_1&page=3",
            "by=day&range=today&sort=name",
            "by=referer&range=last_month&f.referer=&compare=year",
            "by=browser&range=30d&f.browser=Foo%2C Inc,100%25&open=a%2Cb",
        ] {
            let query = read(address);
            assert_eq!(written(&query), address);
            assert_eq!(ReportQuery::from_address(&format!("?{}", query.address())), query);
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
        assert_eq!(read("range=7d&from=2026-11-01&to=2026-11-30").period, Period::SevenDays);
        assert_eq!(read("_was=30d&range=7d&from=2026-11-01&to=2026-11-30").period, Period::SevenDays);
        let changed = read("_was=7d&range=7d&from=2026-11-01&to=2026-11-30").period;
        assert_eq!(changed, Period::Days(day("2026-11-01"), day("2026-11-30")));
        let days = Period::Days(day("2026-11-01"), day("2026-11-30"));
        assert_eq!(read("range=custom&from=2026-11-01&to=2026-11-30").period, days);
    }

    #[test]
    fn the_usual_columns_are_none_that_were_chosen() {
        let usual: Vec<_> = ReportQuery::USUAL.iter().map(|metric| format!("metrics={}", metric.as_str())).collect();
        assert_eq!(read(&usual.join("&")).metrics, []);
        assert_eq!(read("metrics=clicks").metrics, [Metric::Clicks]);
    }

    #[test]
    fn a_form_asks_for_both_dimensions_by_themselves() {
        assert_eq!(read("by=offer&within=device").within, Some(Dimension::Device));
        assert_eq!(read("by=offer&within=").within, None);
        assert_eq!(read("by=offer&within=offer").within, None);
    }

    #[test]
    fn nobody_can_ask_for_endless_conditions() {
        let query = read(&format!("f.device={}{}", ",A".repeat(1_000), "&f.device=phone".repeat(1_000)));
        assert_eq!((query.conditions.len(), query.conditions[0].keys.len()), (MOST_CONDITIONS, MOST));
        assert_eq!(read("metrics=clicks,clicks,cr").metrics, [Metric::Clicks, Metric::ConversionRate]);
        assert_eq!((read("by=day,day").within, read("by=day,day,offer").within), (None, Some(Dimension::Offer)));
    }
}
