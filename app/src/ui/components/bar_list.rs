//! Who brings most.

use leptos::prelude::*;

/// The length of the longest bar.
const FULL: i64 = 1_000;

/// A line of a list with bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarItem {
    /// What it is.
    pub label: String,
    /// Where more is told of it.
    pub href: String,
    /// What its bar measures.
    pub measure: i64,
    /// The same as people read it, of several currencies a line for each.
    pub shown: String,
}

/// Names with a bar each, as long as their share of the largest.
#[component]
pub fn BarList(
    /// The lines, the largest first.
    items: Vec<BarItem>,
) -> impl IntoView {
    let largest = items.iter().map(|item| item.measure).max().unwrap_or(0).clamp(1, i64::MAX / FULL);
    let items = items
        .into_iter()
        .map(|BarItem { label, href, measure, shown }| {
            let title = label.clone();
            let width = measure.clamp(0, largest) * FULL / largest;
            view! {
                <li class="bar-list__item">
                    <a class="truncate" href=href title=title>
                        <bdi>{label}</bdi>
                    </a>
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
