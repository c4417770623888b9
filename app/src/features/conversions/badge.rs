//! A conversion's status as a badge: the same word and colour wherever it appears.

use domain::ConversionStatus;
use leptos::prelude::*;

use crate::ui::components::{Badge, Tone};

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
