//! What is counted for a report, and what follows from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Currency, Total};

/// What is counted of some clicks and conversions: what every metric is computed from. Two of them can be added up, which
/// is how a total is made: a ratio of a total is computed anew and never a mean of ratios.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Numbers {
    /// Clicks by people, as far as it shows.
    #[serde(skip_serializing_if = "is_default")]
    pub human_clicks: i64,
    /// Clicks by programs.
    #[serde(skip_serializing_if = "is_default")]
    pub bots: i64,
    /// Loads ahead of a visit.
    #[serde(skip_serializing_if = "is_default")]
    pub prefetches: i64,
    /// Human clicks that were the first of their visitor on their link in 24 hours.
    #[serde(skip_serializing_if = "is_default")]
    pub unique_visitors: i64,
    /// Conversions that count toward earnings.
    #[serde(skip_serializing_if = "is_default")]
    pub approved: i64,
    /// Conversions that await confirmation.
    #[serde(skip_serializing_if = "is_default")]
    pub pending: i64,
    /// All other conversions.
    #[serde(skip_serializing_if = "is_default")]
    pub rejected: i64,
    /// The median of the time between click and conversion, in milliseconds; nothing without conversions. A median of
    /// medians means nothing, so a sum has none.
    #[serde(skip_serializing_if = "is_default")]
    pub time_to_convert: Option<i64>,
    /// Money, by currency.
    #[serde(skip_serializing_if = "is_default")]
    pub money: BTreeMap<Currency, Money>,
}

/// Sums of one currency, never added to another's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Money {
    /// Conversions in this currency, whatever their status.
    #[serde(skip_serializing_if = "is_default")]
    pub conversions: i64,
    /// Human clicks of the offers that ever had a conversion in this currency.
    #[serde(skip_serializing_if = "is_default")]
    pub human_clicks: i64,
    /// Order value of all conversions.
    #[serde(skip_serializing_if = "is_default")]
    pub amount: Total,
    /// Order value of those that count toward earnings.
    #[serde(skip_serializing_if = "is_default")]
    pub amount_approved: Total,
    /// Order value of those that await confirmation.
    #[serde(skip_serializing_if = "is_default")]
    pub amount_pending: Total,
    /// Commission of all conversions.
    #[serde(skip_serializing_if = "is_default")]
    pub commission: Total,
    /// Commission of those that count toward earnings.
    #[serde(skip_serializing_if = "is_default")]
    pub earnings: Total,
    /// Commission of those that await confirmation.
    #[serde(skip_serializing_if = "is_default")]
    pub commission_pending: Total,
}

/// A page has many of these, and most are 0 in most of their fields: what is, isn't sent.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Money {
    fn add(&mut self, other: &Self) {
        self.conversions += other.conversions;
        self.human_clicks += other.human_clicks;
        self.amount = self.amount + other.amount;
        self.amount_approved = self.amount_approved + other.amount_approved;
        self.amount_pending = self.amount_pending + other.amount_pending;
        self.commission = self.commission + other.commission;
        self.earnings = self.earnings + other.earnings;
        self.commission_pending = self.commission_pending + other.commission_pending;
    }

    /// Earnings per human click of the offers that pay in this currency; nothing where there was none.
    pub fn earnings_per_click(&self) -> Option<Total> {
        (self.human_clicks > 0).then(|| self.earnings.per(self.human_clicks))
    }

    /// Order value per conversion; nothing where there was none.
    pub fn average_order_value(&self) -> Option<Total> {
        (self.conversions > 0).then(|| self.amount.per(self.conversions))
    }
}

impl Numbers {
    /// Every recorded click, bots and prefetches included.
    pub const fn clicks(&self) -> i64 {
        self.human_clicks + self.bots + self.prefetches
    }

    /// Every conversion, whatever its status.
    pub const fn conversions(&self) -> i64 {
        self.approved + self.pending + self.rejected
    }

    /// Conversions that earn or may, per human click, in thousandths and rounded half up: 81 is 8.1 %. Nothing where there
    /// was no human click.
    pub fn conversion_rate(&self) -> Option<i64> {
        per_mille(self.approved + self.pending, self.human_clicks)
    }

    /// The same per click of any kind.
    pub fn conversion_rate_of_all_clicks(&self) -> Option<i64> {
        per_mille(self.approved + self.pending, self.clicks())
    }

    /// Adds another's; who knows the median of both sets it afterwards.
    pub fn add(&mut self, other: &Self) {
        self.time_to_convert = None;
        self.human_clicks += other.human_clicks;
        self.bots += other.bots;
        self.prefetches += other.prefetches;
        self.unique_visitors += other.unique_visitors;
        self.approved += other.approved;
        self.pending += other.pending;
        self.rejected += other.rejected;
        for (currency, money) in &other.money {
            self.money.entry(currency.clone()).or_default().add(money);
        }
    }
}

/// A part of a whole in thousandths, rounded half up; nothing where there is no whole.
pub fn per_mille(part: i64, whole: i64) -> Option<i64> {
    // Twice the thousandths, and half of that again: half up.
    (whole > 0).then(|| (part.saturating_mul(2_000) / whole + 1) / 2)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Numbers of one conversion in dollars.
    pub(in crate::report) fn usd(earnings: i64, human_clicks: i64) -> Numbers {
        let money = Money {
            conversions: 1,
            human_clicks,
            earnings: Total::from_units_and_micros(earnings, 0),
            ..Money::default()
        };
        let usd = Currency::parse("USD").unwrap();
        Numbers { human_clicks, approved: 1, money: BTreeMap::from([(usd, money)]), ..Numbers::default() }
    }

    #[test]
    fn what_is_nothing_is_not_sent_and_comes_back() {
        let empty = serde_json::to_string(&Numbers::default()).unwrap();
        assert_eq!(empty, "{}");
        let some = Numbers { bots: 3, time_to_convert: Some(0), ..usd(5, 2) };
        let sent = serde_json::to_string(&some).unwrap();
        assert!(!sent.contains("pending") && sent.contains("\"bots\":3"), "{sent}");
        assert_eq!(serde_json::from_str::<Numbers>(&sent).unwrap(), some);
    }

    #[test]
    fn a_ratio_of_a_total_is_computed_anew() {
        let mut total = usd(10, 100);
        total.add(&usd(0, 300));
        let money = total.money.values().next().unwrap();
        assert_eq!(money.earnings_per_click().unwrap().to_string(), "0.025");
        assert_eq!(total.conversion_rate(), Some(5), "2 of 400, and not the mean of 1.0 % and 0.3 %");
    }

    #[test]
    fn a_rate_is_rounded_half_up_and_of_nothing_there_is_none() {
        let rate = |approved, human_clicks| Numbers { human_clicks, approved, ..Numbers::default() }.conversion_rate();
        assert_eq!(
            [rate(1, 2_000), rate(1, 2_001), rate(205, 1_915), rate(3, 2)].map(Option::unwrap),
            [1, 0, 107, 1_500]
        );
        assert_eq!(rate(0, 0), None);
        let bots_alone = Numbers { bots: 4, pending: 1, ..Numbers::default() };
        assert_eq!((bots_alone.conversion_rate(), bots_alone.conversion_rate_of_all_clicks()), (None, Some(250)));
    }

    fn dollars(units: i64) -> Total {
        Total::from_units_and_micros(units, 0)
    }

    /// Sums that all differ, so that none can take another's place.
    fn sums(from: i64) -> Money {
        Money {
            conversions: from,
            human_clicks: from + 1,
            amount: dollars(from + 2),
            amount_approved: dollars(from + 3),
            amount_pending: dollars(from + 4),
            commission: dollars(from + 5),
            earnings: dollars(from + 6),
            commission_pending: dollars(from + 7),
        }
    }

    #[test]
    fn a_sum_has_the_counts_of_both_and_no_median() {
        let mut total = Numbers {
            human_clicks: 2,
            bots: 3,
            prefetches: 5,
            unique_visitors: 7,
            approved: 11,
            pending: 13,
            rejected: 17,
            time_to_convert: Some(1),
            money: BTreeMap::new(),
        };
        total.add(&Numbers {
            human_clicks: 19,
            bots: 23,
            prefetches: 29,
            unique_visitors: 31,
            approved: 37,
            pending: 41,
            rejected: 43,
            time_to_convert: Some(2),
            money: BTreeMap::new(),
        });
        let wanted = Numbers {
            human_clicks: 21,
            bots: 26,
            prefetches: 34,
            unique_visitors: 38,
            approved: 48,
            pending: 54,
            rejected: 60,
            ..Numbers::default()
        };
        assert_eq!(total, wanted);
        assert_eq!((total.clicks(), total.conversions()), (81, 162));
    }

    #[test]
    fn money_is_added_to_that_of_its_own_currency() {
        let [usd, euro] = ["USD", "EUR"].map(|code| Currency::parse(code).unwrap());
        let mut total = Numbers { money: BTreeMap::from([(usd.clone(), sums(10))]), ..Numbers::default() };
        let both = BTreeMap::from([(usd.clone(), sums(100)), (euro.clone(), sums(1_000))]);
        total.add(&Numbers { money: both, ..Numbers::default() });
        let of_both = Money {
            conversions: 110,
            human_clicks: 112,
            amount: dollars(114),
            amount_approved: dollars(116),
            amount_pending: dollars(118),
            commission: dollars(120),
            earnings: dollars(122),
            commission_pending: dollars(124),
        };
        assert_eq!(total.money, BTreeMap::from([(usd, of_both), (euro, sums(1_000))]));
    }

    #[test]
    fn the_average_order_is_of_all_conversions_and_of_none_there_is_none() {
        let average = |conversions: i64| {
            let money = Money { conversions, amount: dollars(10), ..Money::default() };
            money.average_order_value().map(|value| value.to_string())
        };
        assert_eq!([average(4), average(1)], [Some("2.50".to_owned()), Some("10.00".to_owned())]);
        assert_eq!(average(0), None);
    }

    #[test]
    fn what_is_pending_counts_in_the_rate_and_what_was_rejected_does_not() {
        let numbers = Numbers { human_clicks: 100, approved: 3, pending: 2, rejected: 9, ..Numbers::default() };
        assert_eq!(numbers.conversion_rate(), Some(50));
    }
}
