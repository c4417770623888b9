//! What all fields have around them.

use leptos::prelude::*;

/// A label above, a hint and the error below whatever control stands between.
#[component]
pub fn FieldFrame(
    /// The control's `id`.
    id: String,
    /// What the field is called.
    label: String,
    /// What helps to fill it in.
    hint: Option<String>,
    /// Why the last attempt was refused, if it was because of this field.
    error: Signal<Option<String>>,
    /// The control.
    children: Children,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            {children()}
            {hint
                .map(|hint| {
                    view! {
                        <p class="field__hint" id=hint_id>
                            {hint}
                        </p>
                    }
                })}
            {move || {
                let id = error_id.clone();
                error
                    .get()
                    .map(|text| {
                        view! {
                            <p class="field__error" id=id role="alert">
                                {text}
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// The ids that the control's `aria-describedby` names: the error first, as long as there is one.
pub fn described_by(id: &str, has_hint: bool, error: Signal<Option<String>>) -> Signal<Option<String>> {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    Signal::derive(move || match (error.with(Option::is_some), has_hint) {
        (true, true) => Some(format!("{error_id} {hint_id}")),
        (true, false) => Some(error_id.clone()),
        (false, true) => Some(hint_id.clone()),
        (false, false) => None,
    })
}
