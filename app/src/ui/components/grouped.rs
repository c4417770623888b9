//! Numbers for people.

use std::fmt::Display;

use domain::Currency;

/// `1234567` as `1,234,567`.
pub fn grouped(number: i64) -> String {
    grouped_decimal(&number)
}

/// `1` and `click` as `1 click`, `2` as `2 clicks`.
pub fn counted(number: i64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `1234567.50` as `1,234,567.50`: whatever is written as a plain decimal.
pub fn grouped_decimal(number: &impl Display) -> String {
    let number = number.to_string();
    let (sign, number) = number.strip_prefix('-').map_or(("", number.as_str()), |rest| ("-", rest));
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    format!("{sign}{}{fraction}", in_groups(whole))
}

/// An amount with its currency's own decimals, or more where it has more: `1,000` JPY, `12.30` USD, `0.001234` BTC.
pub fn grouped_amount(amount: &impl Display, currency: &Currency) -> String {
    let amount = amount.to_string();
    let (whole, fraction) = amount.split_once('.').unwrap_or((&amount, ""));
    let fraction = fraction.trim_end_matches('0');
    let places = currency.decimals().max(fraction.len());
    let point = if places > 0 { "." } else { "" };
    grouped_decimal(&format!("{whole}{point}{fraction:0<places$}"))
}

fn in_groups(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use domain::Currency;

    use super::{counted, grouped, grouped_amount, grouped_decimal};

    #[test]
    fn one_is_one_and_others_are_many() {
        let all = [0, 1, 2, 1_000].map(|number| counted(number, "click"));
        assert_eq!(all, ["0 clicks", "1 click", "2 clicks", "1,000 clicks"]);
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (-12_345, "-12,345"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn decimals_keep_what_follows_the_point() {
        let cases =
            [("0.00", "0.00"), ("999.5", "999.5"), ("18835.20", "18,835.20"), ("-1000.123456", "-1,000.123456")];
        for (number, text) in cases {
            assert_eq!(grouped_decimal(&number), text);
        }
    }

    #[test]
    fn amounts_have_their_currencys_own_decimals_at_least() {
        for (amount, currency, text) in [
            ("1000.00", "JPY", "1,000"),
            ("1000.50", "JPY", "1,000.5"),
            ("0.00", "KRW", "0"),
            ("12.345", "KWD", "12.345"),
            ("12.30", "KWD", "12.300"),
            ("1234.50", "USD", "1,234.50"),
            ("99.999", "EUR", "99.999"),
            ("0.001234", "BTC", "0.001234"),
            ("-5.00", "USD", "-5.00"),
            ("5", "USD", "5.00"),
        ] {
            assert_eq!(grouped_amount(&amount, &Currency::parse(currency).unwrap()), text, "{amount} {currency}");
        }
    }
}
