//! Every tracking link of the network.

use leptos::prelude::*;

use crate::{
    features::{
        applications::application_statuses,
        links::{LinksTable, api::list_all_links, links_table::link_columns},
    },
    ui::{Empty, FilterMenus, ListPage},
};

/// The list, those that await their partner first.
#[component]
pub(crate) fn AdminLinks() -> impl IntoView {
    let empty = Empty {
        title: "No tracking links yet",
        why: "A link comes with each application of an affiliate for an offer that is active.",
        href: "/admin/offers",
        label: "View offers",
    };
    view! {
        <ListPage
            title="Tracking links"
            lead="Every affiliate's link, with its clicks and conversions."
            is_live=true
            has_file=true
            columns=("links", link_columns(true))
            fetch=|list| Box::pin(list_all_links(list))
            menus=FilterMenus {
                statuses: application_statuses(),
                ..FilterMenus::default()
            }
            empty=empty
            show=|applications| view! { <LinksTable applications=applications shows_offers=true /> }.into_any()
        />
    }
}
