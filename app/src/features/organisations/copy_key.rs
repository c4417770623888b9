//! Copying the key unseen.

use leptos::prelude::*;

/// Puts a text with the API key in it on the clipboard. The key comes from the server when the button is pressed. Not
/// offered where scripts don't run.
#[component]
pub(super) fn CopyKeyButton(
    /// What is copied, with `{api_key}` where the key goes.
    #[prop(into)]
    template: String,
    /// What it is called, for those who don't see what stands beside.
    what: &'static str,
) -> impl IntoView {
    let answer = RwSignal::new(None::<&'static str>);
    view! {
        <button type="button" class="copy-button js-only" on:click=move |_| copy(&template, answer)>
            <span aria-live="polite">{move || answer.get().unwrap_or("Copy")}</span>
            <span class="visually-hidden">" "{what}</span>
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn copy(template: &str, answer: RwSignal<Option<&'static str>>) {
    use crate::ui::components::{say, write_to_clipboard};
    let template = template.to_owned();
    leptos::task::spawn_local(async move {
        let Ok(key) = super::api::find_api_key().await else { return say(answer, "Failed") };
        let is_written = write_to_clipboard(&template.replace("{api_key}", &key)).await;
        say(answer, if is_written { "Copied" } else { "Blocked" });
    });
}

#[cfg(not(feature = "hydrate"))]
fn copy(_template: &str, _answer: RwSignal<Option<&'static str>>) {}
