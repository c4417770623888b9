//! A secret, masked.

use leptos::{either::Either, prelude::*};

use super::CopyButton;

/// A secret that is on the page only once it has been asked for. A link does that, so it works without scripts.
#[component]
pub fn SecretBox(
    /// The secret, if it is to be seen.
    secret: Option<String>,
    /// What it opens.
    #[prop(into)]
    label: String,
    /// The page on which it is to be seen, or no longer.
    #[prop(into)]
    switch: String,
    /// What copies it while it is masked.
    children: Children,
) -> impl IntoView {
    let word = if secret.is_some() { "Hide" } else { "Reveal" };
    let what = label.clone();
    let row = match secret {
        Some(secret) => Either::Left(view! {
            <input
                class="secret__text readonly mono"
                type="text"
                readonly
                autocomplete="off"
                aria-label=label.clone()
                value=secret.clone()
            />
            <CopyButton text=secret what=label.clone() />
        }),
        None => Either::Right(view! {
            <span class="secret__text readonly secret__mask" aria-hidden="true">
                "••••••••••••••••"
            </span>
            {children()}
        }),
    };
    view! {
        <div class="secret">
            <span class="secret__label">{label}</span>
            <div class="secret__row">
                {row} <a class="secret__switch" href=switch>
                    {word}
                    <span class="visually-hidden">" "{what}</span>
                </a>
            </div>
        </div>
    }
}
