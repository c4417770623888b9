//! Columns of numbers, packed: each distinct number once, then for each row its place among them, in as few bits as that
//! takes. Where all rows have the same, they take none.

/// Bytes that were not written by this program, or damaged since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damaged;

/// A column as it was read.
#[derive(Debug, Default)]
pub(crate) struct Column {
    /// The distinct numbers, rising.
    pub(crate) distinct: Vec<u32>,
    /// For each row the place of its number among them.
    pub(crate) places: Vec<u16>,
}

/// More distinct numbers than a place can name can't be in one column.
pub(crate) const MOST_ROWS: usize = 1 << 16;

/// Writes the numbers of some rows, at most [`MOST_ROWS`].
pub(crate) fn pack(numbers: &[u32]) -> Vec<u8> {
    let (distinct, places) = places(numbers);
    let mut bytes = Vec::with_capacity(2 * distinct.len() + numbers.len());
    write_number(&mut bytes, distinct.len() as u64);
    let mut last = 0;
    for number in &distinct {
        write_number(&mut bytes, u64::from(number - last));
        last = *number;
    }
    let width = width_of(distinct.len());
    let (mut held, mut bits) = (0_u64, 0);
    for place in places {
        held |= u64::from(place) << bits;
        bits += width;
        while bits >= 8 {
            bytes.push(held.to_le_bytes()[0]);
            held >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        bytes.push(held.to_le_bytes()[0]);
    }
    bytes
}

/// The distinct numbers, rising, and for each row the place of its own among them.
fn places(numbers: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let largest = numbers.iter().copied().max().unwrap_or_default() as usize;
    if largest < MOST_ROWS {
        // Most numbers are small: a table of all is filled faster than they are sorted.
        let mut table = vec![0_u32; largest + 1];
        for number in numbers {
            table[*number as usize] = 1;
        }
        let mut distinct = Vec::new();
        for (number, place) in (0_u32..).zip(&mut table).filter(|(_, is_there)| **is_there == 1) {
            *place = distinct.len().try_into().unwrap_or_default();
            distinct.push(number);
        }
        return (distinct, numbers.iter().map(|number| table[*number as usize]).collect());
    }
    let mut distinct = numbers.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    // It is in there: `distinct` was made of it.
    let place = |number| distinct.binary_search(number).unwrap_or_default().try_into().unwrap_or_default();
    let places = numbers.iter().map(place).collect();
    (distinct, places)
}

/// Reads what [`pack`] wrote of so many rows.
pub(crate) fn unpack(bytes: &[u8], rows: usize) -> Result<Column, Damaged> {
    let mut rest = bytes;
    let count = usize::try_from(read_number(&mut rest)?).map_err(|_| Damaged)?;
    if rows > MOST_ROWS || count > rows || (count == 0) != (rows == 0) {
        return Err(Damaged);
    }
    let mut distinct = Vec::with_capacity(count);
    let mut last = 0_u32;
    for _ in 0..count {
        let step = u32::try_from(read_number(&mut rest)?).map_err(|_| Damaged)?;
        last = last.checked_add(step).ok_or(Damaged)?;
        distinct.push(last);
    }
    let width = width_of(count);
    if rest.len() != (rows * width as usize).div_ceil(8) {
        return Err(Damaged);
    }
    let mut places = Vec::with_capacity(rows);
    let mask = (1_u32 << width) - 1;
    let (mut held, mut bits, mut bytes) = (0_u32, 0, rest.iter());
    for _ in 0..rows {
        while bits < width {
            held |= u32::from(*bytes.next().ok_or(Damaged)?) << bits;
            bits += 8;
        }
        let place = held & mask;
        if place as usize >= count {
            return Err(Damaged);
        }
        places.push(u16::try_from(place).map_err(|_| Damaged)?);
        held >>= width;
        bits -= width;
    }
    Ok(Column { distinct, places })
}

/// How many bits name one of so many.
const fn width_of(count: usize) -> u32 {
    match count {
        0 | 1 => 0,
        _ => usize::BITS - (count - 1).leading_zeros(),
    }
}

/// Seven bits a byte, the lowest first; the eighth says that there are more.
pub(crate) fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Reads what [`write_number`] wrote, and goes on behind it.
pub(crate) fn read_number(bytes: &mut &[u8]) -> Result<u64, Damaged> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first().ok_or(Damaged)?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(Damaged)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_column_comes_back_as_it_was(numbers in proptest::collection::vec(0_u32..70_000, 0..600)) {
            let column = unpack(&pack(&numbers), numbers.len()).unwrap();
            let back: Vec<u32> = column.places.iter().map(|place| column.distinct[usize::from(*place)]).collect();
            prop_assert_eq!(back, numbers);
        }

        #[test]
        fn damaged_bytes_are_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), rows in 0_usize..300) {
            let _ = unpack(&bytes, rows);
        }
    }

    #[test]
    fn what_all_rows_share_takes_no_room() {
        assert_eq!(pack(&vec![7; 60_000]).len(), 2);
        assert_eq!(pack(&[1, 2, 1, 2, 2, 2, 2, 2]).len(), 3 + 1);
        let most: Vec<u32> = (0..65_536).collect();
        assert_eq!(unpack(&pack(&most), most.len()).unwrap().places[65_535], 65_535);
    }

    #[test]
    fn what_is_cut_or_longer_is_damaged() {
        let bytes = pack(&[3, 9, 4, 4]);
        assert!(unpack(&bytes[..bytes.len() - 1], 4).is_err());
        assert!(unpack(&[bytes.as_slice(), &[0]].concat(), 4).is_err());
        assert!(unpack(&bytes, 2).is_err(), "of two rows there are no three distinct numbers");
    }
}
