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

/// A browser has six connections to a site for all its tabs, and each stream is one: only a tab that is looked at has
/// one. The first event of a new stream tells what was missed.
#[cfg(feature = "hydrate")]
fn listen(version: RwSignal<u32>) {
    use leptos::ev::visibilitychange;

    let stream = StoredValue::new_local(None::<web_sys::EventSource>);
    let follow = move || {
        if document().hidden() {
            stream.update_value(|stream| {
                if let Some(open) = stream.take() {
                    open.close();
                }
            });
        } else if stream.with_value(Option::is_none) {
            stream.set_value(open_stream(version));
        }
    };
    follow();
    let watched = window_event_listener(visibilitychange, move |_| follow());
    on_cleanup(move || {
        watched.remove();
        stream.try_update_value(|stream| stream.take().inspect(web_sys::EventSource::close));
    });
}

#[cfg(feature = "hydrate")]
fn open_stream(version: RwSignal<u32>) -> Option<web_sys::EventSource> {
    use wasm_bindgen::{JsCast, closure::Closure};

    let source = web_sys::EventSource::new("/events").ok()?;
    let on_change = Closure::<dyn FnMut()>::new(move || {
        version.try_update(|count| *count = count.wrapping_add(1));
    });
    let listened = source.add_event_listener_with_callback("change", on_change.as_ref().unchecked_ref());
    debug_assert!(listened.is_ok());
    on_change.forget();
    Some(source)
}
