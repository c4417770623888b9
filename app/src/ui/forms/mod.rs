//! Forms: they post to the page they stand on. Without scripts the page comes back with what was typed when it was refused;
//! where scripts run the same form sends itself and says in place what became of it.

mod get_form;
mod post_form;
mod refused;
#[cfg(feature = "hydrate")]
mod sending;

use std::collections::HashMap;

use domain::AppError;
use leptos::{prelude::*, reactive::owner::Owner};
use serde::{Deserialize, Serialize};

pub(crate) use self::{
    get_form::GetForm,
    post_form::{PostForm, Undo},
    refused::{ForgetRefused, RefusedNotice, refused_form},
};

/// The hidden field that names the server function a form calls.
pub const ACTION_FIELD: &str = "__action";
/// The hidden field that tells forms of the same function on one page apart.
pub const KEY_FIELD: &str = "__key";

/// Whether what was typed in a field is shown again when its form was refused: no password is.
pub fn is_shown_again(field: &str) -> bool {
    !field.contains("password") && field != ACTION_FIELD && field != KEY_FIELD
}

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

/// A form that was sent by a script, and done. A refused one is answered like a refused server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormDone {
    /// The page that is shown next; nothing for the one that the form stands on.
    pub location: Option<String>,
    /// Whether a session began or ended: whatever the page knows of who reads it is of another one.
    pub is_other_session: bool,
}

/// What the fields of a form need to know of it.
#[derive(Clone, Copy)]
pub struct FormState {
    outcome: RwSignal<Option<FormOutcome>>,
    pending: RwSignal<bool>,
}

/// Which form: the page it stands on, its action and its key.
type FormName = (String, &'static str, String);

/// The state of each form of the page, above all pages: a form that is rendered again, because something around it has
/// changed while it was on its way, is still the same form.
#[derive(Clone)]
pub(crate) struct FormStates {
    states: StoredValue<HashMap<FormName, FormState>>,
    owner: Owner,
}

/// Keeps the states of forms from here on.
pub(crate) fn provide_form_states() {
    let owner = Owner::current().unwrap_or_default();
    provide_context(FormStates { states: StoredValue::new(HashMap::new()), owner });
    #[cfg(feature = "hydrate")]
    sending::count_clicks();
}

impl FormStates {
    fn state(&self, name: FormName, outcome: impl FnOnce() -> Option<FormOutcome>) -> FormState {
        let known = self.states.with_value(|states| states.get(&name).copied());
        known.unwrap_or_else(|| {
            let state = self.owner.with(|| FormState::new(outcome()));
            self.states.update_value(|states| {
                states.insert(name, state);
            });
            state
        })
    }

    /// Forgets those of other pages: who comes back finds the forms as they are at first.
    #[cfg(feature = "hydrate")]
    fn keep_only(&self, path: &str) {
        self.states.update_value(|states| states.retain(|(of, ..), _| of == path));
    }
}

impl FormState {
    pub(crate) fn new(outcome: Option<FormOutcome>) -> Self {
        Self { outcome: RwSignal::new(outcome), pending: RwSignal::new(false) }
    }

    /// What is wrong with a field.
    pub fn error(&self, field: &'static str) -> Signal<Option<String>> {
        let outcome = self.outcome;
        Signal::derive(move || {
            outcome.with(|outcome| match outcome.as_ref().map(|outcome| &outcome.refusal) {
                Some(AppError::Invalid { fields }) => {
                    fields.iter().find(|error| error.field == field).map(|error| sentence(&error.message))
                }
                _ => None,
            })
        })
    }

    /// What was last sent in a field and refused; reading it subscribes.
    pub fn sent(&self, field: &str) -> Option<String> {
        self.outcome.with(|outcome| value_of(outcome.as_ref()?, field))
    }

    /// What had been typed into a field before the form was refused, else its default.
    pub fn initial(&self, field: &'static str, default: String) -> String {
        self.outcome.with_untracked(|outcome| value_of(outcome.as_ref()?, field)).unwrap_or(default)
    }

    /// Whether a box was ticked when the form was refused, else its default.
    pub(crate) fn is_ticked(&self, field: &str, default: bool) -> bool {
        let ticked = |outcome: &FormOutcome| value_of(outcome, field).is_some();
        self.outcome.with_untracked(|outcome| outcome.as_ref().map_or(default, ticked))
    }

    /// Whether the form has been sent and its answer is awaited.
    pub fn pending(&self) -> Signal<bool> {
        self.pending.into()
    }

    fn message(self) -> Option<String> {
        self.outcome.with(|outcome| {
            let refusal = outcome.as_ref().map(|outcome| &outcome.refusal);
            refusal.filter(|refusal| !refusal.is_about_state()).map(ToString::to_string)
        })
    }
}

fn value_of(outcome: &FormOutcome, field: &str) -> Option<String> {
    outcome.values.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone())
}

/// "needs at least 10 characters" → "Needs at least 10 characters."
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters.next().map(char::to_uppercase).into_iter().flatten().collect();
    let end = if message.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
