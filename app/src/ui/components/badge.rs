//! A status in a word.

use leptos::prelude::*;

use super::Tone;

/// A status in a word, with a shape and a colour that mean the same.
#[component]
pub fn Badge(
    /// What the status means.
    tone: Tone,
    /// The status.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <span class=format!("badge badge--{}", tone.class())>
            <span class="badge__mark" aria-hidden="true"></span>
            {text}
        </span>
    }
}
