//! A text to take along.

use leptos::prelude::*;

use super::CopyButton;

/// A text to copy: by the button, or by hand out of the field.
#[component]
pub fn CopyBox(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What it is, for those who don't see what stands beside.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <div class="copy-box">
            <input
                class="copy-box__text readonly mono"
                type="text"
                readonly
                aria-label=label.clone()
                value=text.clone()
            />
            <CopyButton text=text what=label />
        </div>
    }
}
