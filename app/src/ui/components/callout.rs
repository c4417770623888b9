//! What must not be overlooked.

use leptos::prelude::*;

use super::Tone;

/// Something that must not be overlooked, in the flow of the page.
#[component]
pub fn Callout(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// It in one line.
    #[prop(into)]
    title: String,
    /// It in more lines, and what to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("callout callout--{}", tone.class()) role="note">
            <p class="callout__title">{title}</p>
            {children.map(|children| view! { <div class="callout__body">{children()}</div> })}
        </div>
    }
}
