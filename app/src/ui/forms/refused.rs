//! Forms that were refused, on the page that they stood on.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::FormOutcome;
use crate::{
    context::form_outcome,
    ui::components::{Callout, Tone},
};

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
        let states = use_context::<super::FormStates>();
        Effect::new(move |before: Option<String>| {
            let page = crate::ui::page_url::page_now(&location);
            if before.is_some_and(|before| before != page) {
                outcome.set(None);
                if let Some(states) = &states {
                    states.keep_only(&location.pathname.get_untracked());
                }
            }
            page
        });
    }
}
