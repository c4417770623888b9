//! A secret, masked.

use leptos::prelude::*;

use super::CopyButton;

/// A secret that shows itself on demand (a `<details>`, so without scripts too) and can be copied unseen.
#[component]
pub fn SecretBox(
    /// The secret.
    #[prop(into)]
    secret: String,
    /// What it opens.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <div class="secret">
            <span class="secret__label">{label.clone()}</span>
            <div class="secret__row">
                <details class="secret__details">
                    <summary>
                        <span class="secret__mask" aria-hidden="true">"••••••••••••••••"</span>
                        <span class="secret__show">"Reveal"</span>
                        <span class="secret__hide">"Hide"</span>
                        <span class="visually-hidden">{label.clone()}</span>
                    </summary>
                    <input
                        class="copy-box__text mono"
                        type="text"
                        readonly
                        autocomplete="off"
                        aria-label=label.clone()
                        value=secret.clone()
                    />
                </details>
                <CopyButton text=secret what=label />
            </div>
        </div>
    }
}
