//! The form that calls a server function.

use leptos::{context::Provider, ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_location;

use super::{ACTION_FIELD, FormState, FormStates, KEY_FIELD, refused_form};
use crate::ui::components::{Callout, Tone};

/// A form that calls a server function: by its name, with its fields as arguments.
#[component]
pub(crate) fn PostForm(
    /// The server function's endpoint, for example `create_offer`.
    action: &'static str,
    /// Tells forms of the same function on one page apart.
    #[prop(optional, into)]
    key: String,
    /// What is said when it is done and the page stays: "Saved".
    #[prop(default = "Done")]
    done: &'static str,
    /// What takes it back at once, where something does; offered beside what is said.
    #[prop(optional_no_strip)]
    undo: Option<Undo>,
    /// Whether what it changes is shown outside of the page's data, too: then the whole page is loaded again.
    #[prop(optional)]
    reloads: bool,
    /// CSS class.
    #[prop(default = "form")]
    class: &'static str,
    /// Fields and the button.
    children: Children,
) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let state = match use_context::<FormStates>() {
        Some(states) => states.state((path, action, key.clone()), || refused_form(action, &key)),
        None => FormState::new(refused_form(action, &key)),
    };
    let message = move || {
        state.message().map(|message| {
            view! {
                <div role="alert">
                    <Callout tone=Tone::Danger title=message />
                </div>
            }
        })
    };
    let on_submit = send_itself(state, action, key.clone(), After { done, undo, reloads });
    view! {
        <form method="post" class=class on:submit=on_submit>
            <input type="hidden" name=ACTION_FIELD value=action />
            <input type="hidden" name=KEY_FIELD value=key />
            <Provider value=state>{message} {children()}</Provider>
        </form>
    }
}

/// The form that takes another one back.
#[derive(Clone)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only scripts offer it"))]
pub(crate) struct Undo {
    /// The server function's endpoint.
    pub(crate) action: &'static str,
    /// Its arguments.
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// What follows when it is done and the page stays.
#[derive(Clone)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the server sends the page again"))]
pub(super) struct After {
    /// What is said.
    pub(super) done: &'static str,
    /// What takes it back.
    pub(super) undo: Option<Undo>,
    /// Whether the page is loaded again.
    pub(super) reloads: bool,
}

#[cfg(feature = "hydrate")]
fn send_itself(
    state: FormState,
    action: &'static str,
    key: String,
    after: After,
) -> impl Fn(SubmitEvent) + Clone + 'static {
    let form = super::sending::Form::new(state, action, key, after);
    move |event| form.submit(&event)
}

#[cfg(not(feature = "hydrate"))]
fn send_itself(_: FormState, _: &'static str, _: String, _: After) -> impl Fn(SubmitEvent) + Clone + 'static {
    |_| ()
}
