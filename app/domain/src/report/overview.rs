//! The numbers on the first screens.

use serde::{Deserialize, Serialize};

use crate::{AffiliateId, Currency, Day, Total};

/// Money of one currency. Never added to another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earnings {
    /// Which currency.
    pub currency: Currency,
    /// Order value of every conversion, whatever its status.
    pub amount: Total,
    /// Commission of the conversions that count toward earnings.
    pub earned: Total,
    /// Commission of those that await confirmation.
    pub pending: Total,
}

/// One day of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPoint {
    /// The UTC day.
    pub day: Day,
    /// Clicks of that day.
    pub clicks: i64,
    /// Conversions of that day, whatever their status.
    pub conversions: i64,
}

/// An affiliate among a partner's best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BestAffiliate {
    /// Who.
    pub id: AffiliateId,
    /// Their name.
    pub name: String,
    /// Their clicks in the period.
    pub clicks: i64,
    /// Their conversions in the period.
    pub conversions: i64,
}

/// What happened in a period, for one partner, one affiliate, or the whole network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// How many days back, today included.
    pub days: u32,
    /// Every click.
    pub clicks: i64,
    /// Clicks of people, without bots and prefetches.
    pub visits: i64,
    /// Every conversion, whatever its status.
    pub conversions: i64,
    /// Conversions that await confirmation.
    pub pending: i64,
    /// Money, one entry per currency.
    pub money: Vec<Earnings>,
    /// Every day of the period, oldest first.
    pub points: Vec<DayPoint>,
    /// Who brought the most; empty for an affiliate.
    pub best: Vec<BestAffiliate>,
}
