//! What lists of offers can be filtered and sorted by.

use serde::{Deserialize, Serialize};

use super::{Category, OfferStatus};
use crate::{
    PartnerId, SearchText,
    list::{address_word, list_filter, list_order},
};

address_word!(OfferStatus);

list_order! {
    /// In which order offers are listed.
    pub enum OfferOrder {
        /// The newest first.
        Newest,
        /// By name.
        Name = "name",
        /// The most clicked first.
        Clicks = "clicks",
    }
}

/// Which offers of the marketplace are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarketplaceGroup {
    /// Those that one has not applied for.
    New,
    /// Those that one has applied for.
    Applied,
}

impl MarketplaceGroup {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::New, Self::Applied];

    /// As addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Applied => "applied",
        }
    }

    /// Reads what [`MarketplaceGroup::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == text)
    }
}

address_word!(MarketplaceGroup);

list_order! {
    /// In which order the marketplace lists offers.
    pub enum MarketplaceOrder {
        /// The newest first.
        Newest,
        /// By name.
        Name = "name",
    }
}

list_filter! {
    /// What lists of offers can be asked for.
    pub struct OfferFilter {
        /// Only those that stand there.
        "status" => status: Option<OfferStatus>,
        /// Only this partner's.
        "partner" => partner: Option<PartnerId>,
        /// Only those whose name, or whose partner's name, contains it.
        "text" => text: SearchText,
        /// In which order.
        "sort" => order: OfferOrder,
    }
}

list_filter! {
    /// What the marketplace can be asked for.
    pub struct MarketplaceFilter {
        /// Only these.
        "status" => group: Option<MarketplaceGroup>,
        /// Only what stands on this shelf.
        "category" => category: Option<Category>,
        /// Only those whose name, or whose partner's name, contains it.
        "text" => text: SearchText,
        /// In which order.
        "sort" => order: MarketplaceOrder,
    }
}

list_filter! {
    /// The review queue has pages and nothing else: what waits is decided in its turn.
    pub struct ReviewFilter {}
}
