//! What was just done, or refused, said for a moment in a corner of the page.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::components::ButtonKind;

/// What there is to say.
#[derive(Clone, Copy)]
pub(crate) struct Notices(RwSignal<Option<Said>>);

/// Takes back what was just done.
type Undo = Arc<dyn Fn() + Send + Sync>;

/// A sentence, and which one it is: said twice, it is said again.
#[derive(Clone)]
struct Said {
    text: String,
    number: u32,
    undo: Option<Undo>,
}

/// Collects what is said anywhere in the application.
pub(crate) fn provide_notices() {
    provide_context(Notices(RwSignal::new(None)));
}

/// Where something can be said.
pub(crate) fn use_notices() -> Notices {
    use_context().unwrap_or_else(|| Notices(RwSignal::new(None)))
}

#[cfg(feature = "hydrate")]
impl Notices {
    /// Says it, and is silent again after a while.
    pub(crate) fn say(self, text: impl Into<String>) {
        self.say_for(std::time::Duration::from_secs(6), text.into(), None);
    }

    /// Says it, and offers to take it back.
    pub(crate) fn say_undoable(self, text: impl Into<String>, undo: Undo) {
        self.say_for(std::time::Duration::from_secs(12), text.into(), Some(undo));
    }

    fn say_for(self, a_while: std::time::Duration, text: String, undo: Option<Undo>) {
        let number = self.0.with_untracked(|said| said.as_ref().map_or(0, |said| said.number)).wrapping_add(1);
        self.0.set(Some(Said { text, number, undo }));
        let fall_silent = move || {
            if self.0.with_untracked(|said| said.as_ref().is_some_and(|said| said.number == number)) {
                self.0.set(None);
            }
        };
        set_timeout(fall_silent, a_while);
    }
}

/// Shows it.
#[component]
pub(crate) fn NoticeBoard() -> impl IntoView {
    let Notices(said) = use_notices();
    let show = move |Said { text, undo, .. }: Said| {
        let undo = undo.map(|undo| {
            // Pressed twice, it would take back what it took back.
            let press = move |_| {
                said.set(None);
                undo();
            };
            view! {
                <button type="button" class=ButtonKind::Quiet.class() on:click=press>
                    "Undo"
                </button>
            }
        });
        view! { <p class="notice-board__text">{text} {undo}</p> }
    };
    view! {
        <div class="notice-board" role="status">
            <For each=move || said.get() key=|said| said.number children=show />
        </div>
    }
}
