//! The button that sends a form.

use leptos::prelude::*;

use super::ButtonKind;
use crate::ui::forms::FormState;

/// Sends the form it stands in; while the answer is awaited it says so and can't be pressed again.
#[component]
pub fn SubmitButton(
    /// What it does.
    #[prop(into)]
    label: String,
    /// What it says while it is doing it; the label, unless given.
    #[prop(optional, into)]
    pending_label: Option<String>,
    /// How loud it is.
    #[prop(optional)]
    kind: ButtonKind,
) -> impl IntoView {
    let pending = use_context::<FormState>().map_or_else(|| Signal::stored(false), |form| form.pending());
    let pending_label = pending_label.unwrap_or_else(|| label.clone());
    view! {
        <button
            type="submit"
            class=kind.class()
            disabled=move || pending.get()
            aria-busy=move || pending.get().then_some("true")
        >
            <span class="button__words">
                <span hidden=move || pending.get()>{label}</span>
                <span hidden=move || !pending.get()>{pending_label}</span>
            </span>
        </button>
    }
}
