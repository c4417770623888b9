//! One line of text.

use leptos::prelude::*;

use super::field_frame::{FieldFrame, described_by};
use crate::ui::forms::FormState;

/// A labelled `<input>` that keeps what was typed when the form comes back refused, and says why.
/// Stands in a form that provides a [`FormState`], or in a plain GET form without one.
///
/// The value is an attribute only: hydration doesn't touch what somebody has typed meanwhile.
#[component]
pub fn Field(
    /// What the field is called.
    #[prop(into)]
    label: String,
    /// The name it is sent under; also its `id` unless that is given.
    name: &'static str,
    /// An `id` of its own, where one page holds two fields of this name.
    #[prop(optional, into)]
    id: Option<String>,
    /// The input's `type`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether the browser insists on an answer.
    #[prop(optional)]
    required: bool,
    /// What password managers and browsers may fill in.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// The most characters it takes.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// An example of an answer.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// Whether the page opens with the cursor here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let error = form.map_or_else(|| Signal::stored(None), |form| form.error(name));
    let value = match form {
        Some(form) => form.initial(name, value),
        None => value,
    };
    let id = id.unwrap_or_else(|| name.to_owned());
    let described = described_by(&id, hint.is_some(), error);
    view! {
        <FieldFrame id=id.clone() label=label hint=hint error=error>
            <input
                class="field__input"
                id=id
                name=name
                type=kind
                value=value
                required=required
                autocomplete=autocomplete
                maxlength=maxlength
                inputmode=inputmode
                placeholder=placeholder
                autofocus=autofocus
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described.get()
            />
        </FieldFrame>
    }
}
