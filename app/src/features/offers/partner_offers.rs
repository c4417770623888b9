//! A partner's offers.

use leptos::prelude::*;

use super::offers_table::{OffersTable, offer_columns};
use crate::{
    features::offers::{api::list_offers, offer_menus},
    ui::{Empty, ListPage, components::ButtonLink},
};

/// The list.
#[component]
pub(crate) fn PartnerOffers() -> impl IntoView {
    let empty = Empty {
        title: "No offers yet",
        why: "An offer says what you sell, where visitors land and what affiliates earn.",
        href: "/partner/offers/new",
        label: "Create your first offer",
    };
    view! {
        <ListPage
            title="Offers"
            lead="What affiliates promote for you."
            is_live=true
            has_file=true
            columns=("offers", offer_columns())
            fetch=|list| Box::pin(list_offers(list))
            menus=offer_menus()
            empty=empty
            show=|offers| view! { <OffersTable offers=offers caption="Your offers" /> }.into_any()
        >
            <ButtonLink href="/partner/offers/new" label="New offer" />
        </ListPage>
    }
}
