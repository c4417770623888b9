//! Think twice.

use leptos::prelude::*;

use super::ButtonKind;

/// Asks before something that can't be undone: a `<details>` around the button that does it, so it works without
/// scripts.
#[component]
pub fn ConfirmButton(
    /// What is to be done.
    #[prop(into)]
    label: String,
    /// The question.
    #[prop(into)]
    question: String,
    /// What follows from a yes.
    #[prop(into)]
    consequence: String,
    /// How loud the first button is; the one that does it is inside.
    #[prop(default = ButtonKind::Secondary)]
    kind: ButtonKind,
    /// The button that does it, or the whole form.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="confirm">
            <summary class=kind.class()>{label}</summary>
            <div class="confirm__panel">
                <p class="strong">{question}</p>
                <p>{consequence}</p>
                {children()}
            </div>
        </details>
    }
}
