//! A value as it was and as it is.

use leptos::prelude::*;

use super::prose::prose;

/// Both, one below the other.
#[component]
pub fn ChangedValue(
    /// What it was; nothing where there was none to be changed.
    before: Option<String>,
    /// What it is now.
    after: String,
    /// What the two are called.
    #[prop(default = ("Before", "After"))]
    words: (&'static str, &'static str),
) -> impl IntoView {
    let before = before.map(|before| {
        view! {
            <p class="changed">
                <span class="changed__word">{words.0}</span>
                <del>{prose(before)}</del>
            </p>
        }
    });
    view! {
        {before}
        <p class="changed">
            <span class="changed__word">{words.1}</span>
            <ins>{prose(after)}</ins>
        </p>
    }
}
