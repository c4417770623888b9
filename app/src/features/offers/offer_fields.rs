//! What an offer consists of, to be filled in.

use domain::{CONFIRMED_DESTINATION, OfferInput};
use leptos::prelude::*;

use super::category_choices;
use crate::ui::{
    components::{Field, SelectField, TextareaField},
    forms::FormState,
};

/// The fields of the forms that make and change an offer.
#[component]
pub(super) fn OfferFields(
    /// What they hold at first.
    input: OfferInput,
) -> impl IntoView {
    let OfferInput { name, description, destination, commission_terms, category, .. } = input;
    let none = (String::new(), "None".to_owned());
    let categories = std::iter::once(none).chain(category_choices()).collect();
    view! {
        <Field
            label="Name"
            name="name"
            value=name
            hint="What affiliates see in the marketplace, for example Acme running shoes."
            required=true
            maxlength=120
        />
        <Field
            label="Destination"
            name="destination"
            kind="url"
            value=destination
            hint="Where visitors land, for example https://shop.example/shoes?campaign=partners. We append click_id, \
            offer_id and affiliate_id; your own parameters stay as they are. Macros such as {sub} aren't \
            replaced yet."
            required=true
            maxlength=2048
            inputmode="url"
            placeholder="https://"
        />
        <ConfirmDestination />
        <TextareaField
            label="Description"
            name="description"
            value=description
            hint="What you sell, who buys it, and what affiliates may and may not do. At most 4,000 characters."
            maxlength=4000
            rows=8
        />
        <SelectField label="Category" name="category" options=categories value=category />
        <TextareaField
            label="Commission terms"
            name="commission_terms"
            value=commission_terms
            hint="What affiliates earn, in words, for example: 10% of the order value, confirmed after 30 days."
            maxlength=500
            rows=2
        />
    }
}

/// What is rarely meant in the destination, and the box that says that it is. It confirms the address that was asked
/// about: another one is asked about again. Nothing where there is no question.
#[component]
fn ConfirmDestination() -> impl IntoView {
    let form = use_context::<FormState>();
    let asked = move || {
        let question = form.and_then(|form| form.error(CONFIRMED_DESTINATION).get());
        let sent = |field| form.and_then(|form| form.sent(field)).unwrap_or_default();
        let (destination, confirmed) = (sent("destination"), sent(CONFIRMED_DESTINATION));
        let is_confirmed = question.is_none() && !confirmed.is_empty() && confirmed == destination;
        (question.is_some() || is_confirmed).then_some((destination, question))
    };
    // Keyed, so that a box that was ticked for one address is never ticked for another.
    view! {
        <For
            each=asked
            key=Clone::clone
            children=|(destination, question)| view! { <ConfirmBox destination=destination question=question /> }
        />
    }
}

/// The box, and the question above it; ticked where the question was answered.
#[component]
fn ConfirmBox(
    /// The address that is meant.
    destination: String,
    /// What is rarely meant in it.
    question: Option<String>,
) -> impl IntoView {
    let is_asked = question.is_some();
    let question = question.map(|text| {
        view! {
            <p class="field__error" id="confirmed-destination-error" role="alert">
                {text}
            </p>
        }
    });
    view! {
        <div class="field">
            {question} <label class="check">
                <input
                    type="checkbox"
                    name=CONFIRMED_DESTINATION
                    value=destination
                    checked=!is_asked
                    aria-invalid=is_asked.then_some("true")
                    aria-describedby=is_asked.then_some("confirmed-destination-error")
                />
                <span>"Yes, this address is meant as it is"</span>
            </label>
        </div>
    }
}
