//! From page to page.

use leptos::prelude::*;

use super::{ButtonKind, ButtonLink};

/// Links to the page before and the page after, which keep their places when one is missing.
#[component]
pub fn Pager(
    /// The number of this page, from 1.
    page: u32,
    /// The page before.
    prev: Option<String>,
    /// The page after.
    next: Option<String>,
) -> impl IntoView {
    let is_needed = prev.is_some() || next.is_some();
    is_needed.then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {step(prev, "Previous")}
                <span class="pager__page">{format!("Page {page}")}</span>
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
