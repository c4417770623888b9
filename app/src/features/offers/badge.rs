//! An offer's status as a badge: the same word and colour wherever it appears.

use domain::OfferStatus;
use leptos::prelude::*;

use crate::ui::{
    FilterMenus, choices,
    components::{Badge, Tone},
};

/// Where an offer stands.
pub(crate) fn offer_badge(status: OfferStatus) -> impl IntoView {
    let tone = match status {
        OfferStatus::Pending => Tone::Waiting,
        OfferStatus::Active => Tone::Good,
        OfferStatus::Rejected => Tone::Refused,
        OfferStatus::Paused | OfferStatus::Archived => Tone::Neutral,
    };
    view! { <Badge tone=tone text=offer_word(status) /> }
}

/// What lists of offers are filtered and sorted by.
pub(super) fn offer_menus() -> FilterMenus {
    let statuses = OfferStatus::ALL.map(|status| (status.as_str().to_owned(), offer_word(status).to_owned()));
    let sorts = choices(&[("", "Newest first"), ("name", "Name A–Z"), ("clicks", "Most clicks first")]);
    FilterMenus { statuses: statuses.to_vec(), sorts, ..FilterMenus::default() }
}

const fn offer_word(status: OfferStatus) -> &'static str {
    match status {
        OfferStatus::Pending => "Awaiting approval",
        OfferStatus::Active => "Active",
        OfferStatus::Rejected => "Rejected",
        OfferStatus::Paused => "Paused",
        OfferStatus::Archived => "Archived",
    }
}
