//! What a report's numbers mean. Each is defined here and nowhere else: every screen, export and answer of the API reads
//! its numbers from [`Numbers`] by these.

use serde::{Deserialize, Serialize};

use super::{Money, Numbers};
use crate::{Currency, Total};

/// A column of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// [`Numbers::clicks`]
    Clicks,
    /// [`Numbers::human_clicks`]
    HumanClicks,
    /// [`Numbers::bots`]
    Bots,
    /// [`Numbers::prefetches`]
    Prefetches,
    /// [`Numbers::unique_visitors`]
    UniqueVisitors,
    /// [`Numbers::conversions`]
    Conversions,
    /// [`Numbers::approved`]
    Approved,
    /// [`Numbers::pending`]
    Pending,
    /// [`Numbers::rejected`]
    Rejected,
    /// [`Numbers::conversion_rate`]
    ConversionRate,
    /// [`Numbers::time_to_convert`]
    TimeToConvert,
    /// [`Money::amount`]
    Amount,
    /// [`Money::amount_approved`]
    AmountApproved,
    /// [`Money::amount_pending`]
    AmountPending,
    /// [`Money::commission`]
    Commission,
    /// [`Money::earnings`]
    Earnings,
    /// [`Money::commission_pending`]
    CommissionPending,
    /// [`Money::earnings_per_click`]
    EarningsPerClick,
    /// [`Money::average_order_value`]
    AverageOrderValue,
}

/// What a metric comes to. Values of one metric can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// How many.
    Count(i64),
    /// A rate in thousandths: 81 is 8.1 %.
    PerMille(i64),
    /// Milliseconds.
    Millis(i64),
    /// Money of the column's currency.
    Money(Total),
}

impl Value {
    /// Whether it is more than nothing.
    pub fn is_positive(self) -> bool {
        match self {
            Self::Count(number) | Self::PerMille(number) | Self::Millis(number) => number > 0,
            Self::Money(total) => total > Total::default(),
        }
    }
}

impl Metric {
    /// All, in the order of columns.
    pub const ALL: [Self; 19] = [
        Self::Clicks,
        Self::HumanClicks,
        Self::Bots,
        Self::Prefetches,
        Self::UniqueVisitors,
        Self::Conversions,
        Self::Approved,
        Self::Pending,
        Self::Rejected,
        Self::ConversionRate,
        Self::TimeToConvert,
        Self::Amount,
        Self::AmountApproved,
        Self::AmountPending,
        Self::Commission,
        Self::Earnings,
        Self::CommissionPending,
        Self::EarningsPerClick,
        Self::AverageOrderValue,
    ];

    /// As addresses and the heads of exports write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clicks => "clicks",
            Self::HumanClicks => "human_clicks",
            Self::Bots => "bots",
            Self::Prefetches => "prefetches",
            Self::UniqueVisitors => "unique_visitors",
            Self::Conversions => "conversions",
            Self::Approved => "approved",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::ConversionRate => "cr",
            Self::TimeToConvert => "time_to_convert",
            Self::Amount => "amount",
            Self::AmountApproved => "amount_approved",
            Self::AmountPending => "amount_pending",
            Self::Commission => "commission",
            Self::Earnings => "earnings",
            Self::CommissionPending => "commission_pending",
            Self::EarningsPerClick => "epc",
            Self::AverageOrderValue => "aov",
        }
    }

    /// Reads what [`Metric::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == text)
    }

    /// Whether there is one for each currency.
    pub const fn is_money(self) -> bool {
        matches!(
            self,
            Self::Amount
                | Self::AmountApproved
                | Self::AmountPending
                | Self::Commission
                | Self::Earnings
                | Self::CommissionPending
                | Self::EarningsPerClick
                | Self::AverageOrderValue
        )
    }

    /// Whether clicks are needed to tell it.
    pub const fn is_of_clicks(self) -> bool {
        matches!(
            self,
            Self::Clicks
                | Self::HumanClicks
                | Self::Bots
                | Self::Prefetches
                | Self::UniqueVisitors
                | Self::ConversionRate
                | Self::EarningsPerClick
        )
    }

    /// What it comes to; of money in this currency. Nothing where there is nothing to say, such as a rate of no clicks.
    pub fn of(self, numbers: &Numbers, currency: Option<&Currency>) -> Option<Value> {
        let money = || currency.map(|currency| numbers.money.get(currency).copied().unwrap_or_default());
        let count = |count| Some(Value::Count(count));
        let sum = |of: fn(Money) -> Total| money().map(|money| Value::Money(of(money)));
        match self {
            Self::Clicks => count(numbers.clicks()),
            Self::HumanClicks => count(numbers.human_clicks),
            Self::Bots => count(numbers.bots),
            Self::Prefetches => count(numbers.prefetches),
            Self::UniqueVisitors => count(numbers.unique_visitors),
            Self::Conversions => count(numbers.conversions()),
            Self::Approved => count(numbers.approved),
            Self::Pending => count(numbers.pending),
            Self::Rejected => count(numbers.rejected),
            Self::ConversionRate => numbers.conversion_rate().map(Value::PerMille),
            Self::TimeToConvert => numbers.time_to_convert.map(Value::Millis),
            Self::Amount => sum(|money| money.amount),
            Self::AmountApproved => sum(|money| money.amount_approved),
            Self::AmountPending => sum(|money| money.amount_pending),
            Self::Commission => sum(|money| money.commission),
            Self::Earnings => sum(|money| money.earnings),
            Self::CommissionPending => sum(|money| money.commission_pending),
            Self::EarningsPerClick => money()?.earnings_per_click().map(Value::Money),
            Self::AverageOrderValue => money()?.average_order_value().map(Value::Money),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::numbers::tests::usd, *};

    #[test]
    fn each_metric_has_a_word_of_its_own_and_money_needs_a_currency() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.as_str()), Some(metric));
            let value = metric.of(&usd(3, 2), None);
            assert_eq!(value.is_none(), metric.is_money() || metric == Metric::TimeToConvert, "{metric:?}");
        }
        let euro = Currency::parse("EUR").unwrap();
        let of = |metric: Metric| metric.of(&usd(3, 2), Some(&euro));
        assert_eq!(of(Metric::Earnings), Some(Value::Money(Total::default())), "0 where there was none");
        assert_eq!(of(Metric::EarningsPerClick), None, "nothing where there is nothing to divide by");
    }

    #[test]
    fn some_are_told_only_where_clicks_are_counted() {
        let of_clicks: Vec<_> = Metric::ALL.into_iter().filter(|metric| metric.is_of_clicks()).collect();
        let wanted = [
            Metric::Clicks,
            Metric::HumanClicks,
            Metric::Bots,
            Metric::Prefetches,
            Metric::UniqueVisitors,
            Metric::ConversionRate,
            Metric::EarningsPerClick,
        ];
        assert_eq!(of_clicks, wanted);
    }
}
