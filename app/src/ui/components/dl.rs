//! Names and what they stand for.

use leptos::prelude::*;

/// A list of [`Definition`]s.
#[component]
pub fn DefinitionList(
    /// The definitions.
    children: Children,
) -> impl IntoView {
    view! { <dl class="dl">{children()}</dl> }
}

/// A name, and what it stands for here.
#[component]
pub fn Definition(
    /// The name.
    #[prop(into)]
    term: String,
    /// What it stands for.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="dl__row">
            <dt class="dl__term">{term}</dt>
            <dd class="dl__value">{children()}</dd>
        </div>
    }
}
