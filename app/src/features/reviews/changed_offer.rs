//! What was changed after an approval: live already, and to be kept or taken back.

use domain::{Offer, OfferChange};
use leptos::prelude::*;

use crate::ui::{
    components::{
        ButtonKind, Callout, ChangedValue, Definition, DefinitionList, Moment, SubmitButton, TextareaField, Tone,
    },
    forms::PostForm,
};

/// Each changed field as it was approved and as it is now, and the two forms.
#[component]
pub(super) fn ChangedOffer(
    /// The offer as it is now.
    offer: Offer,
    /// What was approved, and when it was changed.
    change: OfferChange,
) -> impl IntoView {
    let fields = change.changed_fields(&offer).into_iter().map(|(label, before, now)| {
        view! {
            <Definition term=label>
                <ChangedValue before=Some(before) after=now words=("Approved", "Now") />
            </Definition>
        }
    });
    let fields = fields.collect_view();
    view! {
        <Callout tone=Tone::Waiting title="Changed after approval">
            <p>"Affiliates and visitors get the new version already, since " <Moment at=change.changed_at /> "."</p>
        </Callout>
        <DefinitionList>{fields}</DefinitionList>
        <KeepOrTakeBack id=offer.id.to_string() seen=offer.version />
    }
}

/// The two forms.
#[component]
fn KeepOrTakeBack(
    /// Which offer.
    id: String,
    /// The version that is decided about.
    seen: i64,
) -> impl IntoView {
    let (kept, taken_back, message) = (id.clone(), id.clone(), format!("message-{id}"));
    view! {
        <div class="split split--even">
            <PostForm action="keep_offer_change" key=id.clone() done="Kept">
                <input type="hidden" name="id" value=kept />
                <input type="hidden" name="seen" value=seen.to_string() />
                <SubmitButton label="Keep change" pending_label="Keeping…" />
            </PostForm>
            <PostForm action="take_back_offer_change" key=id done="Taken back">
                <input type="hidden" name="id" value=taken_back />
                <input type="hidden" name="seen" value=seen.to_string() />
                <TextareaField
                    label="Message to the partner"
                    name="reason"
                    id=message
                    hint="Tell the partner why. The approved version goes live again immediately."
                    required=true
                    maxlength=1000
                    rows=2
                />
                <SubmitButton label="Revert change" pending_label="Reverting…" kind=ButtonKind::Secondary />
            </PostForm>
        </div>
    }
}
