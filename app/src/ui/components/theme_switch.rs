//! Light or dark.

use leptos::prelude::*;

/// Puts a stored choice on `<html>` before anything is painted. Belongs in the `<head>`, with the nonce.
pub const THEME_SCRIPT: &str = "try{const t=localStorage.getItem('theme');\
    if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}";

/// What is stored, and what the button says.
const CHOICES: [(&str, &str); 3] = [("light", "Light"), ("dark", "Dark"), ("system", "System")];

/// Light, dark, or as the system has it. Not offered where scripts don't run: there the system decides.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let chosen = RwSignal::new("system");
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| chosen.set(stored_choice()));
    let buttons = CHOICES
        .into_iter()
        .map(|(choice, label)| {
            let on_click = move |_| {
                chosen.set(choice);
                apply(choice);
            };
            let pressed = move || if chosen.get() == choice { "true" } else { "false" };
            view! {
                <button type="button" class="theme-switch__choice" aria-pressed=pressed on:click=on_click>
                    {label}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="theme-switch js-only" role="group" aria-label="Colours">
            {buttons}
        </div>
    }
}

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

#[cfg(feature = "hydrate")]
fn stored_choice() -> &'static str {
    let stored = storage().and_then(|storage| storage.get_item("theme").ok().flatten());
    CHOICES.into_iter().map(|(choice, _)| choice).find(|choice| stored.as_deref() == Some(*choice)).unwrap_or("system")
}

/// Shows the choice and remembers it; a browser that stores nothing still shows it.
#[cfg(feature = "hydrate")]
fn apply(choice: &'static str) {
    if let Some(root) = document().document_element() {
        let _ = match choice {
            "system" => root.remove_attribute("data-theme"),
            _ => root.set_attribute("data-theme", choice),
        };
    }
    if let Some(storage) = storage() {
        let _ = storage.set_item("theme", choice);
    }
}

#[cfg(not(feature = "hydrate"))]
fn apply(_choice: &'static str) {}
