//! What the rows of a report can be told apart by.

use serde::{Deserialize, Serialize};

use crate::Role;

/// What a report breaks its numbers down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The hours of the period, in the reader's zone.
    Hour,
    /// Its days; one on which clocks change has 23 or 25 hours.
    Day,
    /// Its weeks, each from its Monday on.
    Week,
    /// Its months.
    Month,
    /// The hour of the day, whatever the day.
    HourOfDay,
    /// The day of the week, whatever the week.
    Weekday,
    /// The offer.
    Offer,
    /// The partner whose offer it is.
    Partner,
    /// The affiliate whose link it is.
    Affiliate,
    /// The tracking link.
    Link,
    /// The country that the visitor's address belonged to when the click was recorded.
    Country,
    /// Phone, tablet, desktop or other.
    Device,
    /// The operating system's family.
    OperatingSystem,
    /// The browser's family.
    Browser,
    /// The host of the page that the visitor came from.
    ReferringSite,
    /// What made the click.
    ClickKind,
    /// What the partner said of the conversion.
    Status,
    /// The currency of the conversion.
    Currency,
}

impl Dimension {
    /// All, in the order in which menus show them.
    pub const ALL: [Self; 18] = [
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::HourOfDay,
        Self::Weekday,
        Self::Offer,
        Self::Partner,
        Self::Affiliate,
        Self::Link,
        Self::Country,
        Self::Device,
        Self::OperatingSystem,
        Self::Browser,
        Self::ReferringSite,
        Self::ClickKind,
        Self::Status,
        Self::Currency,
    ];

    /// As addresses and the heads of exports write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::HourOfDay => "hour_of_day",
            Self::Weekday => "weekday",
            Self::Offer => "offer",
            Self::Partner => "partner",
            Self::Affiliate => "affiliate",
            Self::Link => "link",
            Self::Country => "country",
            Self::Device => "device",
            Self::OperatingSystem => "os",
            Self::Browser => "browser",
            Self::ReferringSite => "referer",
            Self::ClickKind => "kind",
            Self::Status => "status",
            Self::Currency => "currency",
        }
    }

    /// Reads what [`Dimension::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.as_str() == text)
    }

    /// Whether a reader of this role may tell numbers apart by it: to an affiliate an offer is nobody's, and a partner is
    /// the only one of theirs.
    pub const fn is_for(self, role: Role) -> bool {
        match self {
            Self::Partner => matches!(role, Role::Admin),
            Self::Affiliate => matches!(role, Role::Admin | Role::Partner),
            _ => true,
        }
    }

    /// Whether its rows are parts of the period, or of days and weeks.
    pub const fn is_time(self) -> bool {
        matches!(self, Self::Hour | Self::Day | Self::Week | Self::Month | Self::HourOfDay | Self::Weekday)
    }

    /// Whether its rows stand for something with an id.
    pub const fn is_named(self) -> bool {
        matches!(self, Self::Offer | Self::Partner | Self::Affiliate | Self::Link)
    }

    /// Whether only conversions have it: there is nothing to say of clicks then.
    pub const fn is_of_conversions(self) -> bool {
        matches!(self, Self::Status | Self::Currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_and_affiliates_are_told_apart_for_those_who_have_several() {
        for dimension in Dimension::ALL {
            let readers = [Role::Admin, Role::Partner, Role::Affiliate].map(|role| dimension.is_for(role));
            let wanted = match dimension {
                Dimension::Partner => [true, false, false],
                Dimension::Affiliate => [true, true, false],
                _ => [true; 3],
            };
            assert_eq!(readers, wanted, "{dimension:?}");
        }
    }

    #[test]
    fn some_have_names_and_some_are_of_conversions_alone() {
        let those = |is_one: fn(Dimension) -> bool| {
            Dimension::ALL.into_iter().filter(|dimension| is_one(*dimension)).collect::<Vec<_>>()
        };
        let named = [Dimension::Offer, Dimension::Partner, Dimension::Affiliate, Dimension::Link];
        assert_eq!(those(Dimension::is_named), named);
        assert_eq!(those(Dimension::is_of_conversions), [Dimension::Status, Dimension::Currency]);
    }
}
