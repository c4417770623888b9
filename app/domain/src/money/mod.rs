//! Money, exactly: 64-bit integers of 10⁻⁶ units, never a float.

mod currency;

#[cfg(test)]
mod tests;

use std::{fmt, iter::Sum, ops::Add};

pub use self::currency::{Currency, InvalidCurrency};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const MICROS_PER_UNIT: i64 = 1_000_000;
const DECIMALS: i64 = 6;

/// An order value or a commission: zero to 10¹² units, in steps of 10⁻⁶. The currency stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not written as a plain decimal.
    #[error("is not a plain decimal such as 99.00 (digits and one point; no signs of currency, no separators)")]
    NotADecimal,
    /// Below zero.
    #[error("is negative; a refund is no conversion")]
    Negative,
    /// Over 10¹².
    #[error("is over 1000000000000 (10^12)")]
    TooLarge,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest that is accepted, 10¹² units.
    pub const MAX: Self = Self(1_000_000_000_000 * MICROS_PER_UNIT);

    /// Reads a decimal as machines write it: `10`, `.5`, `5.`, `+5`, `00010`, `1e2`, `1E-7`, `-0`.
    /// More than six decimals are rounded half to even, and the limit is judged after that.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let (negative, unsigned) = match text.as_bytes() {
            [b'-', ..] => (true, &text[1..]),
            [b'+', ..] => (false, &text[1..]),
            _ => (false, text),
        };
        let decimal = Decimal::read(unsigned).ok_or(DecimalError::NotADecimal)?;
        if decimal.digits.is_empty() {
            return Ok(Self::ZERO);
        }
        if negative {
            return Err(DecimalError::Negative);
        }
        decimal.micros().filter(|micros| *micros <= Self::MAX.0).map(Self).ok_or(DecimalError::TooLarge)
    }

    /// From the integer that the databases keep; `None` outside of the accepted range.
    pub fn from_micros(micros: i64) -> Option<Self> {
        (0..=Self::MAX.0).contains(&micros).then_some(Self(micros))
    }

    /// The integer that the databases keep, in 10⁻⁶ units.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Whole units and the millionths beyond them. Sums are kept as these two, so that not even
    /// millions of the largest amounts overflow a 64-bit counter.
    pub fn units_and_micros(self) -> (i64, i64) {
        (self.0 / MICROS_PER_UNIT, self.0 % MICROS_PER_UNIT)
    }
}

/// The significant digits of a decimal, and the power of ten they are multiplied with.
struct Decimal {
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = whole.bytes().chain(fraction.bytes());
        if whole.len() + fraction.len() == 0 || !digits.clone().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let exponent = exponent.saturating_sub(i64::try_from(fraction.len()).ok()?);
        Some(Self { digits: digits.skip_while(|byte| *byte == b'0').map(|byte| byte - b'0').collect(), exponent })
    }

    /// The value in millionths, rounded half to even; `None` where it overflows.
    fn micros(&self) -> Option<i64> {
        let shift = self.exponent.saturating_add(DECIMALS);
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(i64::from(*digit)))
        };
        if shift >= 0 {
            let zeros = u32::try_from(shift).ok()?;
            return number(&self.digits)?.checked_mul(10_i64.checked_pow(zeros)?);
        }
        let cut = usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX);
        let Some(kept) = self.digits.len().checked_sub(cut) else { return Some(0) };
        let (kept, rest) = self.digits.split_at(kept);
        let number = number(kept)?;
        let beyond_half = rest[1..].iter().any(|digit| *digit != 0);
        let up = rest[0] > 5 || (rest[0] == 5 && (beyond_half || number % 2 == 1));
        number.checked_add(i64::from(up))
    }
}

/// Digits with an optional sign. What doesn't fit is as good as the largest number.
fn read_exponent(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes() {
        [b'-', ..] => (-1, &text[1..]),
        [b'+', ..] => (1, &text[1..]),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // A quarter of the range, so that adding the length of a text to it can't overflow.
    Some(sign * digits.parse::<i64>().unwrap_or(i64::MAX).min(i64::MAX / 4))
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Total::from(*self).fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// A sum of amounts of one currency; wide enough for any number of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Total(i128);

impl Total {
    /// From the two counters that the databases keep: whole units, and millionths (of any size).
    pub fn from_units_and_micros(units: i64, micros: i64) -> Self {
        Self(i128::from(units) * i128::from(MICROS_PER_UNIT) + i128::from(micros))
    }

    /// From a sum in 10⁻⁶ units.
    pub const fn from_micros(micros: i128) -> Self {
        Self(micros)
    }

    /// The sum in 10⁻⁶ units.
    pub fn micros(self) -> i128 {
        self.0
    }

    /// Whether there is nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This total shared among `count`, rounded to 10⁻⁴ toward zero, since it is a rate and nothing that is paid;
    /// nothing for none.
    #[must_use]
    pub fn per(self, count: i64) -> Self {
        let step = i128::from(MICROS_PER_UNIT / 10_000);
        Self(self.0.checked_div(i128::from(count)).unwrap_or(0) / step * step)
    }
}

impl From<Amount> for Total {
    fn from(amount: Amount) -> Self {
        Self(i128::from(amount.0))
    }
}

impl Add for Total {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Total {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// A plain decimal with at least two digits after the point, and no more than it needs.
impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = i128::from(MICROS_PER_UNIT);
        let fraction = format!("{:06}", (self.0 % unit).abs());
        let kept = fraction.trim_end_matches('0').len().max(2);
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{}", (self.0 / unit).abs(), &fraction[..kept])
    }
}

impl Serialize for Total {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Total {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(de::Error::custom)
    }
}
