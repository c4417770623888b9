//! From page to page.

use leptos::prelude::*;

use super::{ButtonKind, ButtonLink};

/// Links to the first page, the page before and the page that follows, which keep their places when one is missing.
#[component]
pub fn Pager(
    /// The first page.
    first: Option<String>,
    /// The page before.
    previous: Option<String>,
    /// The page that follows.
    next: Option<String>,
) -> impl IntoView {
    let is_needed = first.is_some() || previous.is_some() || next.is_some();
    is_needed.then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {step(first, "First")}
                {step(previous, "Previous")}
                {step(next, "Next")}
            </nav>
        }
    })
}

fn step(href: Option<String>, label: &'static str) -> AnyView {
    match href {
        Some(href) => view! { <ButtonLink href=href label=label kind=ButtonKind::Secondary /> }.into_any(),
        None => view! { <span class=ButtonKind::Secondary.class()>{label}</span> }.into_any(),
    }
}
