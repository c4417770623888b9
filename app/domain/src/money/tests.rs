use num_bigint::BigInt;
use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> String {
    Amount::parse(text).map_or_else(|error| format!("{error:?}"), |amount| amount.to_string())
}

#[test]
fn decimals_as_machines_write_them() {
    for (text, wanted) in [
        ("10", "10.00"),
        ("10.00", "10.00"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("+5", "5.00"),
        ("00010", "10.00"),
        ("1e2", "100.00"),
        ("1E-7", "0.00"),
        ("-0", "0.00"),
        ("-0.0", "0.00"),
        ("0e5", "0.00"),
        ("0e999999999999999999999", "0.00"),
        ("1e-30", "0.00"),
        ("1e-99999999999999999999", "0.00"),
        ("0.30000000000000004", "0.30"),
        ("0.0000005", "0.00"),
        ("0.0000015", "0.000002"),
        ("0.0000025", "0.000002"),
        ("0.00000250000001", "0.000003"),
        ("1.234567", "1.234567"),
        ("1000000000000", "1000000000000.00"),
        ("1000000000000.0000005", "1000000000000.00"),
        ("1e12", "1000000000000.00"),
    ] {
        assert_eq!(shown(text), wanted, "{text}");
    }
}

#[test]
fn what_is_refused() {
    for text in [
        "", ".", "+", "-", "e5", "1e", "1e+", "NaN", "nan", "inf", "Infinity", "1,5", "1.000,50", "1_000", "0x10",
        "$10", "10$", "١٠", "１０", "{amount}", "1 000", "1.2.3", "++1", "+-1", "--1", "1e1.5", "1e2e3", " 1",
    ] {
        assert_eq!(shown(text), "NotADecimal", "{text}");
    }
    for text in ["-1", "-0.01", "-1e-30"] {
        assert_eq!(shown(text), "Negative", "{text}");
    }
    for text in ["1e309", "1000000000000.000001", "1e13", "9223372036854775807", "1e99999999999999999999"] {
        assert_eq!(shown(text), "TooLarge", "{text}");
    }
}

/// The same rule, by another way: scale everything to an integer and divide.
fn reference(digits: &str, fraction: &str, exponent: i32) -> Option<BigInt> {
    let number: BigInt = format!("{digits}{fraction}").parse().unwrap();
    let power = exponent + 6 - i32::try_from(fraction.len()).unwrap();
    let ten = BigInt::from(10);
    let micros = if power >= 0 {
        number * ten.pow(power.unsigned_abs())
    } else {
        let divisor = ten.pow(power.unsigned_abs());
        let (quotient, rest) = (&number / &divisor, (&number % &divisor) * 2);
        let up = rest > divisor || (rest == divisor && &quotient % 2 == BigInt::from(1));
        quotient + BigInt::from(i32::from(up))
    };
    (micros <= BigInt::from(10).pow(18)).then_some(micros)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn parsing_agrees_with_big_integers(digits in "[0-9]{1,16}", fraction in "[0-9]{0,12}", exponent in -14_i32..8) {
        let text = format!("{digits}.{fraction}e{exponent}");
        let parsed = Amount::parse(&text).ok().map(|amount| BigInt::from(amount.micros()));
        prop_assert_eq!(parsed, reference(&digits, &fraction, exponent), "{}", text);
    }

    #[test]
    fn halves_go_to_the_even_neighbour(micros in 0_i64..1_000_000_000) {
        let text = format!("{}.{:06}5", micros / 1_000_000, micros % 1_000_000);
        prop_assert_eq!(Amount::parse(&text).unwrap().micros(), micros + micros % 2);
    }

    #[test]
    fn what_is_shown_is_read_back(micros in 0..=Amount::MAX.micros()) {
        let amount = Amount::from_micros(micros).unwrap();
        prop_assert_eq!(Amount::parse(&amount.to_string()), Ok(amount));
    }

    #[test]
    fn no_text_panics(text: String) {
        let _ = Amount::parse(&text);
    }

    #[test]
    fn sums_are_exact(all in proptest::collection::vec(0..=Amount::MAX.micros(), 0..50)) {
        let amounts: Vec<_> = all.iter().filter_map(|micros| Amount::from_micros(*micros)).collect();
        let (units, micros) = amounts.iter().fold((0, 0), |(units, micros), amount| {
            let (u, m) = amount.units_and_micros();
            (units + u, micros + m)
        });
        let total: Total = amounts.iter().copied().map(Total::from).sum();
        prop_assert_eq!(total, Total::from_units_and_micros(units, micros));
        prop_assert_eq!(total.micros(), all.iter().copied().map(i128::from).sum::<i128>());
    }
}

#[test]
fn an_exponent_may_have_a_plus() {
    assert_eq!((shown("1e+2"), shown("25E+1")), ("100.00".to_owned(), "250.00".to_owned()));
}

#[test]
fn amounts_and_totals_come_back_as_they_were_sent() {
    let amount = Amount::parse("12.5").unwrap();
    assert_eq!(serde_json::to_string(&amount).unwrap(), "\"12.50\"");
    assert_eq!(serde_json::from_str::<Amount>("\"12.50\"").unwrap(), amount);
    let total = Total::from_micros(-5);
    assert_eq!(serde_json::to_string(&total).unwrap(), "\"-5\"");
    assert_eq!(serde_json::from_str::<Total>("\"-5\"").unwrap(), total);
    for text in ["\"-1\"", "\"x\"", "12.5"] {
        assert!(serde_json::from_str::<Amount>(text).is_err(), "{text}");
    }
    for text in ["\"1.5\"", "\"x\"", "5"] {
        assert!(serde_json::from_str::<Total>(text).is_err(), "{text}");
    }
}

#[test]
fn only_nothing_is_zero() {
    assert!(Total::default().is_zero());
    assert!(![-1, 1].map(Total::from_micros).into_iter().any(Total::is_zero));
}
