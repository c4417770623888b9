//! Segments of conversions, each with what reports know of its click.

use super::{
    column::{Column, Damaged, MOST_ROWS, pack, read_number, unpack, write_number},
    segment::{LinkIds, Run, pack_runs, unpack_runs},
};

/// What reports know of a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ConversionFacts {
    /// The link that it is credited to.
    pub(crate) ids: LinkIds,
    /// The quarter of an hour in which it was recorded, counted from 1970 UTC.
    pub(crate) quarter: i64,
    /// That of its click.
    pub(crate) click_quarter: i64,
    /// Milliseconds from click to conversion; below zero where a clock was put back between them.
    pub(crate) delay: i64,
    /// In 10⁻⁶ units.
    pub(crate) amount: i64,
    /// In 10⁻⁶ units.
    pub(crate) commission: i64,
    /// The number of its status.
    pub(crate) status: u32,
    /// The number of its currency.
    pub(crate) currency: u32,
    /// What made its click, as `clicks` has it.
    pub(crate) click_kind: u32,
    /// The country, agent and site of its click, as [`super::segment::ClickFacts`] has them.
    pub(crate) country: u32,
    pub(crate) agent: u32,
    pub(crate) site: u32,
}

/// The columns, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConversionColumns {
    pub(crate) conversions: usize,
    /// Links and times.
    pub(crate) runs: Vec<u8>,
    /// Times of clicks, delays, amounts and commissions.
    pub(crate) sums: Vec<u8>,
    pub(crate) statuses: Vec<u8>,
    pub(crate) currencies: Vec<u8>,
    pub(crate) click_kinds: Vec<u8>,
    pub(crate) countries: Vec<u8>,
    pub(crate) agents: Vec<u8>,
    pub(crate) sites: Vec<u8>,
}

/// Writes some conversions. As many segments as it takes.
pub(crate) fn pack_conversions(mut conversions: Vec<ConversionFacts>) -> Vec<ConversionColumns> {
    conversions.sort_unstable();
    let column =
        |part: &[ConversionFacts], of: fn(&ConversionFacts) -> u32| pack(&part.iter().map(of).collect::<Vec<_>>());
    let parts = conversions.chunks(MOST_ROWS).map(|part| ConversionColumns {
        conversions: part.len(),
        runs: pack_runs(part.iter().map(|conversion| (conversion.ids, conversion.quarter))),
        sums: pack_sums(part),
        statuses: column(part, |conversion| conversion.status),
        currencies: column(part, |conversion| conversion.currency),
        click_kinds: column(part, |conversion| conversion.click_kind),
        countries: column(part, |conversion| conversion.country),
        agents: column(part, |conversion| conversion.agent),
        sites: column(part, |conversion| conversion.site),
    });
    parts.collect()
}

/// Reads them again.
pub(crate) fn unpack_conversions(columns: &ConversionColumns) -> Result<Vec<ConversionFacts>, Damaged> {
    let count = columns.conversions;
    let runs = unpack_runs(&columns.runs, count)?;
    let column = |bytes: &[u8]| unpack(bytes, count);
    let (statuses, currencies, click_kinds) =
        (column(&columns.statuses)?, column(&columns.currencies)?, column(&columns.click_kinds)?);
    let (countries, agents, sites) = (column(&columns.countries)?, column(&columns.agents)?, column(&columns.sites)?);
    let at = |column: &Column, row: usize| column.distinct[usize::from(column.places[row])];
    let mut sums = columns.sums.as_slice();
    let mut conversions = Vec::with_capacity(count);
    for Run { ids, quarter, rows } in runs {
        for row in conversions.len()..conversions.len() + rows {
            let click_quarter = quarter.checked_sub(read_signed(&mut sums)?).ok_or(Damaged)?;
            let delay = read_signed(&mut sums)?;
            let [amount, commission] = [read_signed(&mut sums)?, read_signed(&mut sums)?];
            conversions.push(ConversionFacts {
                ids,
                quarter,
                click_quarter,
                delay,
                amount,
                commission,
                status: at(&statuses, row),
                currency: at(&currencies, row),
                click_kind: at(&click_kinds, row),
                country: at(&countries, row),
                agent: at(&agents, row),
                site: at(&sites, row),
            });
        }
    }
    if sums.is_empty() { Ok(conversions) } else { Err(Damaged) }
}

fn pack_sums(conversions: &[ConversionFacts]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for conversion in conversions {
        let quarters = conversion.quarter.wrapping_sub(conversion.click_quarter);
        for number in [quarters, conversion.delay, conversion.amount, conversion.commission] {
            write_signed(&mut bytes, number);
        }
    }
    bytes
}

/// Small numbers are short, whatever their sign: 0, -1, 1, -2 are 0, 1, 2, 3.
fn write_signed(bytes: &mut Vec<u8>, number: i64) {
    write_number(bytes, (number << 1 ^ number >> 63).cast_unsigned());
}

fn read_signed(bytes: &mut &[u8]) -> Result<i64, Damaged> {
    let number = read_number(bytes)?;
    Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn facts() -> impl Strategy<Value = ConversionFacts> {
        let times = (0_i64..9_000, -2_i64..5_000, any::<i64>());
        let money = (0_i64..=1_000_000_000_000_000_000, 0_i64..1_000);
        (0_u128..4, times, money, 0_u32..9, 0_u32..700).prop_map(|(link, times, money, small, large)| {
            let id = Uuid::from_u128(link);
            ConversionFacts {
                ids: LinkIds { partner: id, affiliate: id, offer: id, link: id },
                quarter: 2_000_000 + times.0,
                click_quarter: 2_000_000 + times.0 - times.1,
                delay: times.2,
                amount: money.0,
                commission: money.1,
                status: small,
                currency: small / 2,
                click_kind: small % 3,
                country: large,
                agent: large / 20,
                site: large,
            }
        })
    }

    proptest! {
        #[test]
        fn conversions_come_back_whatever_their_order_was(all in proptest::collection::vec(facts(), 1..200)) {
            let packed = pack_conversions(all.clone());
            prop_assert_eq!(packed.len(), 1);
            let mut sorted = all;
            sorted.sort_unstable();
            prop_assert_eq!(unpack_conversions(&packed[0]).unwrap(), sorted);
        }

        #[test]
        fn numbers_of_any_sign_come_back(number in any::<i64>()) {
            let mut bytes = Vec::new();
            write_signed(&mut bytes, number);
            prop_assert_eq!(read_signed(&mut bytes.as_slice()), Ok(number));
        }
    }

    #[test]
    fn sums_that_are_cut_are_damaged() {
        let id = Uuid::nil();
        let one = ConversionFacts {
            ids: LinkIds { partner: id, affiliate: id, offer: id, link: id },
            quarter: 9,
            click_quarter: 8,
            delay: 700_000,
            amount: 99_000_000,
            commission: 1,
            status: 1,
            currency: 2,
            click_kind: 0,
            country: 0,
            agent: 0,
            site: 0,
        };
        let mut packed = pack_conversions(vec![one]).remove(0);
        packed.sums.pop();
        assert_eq!(unpack_conversions(&packed), Err(Damaged));
    }
}
