//! A conversion's status as a badge: the same word and colour wherever it appears.

use domain::ConversionStatus;
use leptos::prelude::*;

use crate::ui::{
    components::{Badge, Tone},
    selection::capitalised,
};

/// What a partner said of a conversion, and whether it counts toward earnings. That is said in words, too, but only where
/// the status doesn't say it to everybody: statuses are any words.
pub(crate) fn conversion_badge(status: &ConversionStatus) -> impl IntoView + use<> {
    let (tone, effect, is_plain) = if status.counts_toward_earnings() {
        (Tone::Good, "earns", true)
    } else if status.is_pending() {
        (Tone::Waiting, "doesn't earn yet", true)
    } else {
        (Tone::Refused, "doesn't earn", status.is_refusal())
    };
    let text = capitalised(status.as_str());
    let title = format!("{text}: {effect}");
    view! {
        <span class="cluster" title=title>
            <Badge tone=tone text=text />
            <span class="small muted" class:visually-hidden=is_plain>
                {effect}
            </span>
        </span>
    }
}
