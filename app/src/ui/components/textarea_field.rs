//! Several lines of text.

use leptos::prelude::*;

use super::field_frame::{FieldFrame, described_by};
use crate::ui::forms::FormState;

/// A labelled `<textarea>`; the only one of the program, because of the trap it avoids.
///
/// Leptos writes a dynamic child of `<textarea>` into the server's HTML without escaping it: a stored
/// `</textarea><script>` would run. So the text goes through `inner_html`, escaped here. `prop:value` isn't used
/// beside it: hydration would set it again, over what somebody has typed meanwhile.
#[component]
pub fn TextareaField(
    /// What the field is called.
    #[prop(into)]
    label: String,
    /// The name it is sent under; also its `id` unless that is given.
    name: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// An `id` of its own, where one page holds two fields of this name.
    #[prop(optional, into)]
    id: Option<String>,
    /// Whether the browser insists on an answer.
    #[prop(optional)]
    required: bool,
    /// The most characters it takes.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// How many lines it shows.
    #[prop(default = 4)]
    rows: u32,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let id = id.unwrap_or_else(|| name.to_owned());
    let error = form.map_or_else(|| Signal::stored(None), |form| form.error(name));
    let value = match form {
        Some(form) => form.initial(name, value),
        None => value,
    };
    let described = described_by(&id, hint.is_some(), error);
    let text = content(&value);
    view! {
        <FieldFrame id=id.clone() label=label hint=hint error=error>
            <textarea
                class="field__input"
                id=id
                name=name
                rows=rows
                required=required
                maxlength=maxlength
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described.get()
                inner_html=text
            ></textarea>
        </FieldFrame>
    }
}

/// The HTML between the tags. A parser drops one newline after `<textarea>`, so the server writes one for it to
/// drop; the browser sets the content without such a tag, and would keep it.
fn content(value: &str) -> String {
    let escaped = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if cfg!(feature = "hydrate") { escaped } else { format!("\n{escaped}") }
}

#[cfg(test)]
mod tests {
    use super::content;

    #[test]
    fn stored_markup_stays_text() {
        let html = content("</textarea><script>alert(1)</script> & more");
        assert_eq!(html.trim_start(), "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
    }
}
