//! Numbers that move by themselves: one event stream per open page.

use leptos::prelude::*;

/// Counts up with every click and conversion that concerns whoever is signed in. Resources that read it load again.
#[derive(Clone, Copy)]
pub(crate) struct Live(RwSignal<u32>);

impl Live {
    /// The count; reading it subscribes.
    pub(crate) fn get(self) -> u32 {
        self.0.get()
    }
}

/// Starts the stream (in the browser only) for everything below.
pub(crate) fn provide_live() {
    let version = RwSignal::new(0_u32);
    provide_context(Live(version));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| listen(version));
}

/// The count of this page; stands still where no stream was started.
pub(crate) fn use_live() -> Live {
    use_context().unwrap_or_else(|| Live(RwSignal::new(0)))
}

#[cfg(feature = "hydrate")]
fn listen(version: RwSignal<u32>) {
    use wasm_bindgen::{JsCast, closure::Closure};

    let Ok(source) = web_sys::EventSource::new("/events") else { return };
    let on_change = Closure::<dyn FnMut()>::new(move || version.update(|count| *count = count.wrapping_add(1)));
    let listened = source.add_event_listener_with_callback("change", on_change.as_ref().unchecked_ref());
    debug_assert!(listened.is_ok());
    on_change.forget();
    // A browser has few connections to a site: the stream ends with the layout that started it.
    let source = StoredValue::new_local(source);
    on_cleanup(move || {
        source.try_with_value(web_sys::EventSource::close);
    });
}
