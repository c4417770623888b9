//! What somebody wrote.

use leptos::{either::Either, prelude::*};

/// A text with its line breaks, or that there is none.
pub fn prose(text: String) -> impl IntoView {
    if text.is_empty() {
        Either::Left(view! { <span class="muted">"none given"</span> })
    } else {
        Either::Right(view! { <span class="prewrap">{text}</span> })
    }
}
