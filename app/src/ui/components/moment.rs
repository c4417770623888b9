//! A moment, in the reader's zone.

use domain::Timestamp;
use leptos::prelude::*;

/// A moment: UTC as the server writes it, the reader's own zone once scripts run, UTC always in the tooltip.
#[component]
pub fn Moment(
    /// The moment.
    at: Timestamp,
) -> impl IntoView {
    let text = RwSignal::new(at.utc_text());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| text.set(local_text(at)));
    view! {
        <time class="moment" datetime=at.rfc3339() title=at.utc_text()>
            {move || text.get()}
        </time>
    }
}

/// `24 Nov 2026, 19:20 CET`: the server's words in the reader's zone, so that nothing changes but the hour.
#[cfg(feature = "hydrate")]
fn local_text(at: Timestamp) -> String {
    let options = js_sys::Object::new();
    for (key, value) in [
        ("day", "numeric"),
        ("month", "short"),
        ("year", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("timeZoneName", "short"),
    ] {
        let (key, value) = (wasm_bindgen::JsValue::from_str(key), wasm_bindgen::JsValue::from_str(value));
        let _ = js_sys::Reflect::set(&options, &key, &value);
    }
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_str(&at.rfc3339()));
    String::from(date.to_locale_string("en-GB", &options))
}
