//! One of several.

use leptos::prelude::*;

use super::field_frame::{FieldFrame, described_by};
use crate::forms::FormState;

/// A labelled `<select>`; in a form with a [`FormState`], or in a plain GET form such as a filter.
#[component]
pub fn SelectField(
    /// What the field is called.
    #[prop(into)]
    label: String,
    /// The name it is sent under; also its `id` unless that is given.
    name: &'static str,
    /// Each answer: what is sent, and what is shown.
    options: Vec<(String, String)>,
    /// The answer chosen at first.
    #[prop(optional, into)]
    value: String,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: Option<String>,
    /// An `id` of its own, where one page holds two fields of this name.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let id = id.unwrap_or_else(|| name.to_owned());
    let error = form.map_or_else(|| Signal::stored(None), |form| form.error(name));
    let chosen = match form {
        Some(form) => form.initial(name, value),
        None => value,
    };
    let described = described_by(&id, hint.is_some(), error);
    let options = options
        .into_iter()
        .map(|(value, shown)| {
            let is_chosen = value == chosen;
            view! { <option value=value selected=is_chosen>{shown}</option> }
        })
        .collect_view();
    view! {
        <FieldFrame id=id.clone() label=label hint=hint error=error>
            <select
                class="field__input"
                id=id
                name=name
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described.get()
            >
                {options}
            </select>
        </FieldFrame>
    }
}
