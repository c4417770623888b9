//! What lists of offers can be filtered and sorted by.

use super::OfferStatus;
use crate::{
    SearchText,
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
        /// Only those whose name, or whose partner's name, contains it.
        "text" => text: SearchText,
        /// In which order.
        "sort" => order: OfferOrder,
    }
}

list_filter! {
    /// What the marketplace can be asked for.
    pub struct MarketplaceFilter {
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
