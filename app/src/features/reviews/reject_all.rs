//! The button on an offer's card in the review queue that rejects all waiting offers of its partner at once.

use domain::{OfferId, PartnerId};
use leptos::prelude::*;

use crate::ui::{
    components::{ButtonKind, ConfirmButton, SubmitButton, TextareaField, grouped, isolated},
    forms::PostForm,
};

const ACTION: &str = "reject_waiting_offers";

/// Refuses everything of one partner that waits, after a question.
#[component]
pub(super) fn RejectAll(
    /// Whose offers.
    partner: PartnerId,
    /// Their name.
    name: String,
    /// How many wait.
    count: i64,
    /// The offer on whose card it stands.
    offer: OfferId,
) -> impl IntoView {
    let (partner, offer, count) = (partner.to_string(), offer.to_string(), grouped(count));
    let message = format!("message-all-{offer}");
    view! {
        <ConfirmButton
            label=format!("Reject all {count} waiting offers from this partner")
            question=format!("Reject everything waiting from {}?", isolated(&name))
            consequence="Their new offers go back to them with your message, and new destinations of their approved \
            offers are refused. They can change the offers and submit them again."
            kind=ButtonKind::Quiet
            action=ACTION
            key=offer.clone()
        >
            <PostForm action=ACTION key=offer done="Rejected">
                <input type="hidden" name="partner" value=partner />
                <TextareaField
                    label="Message to the partner"
                    name="reason"
                    id=message
                    required=true
                    maxlength=1000
                    rows=2
                />
                <SubmitButton label="Reject all" pending_label="Rejecting…" kind=ButtonKind::Danger />
            </PostForm>
        </ConfirmButton>
    }
}
