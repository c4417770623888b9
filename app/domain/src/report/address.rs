//! The address of a report: its query as words, and back.

use super::{
    Comparison, Dimension, Metric, Period, ReportQuery, Selection, Sort, SortKey,
    selection::{MOST, MOST_CONDITIONS, joined, key_of},
};
use crate::{AddressField, AddressWord, SearchText, Words};

/// Lines that can be told apart in one chart.
const MOST_LINES: usize = 5;

impl ReportQuery {
    /// From what follows the `?` of an address. What means nothing is not asked.
    pub fn from_address(address: &str) -> Self {
        Self::from_words(&Words::parse(address))
    }

    fn from_words(words: &Words) -> Self {
        let mut query = Self { selection: Selection::from_words(words), ..Self::default() };
        for (name, word) in words.iter() {
            let word = word.trim();
            match name {
                "by" => query.read_dimensions(word),
                "within" => query.within = Dimension::parse(word).or(query.within),
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
                _ => query.read_least(name, word),
            }
        }
        query.selection.period = query.selection.period.filter(|period| *period != Period::default());
        query.selection.conditions.truncate(MOST_CONDITIONS);
        query.within = query.within.filter(|within| *within != query.by);
        // A form names them all, also where nobody has chosen.
        if query.metrics == Self::USUAL {
            query.metrics.clear();
        }
        query
    }

    /// What follows the `?` of its address.
    pub fn address(&self) -> String {
        self.words().into_iter().collect::<Words>().address()
    }

    fn read_dimensions(&mut self, word: &str) {
        let mut dimensions = word.split(',').filter_map(Dimension::parse);
        if let Some(by) = dimensions.next() {
            self.by = by;
            self.within = dimensions.find(|within| *within != by);
        }
    }

    fn read_least(&mut self, name: &str, word: &str) {
        let metric = name.strip_prefix("min.").and_then(Metric::parse);
        self.least.extend(metric.zip(word.parse().ok()).filter(|_| self.least.len() < MOST_CONDITIONS));
    }

    /// The words of its address, without those that say nothing new.
    pub fn words(&self) -> Vec<(String, String)> {
        let dimensions: Vec<_> = [Some(self.by), self.within].into_iter().flatten().map(Dimension::as_str).collect();
        let metrics: Vec<_> = self.metrics.iter().map(|metric| metric.as_str()).collect();
        let period = Some(self.period());
        let selection = Selection { period, ..self.selection.clone() };
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
        let which = [("by", dimensions.join(",")), ("metrics", metrics.join(","))].into_iter().filter_map(named);
        let least = self.least.iter().map(|(metric, least)| (format!("min.{}", metric.as_str()), least.to_string()));
        which.chain(selection.words()).chain(least).chain(shown.into_iter().filter_map(named)).collect()
    }
}

/// Keys of rows; none is empty here, since of what isn't known there is nothing to open.
fn keys_of(word: &str) -> Vec<String> {
    in_order(word.split(',').filter(|key| !key.is_empty()).take(MOST).map(key_of))
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
    use crate::report::CivilDay;

    fn read(address: &str) -> ReportQuery {
        ReportQuery::from_words(&address.split('&').filter_map(|word| word.split_once('=')).collect())
    }

    fn written(query: &ReportQuery) -> String {
        query.words().iter().map(|(name, word)| format!("{name}={word}")).collect::<Vec<_>>().join("&")
    }

    #[test]
    fn what_a_report_is_asked_survives_its_address() {
        for address in [
            "by=offer,device&metrics=clicks,conversions&from=2026-11-01&to=2026-11-30&tz=Europe/Berlin&basis=click\
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
        assert_eq!(read("from=2026-11-30").period(), Period::Days(day("2026-11-30"), day("2026-11-30")));
        assert_eq!(read("to=2026-11-30").period(), Period::Days(day("2026-11-30"), day("2026-11-30")));
        let turned = read("to=2026-11-01&from=2026-11-30").period();
        assert_eq!(turned.days(day("2027-01-01"), day("2020-01-01")), (day("2026-11-01"), day("2026-11-30")));
        assert_eq!(read("range=7d&from=2026-11-01&to=2026-11-30").period(), Period::SevenDays);
        assert_eq!(read("_was=30d&range=7d&from=2026-11-01&to=2026-11-30").period(), Period::SevenDays);
        let changed = read("_was=7d&range=7d&from=2026-11-01&to=2026-11-30").period();
        assert_eq!(changed, Period::Days(day("2026-11-01"), day("2026-11-30")));
        let days = Period::Days(day("2026-11-01"), day("2026-11-30"));
        assert_eq!(read("range=custom&from=2026-11-01&to=2026-11-30").period(), days);
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
        assert_eq!(
            (query.selection.conditions.len(), query.selection.conditions[0].keys.len()),
            (MOST_CONDITIONS, MOST)
        );
        assert_eq!(read("metrics=clicks,clicks,cr").metrics, [Metric::Clicks, Metric::ConversionRate]);
        assert_eq!((read("by=day,day").within, read("by=day,day,offer").within), (None, Some(Dimension::Offer)));
    }

    #[test]
    fn nobody_can_ask_for_endless_least_numbers() {
        assert_eq!(read(&"min.clicks=1&".repeat(MOST_CONDITIONS + 9)).least.len(), MOST_CONDITIONS);
    }
}
