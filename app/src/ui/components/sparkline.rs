//! A course in the size of a word.

use leptos::prelude::*;

use super::line_chart::path;

/// The course of one number; nothing where it is too short to be one.
#[component]
pub fn Sparkline(
    /// Its value in each part of the time; nothing where there is nothing to say.
    values: Vec<Option<i64>>,
) -> impl IntoView {
    let top = values.iter().flatten().copied().max().unwrap_or(0);
    (values.len() > 2 && top > 0).then(|| {
        view! {
            <svg class="sparkline" viewBox="0 0 1000 200" preserveAspectRatio="none" aria-hidden="true">
                <path d=path(&values, top)></path>
            </svg>
        }
    })
}
