//! The button that copies.

use leptos::prelude::*;

/// Puts a text on the clipboard and says so for two seconds. Not offered where scripts don't run.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What it is called, for those who don't see what stands beside.
    #[prop(optional, into)]
    what: Option<String>,
) -> impl IntoView {
    let answer = RwSignal::new(None::<&'static str>);
    view! {
        <button type="button" class="copy-button js-only" on:click=move |_| copy(&text, answer)>
            <span aria-live="polite">{move || answer.get().unwrap_or("Copy")}</span>
            {what.map(|what| view! { <span class="visually-hidden">" "{what}</span> })}
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn copy(text: &str, answer: RwSignal<Option<&'static str>>) {
    // The clipboard is asked before anything is waited for: browsers want to see that somebody pressed a button.
    let written = write_to_clipboard(text);
    leptos::task::spawn_local(async move { say(answer, if written.await { "Copied" } else { "Blocked" }) });
}

#[cfg(not(feature = "hydrate"))]
fn copy(_text: &str, _answer: RwSignal<Option<&'static str>>) {}

/// Asks for a text to be put on the clipboard; whether that was done comes later.
#[cfg(feature = "hydrate")]
pub(crate) fn write_to_clipboard(text: &str) -> impl Future<Output = bool> + use<> {
    // There is no clipboard on a page that came over plain HTTP; calling it would throw.
    let clipboard = window().navigator().clipboard();
    let promise = (!clipboard.is_undefined()).then(|| clipboard.write_text(text));
    async move {
        match promise {
            Some(promise) => promise.await.is_ok(),
            None => false,
        }
    }
}

/// What became of it, for two seconds.
#[cfg(feature = "hydrate")]
pub(crate) fn say(answer: RwSignal<Option<&'static str>>, word: &'static str) {
    let _ = answer.try_set(Some(word));
    let forget = move || {
        let _ = answer.try_set(None);
    };
    set_timeout(forget, std::time::Duration::from_secs(2));
}
