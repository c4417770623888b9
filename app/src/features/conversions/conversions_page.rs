//! The page of conversions, the same for everybody who has one; what they see is up to the server.

use domain::Role;
use leptos::prelude::*;

use super::{
    conversion_sorts, conversion_statuses,
    conversions_table::{ConversionsTable, conversion_columns},
};
use crate::{
    context::account,
    features::conversions::api::list_conversions,
    ui::{Empty, FilterMenus, ListPage},
};

/// The list, live, with its filter and order.
#[component]
pub(crate) fn ConversionsPage(
    /// What is listed, in a sentence.
    lead: &'static str,
) -> impl IntoView {
    let menus = FilterMenus { statuses: conversion_statuses(), sorts: conversion_sorts(), ..FilterMenus::default() };
    let is_affiliate = account().is_some_and(|account| account.role == Role::Affiliate);
    let (why, href, label) = if is_affiliate {
        (
            "A sale that your links bring appears here within a second of its report.",
            "/affiliate/offers",
            "Share your links",
        )
    } else {
        (
            "A conversion appears here within a second of the postback that reports it. Nothing has been reported so far.",
            "/docs/tracking",
            "Set up postbacks",
        )
    };
    let empty = Empty { title: "No conversions yet", why, href, label };
    view! {
        <ListPage
            title="Conversions"
            lead=lead
            is_live=true
            has_file=true
            columns=("conversions", conversion_columns())
            fetch=|list| Box::pin(list_conversions(list))
            menus=menus
            empty=empty
            show=|conversions| view! { <ConversionsTable conversions=conversions /> }.into_any()
        />
    }
}
