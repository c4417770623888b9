//! Where an offer stands, in words, and what can be done about it.

use domain::{Offer, OfferAction, OfferId, OfferStatus};
use leptos::prelude::*;

use crate::{
    features::offers::offer_badge,
    ui::{
        components::{ButtonKind, Callout, ConfirmButton, SubmitButton, Tone},
        forms::{PostForm, Undo},
    },
};

/// The state in words, with what an admin said and what is still to be approved.
#[component]
pub(super) fn OfferState(
    /// The offer.
    offer: Offer,
) -> impl IntoView {
    let words = match offer.status {
        OfferStatus::Pending => "In review. Until it's approved, its links send visitors to the homepage.",
        OfferStatus::Active => "Live in the marketplace. Approved affiliates' links go to your destination.",
        OfferStatus::Rejected => "Not approved. Change it, save, and submit it again.",
        OfferStatus::Paused => "Paused. Its links send visitors to the homepage until you resume it.",
        OfferStatus::Archived => "Archived. Its links send visitors to the homepage.",
    };
    let reason = offer.rejection_reason.map(|reason| {
        let is_rejected = offer.status == OfferStatus::Rejected;
        let title = if is_rejected { "Why it was not approved" } else { "An admin refused a change, or took one back" };
        let way_on = (!is_rejected).then(|| {
            view! { <p>"This goes away when your next change is accepted, or when you save the offer as it is."</p> }
        });
        view! {
            <Callout tone=Tone::Refused title=title>
                <p class="prewrap">{reason}</p>
                {way_on}
            </Callout>
        }
    });
    let current = offer.destination;
    let pending = offer.pending_destination.map(|pending| {
        view! {
            <Callout tone=Tone::Waiting title="A new destination awaits approval">
                <p>"The old destination serves until an admin approves the new one."</p>
                <p>"Now: " <span class="mono">{current}</span></p>
                <p>"Then: " <span class="mono">{pending}</span></p>
            </Callout>
        }
    });
    view! {
        <p class="cluster">{offer_badge(offer.status)} <span>{words}</span></p>
        {reason}
        {pending}
    }
}

/// The buttons that the state allows.
#[component]
pub(super) fn OfferActions(
    /// Which offer.
    id: OfferId,
    /// Where it stands.
    status: OfferStatus,
) -> impl IntoView {
    let id = id.to_string();
    let plain = [
        (OfferAction::Pause, "Pause", "Paused"),
        (OfferAction::Resume, "Resume", "Resumed"),
        (OfferAction::Submit, "Submit again", "Submitted"),
    ];
    let forms =
        plain.into_iter().filter(|(action, ..)| status.after(*action).is_some()).map(|(action, label, done)| {
            view! { <ChangeForm id=id.clone() action=action label=label done=done kind=ButtonKind::Secondary /> }
        });
    let forms = forms.collect_view();
    let archive = status.after(OfferAction::Archive).is_some().then(|| {
        view! {
            <ConfirmButton
                label="Archive"
                question="Archive this offer for good?"
                consequence="From this moment its tracking links lead to the homepage, and it can't be brought back. \
                Sales of earlier clicks are still recorded."
                action="change_offer"
                key="archive"
            >
                <ChangeForm
                    id=id.clone()
                    action=OfferAction::Archive
                    label="Archive"
                    done="Archived"
                    kind=ButtonKind::Danger
                />
            </ConfirmButton>
        }
    });
    view! {
        {forms}
        {archive}
    }
}

/// A button that changes the state.
#[component]
fn ChangeForm(
    /// Which offer.
    id: String,
    /// What is done.
    action: OfferAction,
    /// What the button says.
    label: &'static str,
    /// What is said then.
    done: &'static str,
    /// How loud it is.
    kind: ButtonKind,
) -> impl IntoView {
    let back = match action {
        OfferAction::Pause => Some(OfferAction::Resume),
        OfferAction::Resume => Some(OfferAction::Pause),
        _ => None,
    };
    let undo = back.map(|back| Undo {
        action: "change_offer",
        fields: vec![("id", id.clone()), ("action", back.as_str().to_owned())],
    });
    view! {
        <PostForm action="change_offer" key=action.as_str() done=done undo=undo>
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="action" value=action.as_str() />
            <SubmitButton label=label kind=kind />
        </PostForm>
    }
}
