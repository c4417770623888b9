//! Statuses as badges: the same word and colour wherever they appear.

use domain::{ApplicationStatus, ConversionStatus, OfferStatus};
use leptos::prelude::*;

use crate::components::{Badge, Tone};

/// Where an offer stands.
pub(crate) fn offer_badge(status: OfferStatus) -> impl IntoView {
    let tone = match status {
        OfferStatus::Pending => Tone::Waiting,
        OfferStatus::Active => Tone::Good,
        OfferStatus::Rejected => Tone::Refused,
        OfferStatus::Paused | OfferStatus::Archived => Tone::Neutral,
    };
    view! { <Badge tone=tone text=offer_word(status) /> }
}

/// The statuses that lists of offers are filtered by.
pub(crate) fn offer_statuses() -> Vec<(String, String)> {
    OfferStatus::ALL.into_iter().map(|status| (status.as_str().to_owned(), offer_word(status).to_owned())).collect()
}

const fn offer_word(status: OfferStatus) -> &'static str {
    match status {
        OfferStatus::Pending => "Awaiting approval",
        OfferStatus::Active => "Active",
        OfferStatus::Rejected => "Rejected",
        OfferStatus::Paused => "Paused",
        OfferStatus::Archived => "Archived",
    }
}

/// Where an application stands.
pub(crate) fn application_badge(status: ApplicationStatus) -> impl IntoView {
    let tone = match status {
        ApplicationStatus::Pending => Tone::Waiting,
        ApplicationStatus::Approved => Tone::Good,
        ApplicationStatus::Rejected | ApplicationStatus::Revoked => Tone::Refused,
    };
    view! { <Badge tone=tone text=application_word(status) /> }
}

/// The statuses that lists of applications and links are filtered by.
pub(crate) fn application_statuses() -> Vec<(String, String)> {
    ApplicationStatus::ALL
        .into_iter()
        .map(|status| (status.as_str().to_owned(), application_word(status).to_owned()))
        .collect()
}

const fn application_word(status: ApplicationStatus) -> &'static str {
    match status {
        ApplicationStatus::Pending => "Waiting",
        ApplicationStatus::Approved => "Approved",
        ApplicationStatus::Rejected => "Rejected",
        ApplicationStatus::Revoked => "Revoked",
    }
}

/// What a partner said of a conversion, and whether it counts toward earnings.
pub(crate) fn conversion_badge(status: &ConversionStatus) -> impl IntoView + use<> {
    let (tone, effect) = if status.counts_toward_earnings() {
        (Tone::Good, "counts")
    } else if status.is_pending() {
        (Tone::Waiting, "not yet")
    } else if status.is_refusal() {
        (Tone::Refused, "doesn't count")
    } else {
        (Tone::Refused, "doesn't earn: not a status that counts")
    };
    let text = status.to_string();
    view! {
        <span class="cluster">
            <Badge tone=tone text=text />
            <span class="small muted">{effect}</span>
        </span>
    }
}
