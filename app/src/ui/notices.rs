//! What was just done, said for a moment in a corner of the page.

use leptos::prelude::*;

/// What there is to say.
#[derive(Clone, Copy)]
pub(crate) struct Notices(RwSignal<Option<Said>>);

/// A sentence, and which one it is: said twice, it is said again.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Said {
    text: &'static str,
    number: u32,
}

/// Begins to collect what is said below.
pub(crate) fn provide_notices() {
    provide_context(Notices(RwSignal::new(None)));
}

/// Where something can be said; nobody hears it outside of the dashboard.
#[cfg(feature = "hydrate")]
pub(crate) fn use_notices() -> Notices {
    use_context().unwrap_or_else(|| Notices(RwSignal::new(None)))
}

#[cfg(feature = "hydrate")]
impl Notices {
    /// Says it, and is silent again after a while.
    pub(crate) fn say(self, text: &'static str) {
        const A_WHILE: std::time::Duration = std::time::Duration::from_secs(5);
        let number = self.0.get_untracked().map_or(0, |said| said.number).wrapping_add(1);
        self.0.set(Some(Said { text, number }));
        let is_last = move |said: &Option<Said>| said.is_some_and(|said| said.number == number);
        set_timeout(
            move || {
                if self.0.try_with_untracked(is_last) == Some(true) {
                    self.0.set(None);
                }
            },
            A_WHILE,
        );
    }
}

/// Shows it.
#[component]
pub(crate) fn NoticeBoard() -> impl IntoView {
    let said = use_context::<Notices>();
    let text =
        move || said.and_then(|said| said.0.get()).map(|said| view! { <p class="notice-board__text">{said.text}</p> });
    view! {
        <div class="notice-board" role="status">
            {text}
        </div>
    }
}
