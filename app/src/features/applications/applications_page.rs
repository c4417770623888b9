//! Applications for a partner's offers.

use leptos::prelude::*;

use super::application_card::ApplicationCard;
use crate::{
    features::applications::{api::list_applications, application_statuses},
    ui::{Empty, FilterMenus, ListPage, keyed},
};

/// The list. It doesn't move by itself: a row must not slip away under the hand that decides about it.
#[component]
pub(crate) fn Applications() -> impl IntoView {
    let empty = Empty {
        title: "No applications yet",
        why: "Affiliates apply for offers that are active. Each application waits here for your decision.",
        href: "/partner/offers",
        label: "View your offers",
    };
    view! {
        <ListPage
            title="Applications"
            lead="Affiliates who ask to promote your offers."
            is_live=false
            has_file=true
            fetch=|list| Box::pin(list_applications(list))
            menus=FilterMenus {
                statuses: application_statuses(),
                ..FilterMenus::default()
            }
            empty=empty
            show=|applications| {
                let card = |application| view! { <ApplicationCard application=application is_alone=false /> };
                view! { <div class="stack">{keyed(applications, |application| application.id, card)}</div> }.into_any()
            }
        />
    }
}
