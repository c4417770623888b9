//! A new offer, empty or like another one.

use domain::OfferInput;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{input_of, offer_fields::OfferFields};
use crate::{
    features::offers::api::find_offer,
    ui::{
        components::{ButtonKind, ButtonLink, PageHead, PageTitle, SubmitButton},
        forms::PostForm,
        loaded::loaded,
    },
};

/// The form that makes one; `?from=off_…` fills it in with what that offer says.
#[component]
pub(crate) fn NewOffer() -> impl IntoView {
    let query = use_query_map();
    let from = Memo::new(move |_| query.with(|query| query.get("from")).unwrap_or_default());
    let input = Resource::new(
        move || from.get(),
        |from| async move {
            if from.is_empty() {
                return Ok(OfferInput::default());
            }
            let input = input_of(find_offer(from).await?.offer);
            Ok(OfferInput { name: format!("{} (copy)", input.name), ..input })
        },
    );
    view! {
        <PageTitle text="New offer" />
        <PageHead title="New offer" lead="An admin reviews it before affiliates can find it." />
        <div class="card">{loaded(input, |input| move || view! { <NewOfferForm input=input.get() /> })}</div>
    }
}

#[component]
fn NewOfferForm(
    /// What it holds at first.
    input: OfferInput,
) -> impl IntoView {
    view! {
        <PostForm action="create_offer">
            <OfferFields input=input />
            <div class="cluster">
                <SubmitButton label="Create and submit for approval" pending_label="Creating…" />
                <ButtonLink href="/partner/offers" label="Cancel" kind=ButtonKind::Quiet />
            </div>
        </PostForm>
    }
}
