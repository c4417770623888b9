//! An id in a table.

use leptos::prelude::*;

use super::CopyButton;

/// An id to read and to copy.
#[component]
pub fn CopyId(
    /// The id.
    #[prop(into)]
    id: String,
    /// What it names, for those who don't see what stands beside.
    what: &'static str,
) -> impl IntoView {
    view! {
        <span class="copy-id">
            <span class="mono small truncate" title=id.clone()>
                {id.clone()}
            </span>
            <CopyButton text=id what=what />
        </span>
    }
}
