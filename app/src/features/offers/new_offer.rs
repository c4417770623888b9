//! A new offer.

use domain::OfferInput;
use leptos::prelude::*;

use super::offer_fields::OfferFields;
use crate::ui::{
    components::{ButtonKind, ButtonLink, PageHead, PageTitle, SubmitButton},
    forms::PostForm,
};

/// The form that makes one.
#[component]
pub(crate) fn NewOffer() -> impl IntoView {
    view! {
        <PageTitle text="New offer" />
        <PageHead title="New offer" lead="An admin looks at it before affiliates can find it." />
        <div class="card">
            <PostForm action="create_offer">
                <OfferFields input=OfferInput::default() />
                <div class="cluster">
                    <SubmitButton label="Create and submit for approval" pending_label="Creating…" />
                    <ButtonLink href="/partner/offers" label="Cancel" kind=ButtonKind::Quiet />
                </div>
            </PostForm>
        </div>
    }
}
