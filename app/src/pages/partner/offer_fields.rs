//! What an offer consists of, to be filled in.

use domain::OfferInput;
use leptos::prelude::*;

use crate::components::{Field, TextareaField};

/// The fields of the forms that make and change an offer.
#[component]
pub(super) fn OfferFields(
    /// What they hold at first.
    input: OfferInput,
) -> impl IntoView {
    let OfferInput { name, description, destination, commission_terms } = input;
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
                  offer_id and affiliate_id; your own parameters stay as they are."
            required=true
            maxlength=2048
            inputmode="url"
            placeholder="https://"
        />
        <TextareaField
            label="Description"
            name="description"
            value=description
            hint="What you sell, who buys it, and what affiliates may and may not do. At most 4,000 characters."
            maxlength=4000
            rows=8
        />
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
