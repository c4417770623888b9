//! The offers that affiliates can apply for.

use domain::MarketplaceOffer;
use leptos::prelude::*;

use super::{category_choices, terms};
use crate::{
    features::{applications::application_badge, offers::api::list_marketplace},
    ui::{Empty, FilterMenus, ListPage, choices, components::visible, keyed},
};

/// Every active offer, as a card.
#[component]
pub(crate) fn Marketplace() -> impl IntoView {
    let sorts = choices(&[("", "Newest first"), ("name", "Name A–Z")]);
    let empty = Empty {
        title: "No offers yet",
        why: "An offer appears here once a partner has published it and an admin has approved it. Meanwhile, see how links and commissions work.",
        href: "/docs/tracking",
        label: "Read the guide",
    };
    view! {
        <ListPage
            title="Marketplace"
            lead="Reviewed offers. Apply to the ones that fit your audience."
            is_live=true
            fetch=|list| Box::pin(list_marketplace(list))
            menus=FilterMenus {
                statuses: choices(&[("new", "Not applied yet"), ("applied", "Applied")]),
                status_words: ("Show", "All offers"),
                categories: category_choices(),
                sorts,
                ..FilterMenus::default()
            }
            empty=empty
            show=|offers| {
                view! {
                    <ul class="grid-cards">
                        {keyed(offers, |offer| offer.id, |offer| view! { <Card offer=offer /> })}
                    </ul>
                }
                    .into_any()
            }
        />
    }
}

/// One offer.
#[component]
fn Card(
    /// The offer.
    offer: MarketplaceOffer,
) -> impl IntoView {
    let href = format!("/affiliate/marketplace/{}", offer.id);
    let (name, terms) = (visible(offer.name, offer.id), terms(offer.commission_terms));
    let category = offer.category.map(|category| format!(" · {}", category.label()));
    let excerpt = (!offer.description.is_empty()).then(|| view! { <p class="clamp">{offer.description}</p> });
    view! {
        <li class="card">
            <div class="stack stack--tight">
                <div class="cluster cluster--apart">
                    <h2>
                        <a href=href>
                            <bdi>{name}</bdi>
                        </a>
                    </h2>
                    {offer.application.map(application_badge)}
                </div>
                <p class="muted">"by " <bdi>{offer.partner_name}</bdi> {category}</p>
                {excerpt}
                <p>
                    <span class="strong">"Commission: "</span>
                    {terms}
                </p>
            </div>
        </li>
    }
}
