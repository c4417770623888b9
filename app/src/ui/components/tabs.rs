//! Neighbouring pages.

use leptos::prelude::*;

/// Links to neighbouring pages, one of which is this one.
#[component]
pub fn LinkTabs(
    /// Each page's address and name, and whether it is this one.
    items: Vec<(String, String, bool)>,
    /// What the pages have in common.
    #[prop(default = "Sections".to_owned(), into)]
    label: String,
) -> impl IntoView {
    let links = items
        .into_iter()
        .map(|(href, label, is_current)| {
            view! {
                <a href=href aria-current=is_current.then_some("page")>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            {links}
        </nav>
    }
}
