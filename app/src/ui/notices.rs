//! What was just done, or refused, said for a moment in a corner of the page.

use leptos::prelude::*;

/// What there is to say.
#[derive(Clone, Copy)]
pub(crate) struct Notices(RwSignal<Option<Said>>);

/// A sentence, and which one it is: said twice, it is said again.
#[derive(Clone, PartialEq, Eq)]
struct Said {
    text: String,
    number: u32,
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
        const A_WHILE: std::time::Duration = std::time::Duration::from_secs(6);
        let number = self.0.with_untracked(|said| said.as_ref().map_or(0, |said| said.number)).wrapping_add(1);
        self.0.set(Some(Said { text: text.into(), number }));
        let fall_silent = move || {
            if self.0.with_untracked(|said| said.as_ref().is_some_and(|said| said.number == number)) {
                self.0.set(None);
            }
        };
        set_timeout(fall_silent, A_WHILE);
    }
}

/// Shows it.
#[component]
pub(crate) fn NoticeBoard() -> impl IntoView {
    let Notices(said) = use_notices();
    view! {
        <div class="notice-board" role="status">
            <For
                each=move || said.get()
                key=|said| said.number
                children=|said| view! { <p class="notice-board__text">{said.text}</p> }
            />
        </div>
    }
}
