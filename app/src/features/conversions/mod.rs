//! Conversions, as they are listed.

pub(crate) mod api;
mod badge;
mod conversion_page;
mod conversions_page;
mod conversions_table;
mod latest;

use leptos::prelude::*;

use self::{
    badge::conversion_badge,
    conversions_page::ConversionsPage,
    conversions_table::{conversion_sorts, conversion_statuses},
};
pub(crate) use self::{
    conversion_page::ConversionPage, conversions_table::ConversionsTable, latest::LatestConversions,
};

/// An affiliate's: orders' ids are between the shop and its partner.
#[component]
pub(crate) fn AffiliateConversions() -> impl IntoView {
    view! {
        <ConversionsPage lead="What partners reported for your clicks. Confirmed, approved and paid ones count toward your earnings." />
    }
}

/// A partner's.
#[component]
pub(crate) fn PartnerConversions() -> impl IntoView {
    view! { <ConversionsPage lead="All conversions your postback reported." /> }
}

/// The whole network's.
#[component]
pub(crate) fn AdminConversions() -> impl IntoView {
    view! { <ConversionsPage lead="Every sale that a postback reported, whatever its status." /> }
}
