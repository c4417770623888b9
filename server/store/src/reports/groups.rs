//! Adding up what a report counts, by what its rows are told apart by.

use std::collections::BTreeMap;

use domain::{
    ConversionState, Currency, Total,
    report::{Money, Numbers},
};
use rustc_hash::FxHashMap;

use crate::rollups::FactKind;

/// What a row is told apart by: a code for each of at most two dimensions, 0 where there is none. What a code stands for is
/// known to whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct GroupKey(pub(super) u32, pub(super) u32);

/// Rows that a report tells apart at most.
pub(super) const MOST_ROWS: usize = 300_000;

/// The rows of a report while they are counted. `u32`s are codes, see [`GroupKey`].
#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    tells_times: bool,
    places: FxHashMap<u64, u32>,
    rows: Vec<Row>,
}

/// Where a row is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(u32);

#[derive(Debug, Clone, Default)]
struct Row {
    key: GroupKey,
    /// By [`FactKind`].
    clicks: [i64; FactKind::ALL.len()],
    /// Human clicks, by the set of the currencies in which their offers ever had a conversion.
    human_by_currencies: Vec<(u32, i64)>,
    /// By [`ConversionState`].
    conversions: [i64; 3],
    money: Vec<(u32, Sums)>,
    /// Milliseconds between click and conversion.
    delays: Vec<i64>,
}

/// Of one currency, by [`ConversionState`], in 10⁻⁶ units.
#[derive(Debug, Clone, Default)]
struct Sums {
    conversions: i64,
    amount: [i128; 3],
    commission: [i128; 3],
}

/// A conversion, as it is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) standing: ConversionState,
    pub(super) currency: u32,
    /// In 10⁻⁶ units.
    pub(super) amount: i64,
    /// In 10⁻⁶ units.
    pub(super) commission: i64,
    /// Milliseconds since its click.
    pub(super) delay: i64,
}

impl Groups {
    /// Without rows yet; with or without what medians of times to conversion need.
    pub(super) fn new(tells_times: bool) -> Self {
        Self { tells_times, ..Self::default() }
    }

    /// How much memory they take, in rows and what is as large as some.
    pub(super) fn size(&self) -> usize {
        self.rows.iter().map(|row| 1 + row.delays.len() / 32).sum()
    }

    /// The row of a key.
    pub(super) fn place(&mut self, key: GroupKey) -> Place {
        // Nothing is told of so many, and they would take all memory.
        let key = if self.rows.len() >= MOST_ROWS { GroupKey(u32::MAX, u32::MAX) } else { key };
        let rows = &mut self.rows;
        let place = *self.places.entry(u64::from(key.0) << 32 | u64::from(key.1)).or_insert_with(|| {
            rows.push(Row { key, ..Row::default() });
            // Nobody has as many rows.
            u32::try_from(rows.len() - 1).unwrap_or(u32::MAX)
        });
        Place(place)
    }

    /// Counts so many clicks of one kind, of offers that pay in one set of currencies.
    pub(super) fn count_clicks(&mut self, Place(place): Place, kind: FactKind, currencies: u32, clicks: i64) {
        let row = &mut self.rows[place as usize];
        row.clicks[kind as usize] += clicks;
        if matches!(kind, FactKind::Unique | FactKind::Again) {
            match row.human_by_currencies.iter_mut().find(|(known, _)| *known == currencies) {
                Some((_, sum)) => *sum += clicks,
                None => row.human_by_currencies.push((currencies, clicks)),
            }
        }
    }

    /// Counts a conversion.
    pub(super) fn count_conversion(&mut self, Place(place): Place, counted: Counted) {
        let row = &mut self.rows[place as usize];
        let standing = counted.standing as usize;
        row.conversions[standing] += 1;
        if self.tells_times {
            row.delays.push(counted.delay);
        }
        let at = row.money.iter().position(|(currency, _)| *currency == counted.currency).unwrap_or_else(|| {
            row.money.push((counted.currency, Sums::default()));
            row.money.len() - 1
        });
        let sums = &mut row.money[at].1;
        sums.conversions += 1;
        sums.amount[standing] += i128::from(counted.amount);
        sums.commission[standing] += i128::from(counted.commission);
    }

    /// Whether there are more rows than can be told apart.
    pub(super) fn is_too_large(&self) -> bool {
        self.rows.len() > MOST_ROWS
    }

    /// The numbers of all rows, and of all together. `currencies_of` tells which currencies are in a set of them,
    /// `currency_of` which a code stands for.
    pub(super) fn finish<'c>(
        self,
        currencies_of: impl Fn(u32) -> &'c [Currency],
        currency_of: impl Fn(u32) -> Currency,
    ) -> (Vec<(GroupKey, Numbers)>, Numbers) {
        let mut total = Numbers::default();
        let mut delays: Vec<i64> = Vec::new();
        let rows = self.rows.into_iter().map(|mut row| {
            let mut numbers = row.numbers(&currencies_of, &currency_of);
            numbers.time_to_convert = median(&mut row.delays);
            total.add(&numbers);
            delays.append(&mut row.delays);
            (row.key, numbers)
        });
        let rows = rows.collect();
        total.time_to_convert = median(&mut delays);
        (rows, total)
    }
}

impl Row {
    fn numbers<'c>(
        &self,
        currencies_of: &impl Fn(u32) -> &'c [Currency],
        currency_of: &impl Fn(u32) -> Currency,
    ) -> Numbers {
        let mut money: BTreeMap<Currency, Money> = BTreeMap::new();
        for (code, sums) in &self.money {
            let all = |of: &[i128; 3]| Total::from_micros(of.iter().sum());
            let [approved, pending] = [ConversionState::Approved as usize, ConversionState::Pending as usize];
            money.insert(
                currency_of(*code),
                Money {
                    conversions: sums.conversions,
                    human_clicks: 0,
                    amount: all(&sums.amount),
                    amount_approved: Total::from_micros(sums.amount[approved]),
                    amount_pending: Total::from_micros(sums.amount[pending]),
                    commission: all(&sums.commission),
                    earnings: Total::from_micros(sums.commission[approved]),
                    commission_pending: Total::from_micros(sums.commission[pending]),
                },
            );
        }
        for (currencies, clicks) in &self.human_by_currencies {
            for currency in currencies_of(*currencies) {
                money.entry(currency.clone()).or_default().human_clicks += clicks;
            }
        }
        let [unique, again, bots, prefetches] = self.clicks;
        let [approved, pending, rejected] = self.conversions;
        Numbers {
            human_clicks: unique + again,
            bots,
            prefetches,
            unique_visitors: unique,
            approved,
            pending,
            rejected,
            time_to_convert: None,
            money,
        }
    }
}

/// The one in the middle, or the mean of the two that are; the numbers are put into another order.
fn median(numbers: &mut [i64]) -> Option<i64> {
    let (middle, is_odd) = (numbers.len() / 2, numbers.len() % 2 == 1);
    if numbers.is_empty() {
        return None;
    }
    let (below, upper, _) = numbers.select_nth_unstable(middle);
    let upper = *upper;
    if is_odd {
        return Some(upper);
    }
    let lower = below.iter().max().copied()?;
    Some(i64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_their_total_are_added_up() {
        let (usd, eur) = (Currency::parse("USD").unwrap(), Currency::parse("EUR").unwrap());
        let sets = [vec![], vec![usd.clone()], vec![eur.clone(), usd.clone()]];
        let mut groups = Groups::new(true);
        let (one, two) = (groups.place(GroupKey(1, 0)), groups.place(GroupKey(2, 0)));
        groups.count_clicks(one, FactKind::Unique, 1, 3);
        groups.count_clicks(one, FactKind::Again, 2, 4);
        groups.count_clicks(two, FactKind::Bot, 2, 5);
        let sale = |standing, delay| Counted { standing, currency: 0, amount: 2_000_000, commission: 500_000, delay };
        groups.count_conversion(one, sale(ConversionState::Approved, 10));
        groups.count_conversion(one, sale(ConversionState::Rejected, 30));
        groups.count_conversion(two, sale(ConversionState::Pending, 90));
        let currency = usd.clone();
        let (rows, total) = groups.finish(|set| &sets[set as usize], |_| currency.clone());
        assert_eq!(rows.iter().map(|(key, _)| key.0).collect::<Vec<_>>(), [1, 2]);
        let first = &rows[0].1;
        assert_eq!((first.clicks(), first.unique_visitors, first.time_to_convert), (7, 3, Some(20)));
        assert_eq!((first.money[&usd].human_clicks, first.money[&eur].human_clicks), (7, 4));
        assert_eq!((total.clicks(), total.conversions(), total.time_to_convert), (12, 3, Some(30)));
        let dollars = total.money[&usd];
        let texts = [dollars.amount, dollars.amount_pending, dollars.earnings].map(|total| total.to_string());
        assert_eq!(texts, ["6.00", "2.00", "0.50"]);
    }

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [5]), Some(5));
        assert_eq!(median(&mut [9, 1, 4]), Some(4));
        assert_eq!(median(&mut [9, 1, 4, 7]), Some(5));
        assert_eq!(median(&mut [-3, -2]), Some(-2));
    }
}
