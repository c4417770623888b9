//! Who brings most.

use leptos::prelude::*;

/// The length of the longest bar.
const FULL: i64 = 1_000;

/// Names with a bar each, as long as their share of the largest.
#[component]
pub fn BarList(
    /// Each name, what its bar measures, and the words for it.
    items: Vec<(String, i64, String)>,
) -> impl IntoView {
    let largest = items.iter().map(|(_, value, _)| *value).max().unwrap_or(0).max(1);
    let items = items
        .into_iter()
        .map(|(label, value, shown)| {
            let width = value.max(0).saturating_mul(FULL) / largest;
            view! {
                <li class="bar-list__item">
                    <bdi class="truncate">{label}</bdi>
                    <span class="num">{shown}</span>
                    <svg class="bar-list__bar" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">
                        <rect width=width height="6"></rect>
                    </svg>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="bar-list">{items}</ol> }
}
