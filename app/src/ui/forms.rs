//! Forms: they post to the page they stand on, and come back with what was typed when it was refused.

use domain::AppError;
use leptos::{context::Provider, prelude::*};
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

use crate::{
    context::form_outcome,
    ui::components::{Callout, Tone},
};

/// The hidden field that names the server function a form calls.
pub const ACTION_FIELD: &str = "__action";
/// The hidden field that tells forms of the same function on one page apart.
pub const KEY_FIELD: &str = "__key";

/// A form that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormOutcome {
    /// The page it stands on.
    pub path: String,
    /// The server function it called.
    pub action: String,
    /// Which of several.
    pub key: String,
    /// What had been typed, without passwords.
    pub values: Vec<(String, String)>,
    /// Why it was refused.
    pub refusal: AppError,
}

/// What the fields of a form need to know of it.
#[derive(Clone, Copy)]
pub struct FormState {
    outcome: StoredValue<Option<FormOutcome>>,
    pending: RwSignal<bool>,
}

impl FormState {
    /// What is wrong with a field.
    pub fn error(&self, field: &'static str) -> Signal<Option<String>> {
        let error = self.outcome.with_value(|outcome| match outcome.as_ref().map(|outcome| &outcome.refusal) {
            Some(AppError::Invalid { fields }) => {
                fields.iter().find(|error| error.field == field).map(|error| sentence(&error.message))
            }
            _ => None,
        });
        Signal::stored(error)
    }

    /// What had been typed into a field before the form was refused, else its default.
    pub fn initial(&self, field: &'static str, default: String) -> String {
        let typed = self.outcome.with_value(|outcome| {
            let values = outcome.as_ref().map(|outcome| outcome.values.clone()).unwrap_or_default();
            values.into_iter().find(|(name, _)| name == field).map(|(_, value)| value)
        });
        typed.unwrap_or(default)
    }

    /// Whether the form has been sent and its answer is awaited.
    pub fn pending(&self) -> Signal<bool> {
        self.pending.into()
    }

    fn message(self) -> Option<String> {
        self.outcome.with_value(|outcome| {
            let refusal = outcome.as_ref().map(|outcome| &outcome.refusal);
            refusal.filter(|refusal| !refusal.is_about_state()).map(ToString::to_string)
        })
    }
}

/// "needs at least 10 characters" → "Needs at least 10 characters."
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters.next().map(char::to_uppercase).into_iter().flatten().collect();
    let end = if message.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// What became of a form of the page that is shown, if it was refused.
pub(crate) fn refused_form(action: &str, key: &str) -> Option<FormOutcome> {
    let path = use_location().pathname.get_untracked();
    form_outcome()
        .get_untracked()
        .filter(|outcome| outcome.action == action && outcome.key == key && outcome.path == path)
}

/// Says at the top of a page why the form that was sent from it came to nothing, where the form itself may be gone.
#[component]
pub(crate) fn RefusedNotice() -> impl IntoView {
    let outcome = form_outcome();
    move || {
        let refused = outcome.get().filter(|outcome| outcome.refusal.is_about_state());
        refused.map(|outcome| {
            view! {
                <div class="notice">
                    <Callout tone=Tone::Danger title=outcome.refusal.to_string() />
                </div>
            }
        })
    }
}

/// Forgets what was refused when another page is shown: who comes back doesn't find it again. Stands above all pages,
/// which go away themselves.
#[component]
pub(crate) fn ForgetRefused() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        let (outcome, location) = (form_outcome(), use_location());
        Effect::new(move |before: Option<String>| {
            let page = crate::ui::listing::page_now(&location);
            if before.is_some_and(|before| before != page) {
                outcome.set(None);
            }
            page
        });
    }
}

/// Marks a form as sent for as long as its answer may come. A browser doesn't say that somebody has stopped it, or that
/// no answer came; and a page that one comes back to may be the very one that was left.
fn await_answer(pending: RwSignal<bool>) {
    pending.set(true);
    #[cfg(feature = "hydrate")]
    {
        const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(10);
        // The form may be gone by then.
        let give_up = move || {
            let _ = pending.try_set(false);
        };
        set_timeout(give_up, LONGEST_WAIT);
        // They stay: a page is left by sending a form, and few come back to it often.
        window_event_listener_untyped("pageshow", move |_| give_up());
        window_event_listener(leptos::ev::keydown, move |event| {
            if event.key() == "Escape" {
                give_up();
            }
        });
    }
}

/// A form that calls a server function: by its name, with its fields as arguments.
#[component]
pub(crate) fn PostForm(
    /// The server function's endpoint, for example `create_offer`.
    action: &'static str,
    /// Tells forms of the same function on one page apart.
    #[prop(optional, into)]
    key: String,
    /// CSS class.
    #[prop(default = "form")]
    class: &'static str,
    /// Fields and the button.
    children: Children,
) -> impl IntoView {
    let outcome = refused_form(action, &key);
    let state = FormState { outcome: StoredValue::new(outcome), pending: RwSignal::new(false) };
    let message = state.message().map(|message| view! { <Callout tone=Tone::Danger title=message /> });
    view! {
        <form method="post" class=class on:submit=move |_| await_answer(state.pending)>
            <input type="hidden" name=ACTION_FIELD value=action />
            <input type="hidden" name=KEY_FIELD value=key />
            <Provider value=state>{message} {children()}</Provider>
        </form>
    }
}
