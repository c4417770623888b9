//! Asks before a drastic action.

use leptos::prelude::*;

use super::ButtonKind;
use crate::ui::forms::refused_form;

/// Asks before a drastic action: a `<details>` around the button that does it, so it works without scripts. It is open
/// where the form inside was refused, because the form says why.
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
    /// The server function that the form inside calls.
    action: &'static str,
    /// The form's key, if it has one.
    #[prop(optional, into)]
    key: String,
    /// The form that does it.
    children: Children,
) -> impl IntoView {
    let is_open = refused_form(action, &key).is_some();
    view! {
        <details class="confirm" open=is_open>
            <summary class=kind.class()>{label}</summary>
            <div class="confirm__panel">
                <p class="strong">{question}</p>
                <p>{consequence}</p>
                {children()}
            </div>
        </details>
    }
}
