//! What metrics come to, as people read it and as charts draw it.

use std::{cmp::Ordering, sync::Arc};

use domain::{
    Currency, Total,
    report::{Metric, Numbers, Value},
};

use crate::ui::components::{ValueFormat, duration, grouped, grouped_amount};

/// A value as people read it, money without its currency.
pub(super) fn value_text(value: Value, currency: Option<&Currency>) -> String {
    match value {
        Value::Count(count) => grouped(count),
        Value::PerMille(rate) => format!("{}.{}%", rate / 10, rate % 10),
        Value::Millis(millis) => duration(millis),
        Value::Money(total) => currency.map_or_else(|| total.to_string(), |currency| grouped_amount(&total, currency)),
    }
}

/// Money per click, with four decimals.
fn rate_text(total: Total) -> String {
    let text = total.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}.{fraction:0<4}")
}

/// What a metric comes to in all currencies, a line for each: `8,959.25 EUR`.
pub(super) fn metric_text(metric: Metric, numbers: &Numbers, currencies: &[Currency]) -> String {
    if !metric.is_money() {
        return metric.of(numbers, None).map_or_else(dash, |value| value_text(value, None));
    }
    let values = currencies.iter().filter_map(|currency| Some((currency, metric.of(numbers, Some(currency))?)));
    let mut values: Vec<_> = values.collect();
    // That there is nothing in a currency is said only where there is nothing in any.
    if values.iter().any(|(_, value)| drawn(*value) != 0) {
        values.retain(|(_, value)| drawn(*value) != 0);
    }
    values.truncate(if values.iter().all(|(_, value)| drawn(*value) == 0) { 1 } else { values.len() });
    let lines = values.into_iter().map(|(currency, value)| value_words(metric, value, Some(currency)));
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() { dash() } else { lines.join("\n") }
}

/// A metric's value, of money with its currency.
pub(super) fn value_words(metric: Metric, value: Value, currency: Option<&Currency>) -> String {
    match (metric, value, currency) {
        (Metric::EarningsPerClick, Value::Money(total), Some(currency)) => format!("{} {currency}", rate_text(total)),
        (_, Value::Money(_), Some(currency)) => format!("{} {currency}", value_text(value, Some(currency))),
        _ => value_text(value, currency),
    }
}

/// A metric's value as a number that can be drawn, of money in a currency.
pub(super) fn metric_value(metric: Metric, numbers: &Numbers, currency: Option<&Currency>) -> Option<i64> {
    metric.of(numbers, currency.filter(|_| metric.is_money())).map(drawn)
}

/// Where there is nothing to say.
pub(super) fn dash() -> String {
    "–".to_owned()
}

/// A value as a number that can be drawn.
pub(super) fn drawn(value: Value) -> i64 {
    match value {
        Value::Count(number) | Value::PerMille(number) | Value::Millis(number) => number,
        Value::Money(total) => i64::try_from(total.micros()).unwrap_or(i64::MAX),
    }
}

/// How such numbers of a metric are written.
pub(super) fn drawn_format(metric: Metric, currency: Option<Currency>) -> ValueFormat {
    Arc::new(move |number| {
        let value = match metric {
            Metric::ConversionRate => Value::PerMille(number),
            Metric::TimeToConvert => Value::Millis(number),
            Metric::EarningsPerClick => return rate_text(Total::from_micros(i128::from(number))),
            metric if metric.is_money() => Value::Money(Total::from_micros(i128::from(number))),
            _ => Value::Count(number),
        };
        value_text(value, currency.as_ref())
    })
}

/// The change from one value to another, in per cent; nothing where it was nothing before.
pub(super) fn change(now: Option<Value>, before: Option<Value>) -> Option<String> {
    let (now, before) = (i128::from(drawn(now?)), i128::from(drawn(before?)));
    if before == 0 {
        return None;
    }
    // In thousandths, away from zero where it is half.
    let difference = (now - before).abs() * 1_000;
    let change = (difference + before.abs() / 2) / before.abs();
    let sign = match now.cmp(&before) {
        Ordering::Less => "−",
        Ordering::Equal => "",
        Ordering::Greater => "+",
    };
    Some(format!("{sign}{}.{}%", change / 10, change % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_their_two_largest_parts() {
        let times = [0, 59_999, 61_000, 3_660_000, 90_000_000, -5].map(duration);
        assert_eq!(times, ["0 s", "59 s", "1 min 1 s", "1 h 1 min", "1 d 1 h", "0 s"]);
    }

    #[test]
    fn money_has_a_line_for_each_currency_in_which_there_is_some() {
        let currency = |code: &str| Currency::parse(code).unwrap();
        let both = [currency("EUR"), currency("USD")];
        let of = |sums: &[(&str, i64)]| {
            let money = sums.iter().map(|(code, units)| {
                let amount = Total::from_units_and_micros(*units, 0);
                (currency(code), domain::report::Money { amount, ..domain::report::Money::default() })
            });
            metric_text(Metric::Amount, &Numbers { money: money.collect(), ..Numbers::default() }, &both)
        };
        assert_eq!(of(&[("USD", 5), ("EUR", 1_000)]), "1,000.00 EUR\n5.00 USD");
        assert_eq!(of(&[("USD", 5)]), "5.00 USD");
        assert_eq!(of(&[]), "0.00 EUR");
        assert_eq!(metric_text(Metric::EarningsPerClick, &Numbers::default(), &both), "–");
        assert_eq!(metric_text(Metric::Amount, &Numbers::default(), &[]), "–");
    }

    #[test]
    fn earnings_per_click_have_four_decimals() {
        let micros = [500_000, 1_255_800, 0, 1_000_000_000].map(|micros| rate_text(Total::from_micros(micros)));
        assert_eq!(micros, ["0.5000", "1.2558", "0.0000", "1000.0000"]);
    }

    #[test]
    fn a_change_is_told_in_per_cent() {
        let of = |now, before| change(Some(Value::Count(now)), Some(Value::Count(before)));
        assert_eq!(of(110, 100).unwrap(), "+10.0%");
        assert_eq!(of(1, 3).unwrap(), "−66.7%");
        assert_eq!(of(2_000, 1_999).unwrap(), "+0.1%");
        assert_eq!(of(5, 5).unwrap(), "0.0%");
        assert_eq!(of(5, 0), None);
    }
}
