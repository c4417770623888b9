//! One of several.

use leptos::prelude::*;

use super::field_frame::{FieldFrame, described_by};
use crate::ui::forms::FormState;

/// A labelled `<select>`; in a form with a [`FormState`], or in a plain GET form such as a filter.
#[component]
pub fn SelectField(
    /// What the field is called.
    #[prop(into)]
    label: String,
    /// The name it is sent under; also its `id`.
    name: &'static str,
    /// Each answer: what is sent, and what is shown.
    options: Vec<(String, String)>,
    /// The answer chosen at first.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let error = form.map_or_else(|| Signal::stored(None), |form| form.error(name));
    let chosen = match form {
        Some(form) => form.initial(name, value),
        None => value,
    };
    let described = described_by(name, false, error);
    let options = options
        .into_iter()
        .map(|(value, shown)| {
            let is_chosen = value == chosen;
            view! {
                <option value=value selected=is_chosen>
                    {shown}
                </option>
            }
        })
        .collect_view();
    view! {
        <FieldFrame id=name.to_owned() label=label hint=None error=error>
            <select
                class="field__input"
                id=name
                name=name
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described.get()
            >
                {options}
            </select>
        </FieldFrame>
    }
}
