//! What can be taken along.

use leptos::prelude::*;

use super::ButtonKind;

/// The files of a page: all of its rows, not just those that are shown.
#[component]
pub fn ExportMenu(
    /// The page's own path.
    #[prop(into)]
    path: Signal<String>,
    /// What it is asked, as its address says it.
    #[prop(into)]
    asked: Signal<String>,
) -> impl IntoView {
    let href = move |ending: &str| {
        let (path, asked) = (path.get(), asked.get());
        if asked.is_empty() { format!("{path}.{ending}") } else { format!("{path}.{ending}?{asked}") }
    };
    let (csv, xlsx) = (move || href("csv"), move || href("xlsx"));
    view! {
        <details class="menu">
            <summary class=ButtonKind::Secondary.class()>"Export"</summary>
            <div class="menu__panel menu__panel--list">
                <a href=csv download="" rel="external">
                    "CSV file"
                </a>
                <a href=xlsx download="" rel="external">
                    "Excel file, up to 100,000 rows"
                </a>
            </div>
        </details>
    }
}
