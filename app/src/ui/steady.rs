//! Parts that follow what happens, but not under the hand.

use leptos::prelude::*;

/// Shows the newest of what was asked. While the pointer is over it or the focus in it, it stays as it is, unless something
/// else is asked.
pub(crate) fn steady<Q, T, V>(of: Signal<(Q, T)>, show: impl Fn(Q, T) -> V + Send + 'static) -> impl IntoView
where
    Q: Clone + PartialEq + Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let (is_under_pointer, has_focus) = (RwSignal::new(false), RwSignal::new(false));
    let shown = Memo::new(move |before: Option<&(Q, T)>| {
        let is_held = is_under_pointer.get() || has_focus.get();
        let now = of.get();
        match before {
            Some(before) if is_held && before.0 == now.0 => before.clone(),
            _ => now,
        }
    });
    view! {
        <div
            class="steady"
            on:pointerenter=move |_| is_under_pointer.set(true)
            on:pointerleave=move |_| is_under_pointer.set(false)
            on:focusin=move |_| has_focus.set(true)
            on:focusout=move |_| has_focus.set(false)
        >
            {move || {
                let (asked, answer) = shown.get();
                show(asked, answer)
            }}
        </div>
    }
}
