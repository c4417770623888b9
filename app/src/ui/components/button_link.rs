//! A link that looks like a button.

use leptos::prelude::*;

use super::ButtonKind;

/// A link to the place where something is done.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// What is done there.
    #[prop(into)]
    label: String,
    /// How loud it is.
    #[prop(optional)]
    kind: ButtonKind,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=href>
            {label}
        </a>
    }
}
