//! By how much something is more or less than before.

use leptos::prelude::*;

/// A change in per cent, with its sign: more is good, less is not.
#[component]
pub fn Change(
    /// With `+` or `−` before it, or neither.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let (is_less, is_more) = (text.starts_with('−'), text.starts_with('+'));
    view! { <span class="change" class:change--less=is_less class:change--more=is_more>{text}</span> }
}
