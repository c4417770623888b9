//! The stream itself, in the browser. An `EventSource` gives up for good when a proxy answers for a server that
//! restarts, so it is opened again from here.

use std::time::Duration;

use leptos::{ev::visibilitychange, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent, RequestInit, Response};

use super::{Connection, Live};

const ADDRESS: &str = "/events";
/// How long to wait after the first failure, in milliseconds; twice as long after each one more.
const FIRST_REST: u64 = 1_000;
const LONGEST_REST: u64 = 15_000;
/// A stream that has lived as long has begun well; one that ends before is a failure like the others.
const LONG_LIFE: Duration = Duration::from_secs(20);

/// A browser has six connections to a site for all its tabs, and each stream is one: only a tab that is looked at has
/// one. A new stream tells at once of what has changed since the page was made, or else of what may have been missed.
#[derive(Clone, Copy)]
pub(super) struct Stream {
    live: Live,
    build: StoredValue<String>,
    /// The version that the page was made from, until the first stream has begun there.
    version: StoredValue<Option<String>>,
    open: StoredValue<Option<EventSource>, LocalStorage>,
    /// Of a stream that is open: when it has lived long. Of one that isn't: when it is tried again.
    timer: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    failures: StoredValue<u32>,
}

impl Stream {
    pub(super) fn new(live: Live, build: String, version: Option<String>) -> Self {
        Self {
            live,
            build: StoredValue::new(build),
            version: StoredValue::new(version),
            open: StoredValue::new_local(None),
            timer: StoredValue::new_local(None),
            failures: StoredValue::new(0),
        }
    }

    /// Opens the stream, and opens or closes it as the page is looked at or not.
    pub(super) fn follow_page(self) {
        self.follow();
        let watched = [
            window_event_listener(visibilitychange, move |_| self.follow()),
            window_event_listener_untyped("online", move |_| self.follow()),
            window_event_listener_untyped("pageshow", move |_| self.follow()),
        ];
        on_cleanup(move || {
            self.close();
            watched.into_iter().for_each(WindowListenerHandle::remove);
        });
    }

    /// Somebody looks at the page, or the network is back: no reason to wait any longer.
    fn follow(self) {
        if document().hidden() {
            self.close();
            return;
        }
        let is_open = self
            .open
            .try_with_value(|open| open.as_ref().is_some_and(|source| source.ready_state() != EventSource::CLOSED));
        if is_open == Some(false) {
            let _ = self.failures.try_set_value(0);
            self.close();
            // A person who is signed out would be told for a moment that it is tried again.
            if self.live.connection.try_get_untracked() == Some(Connection::SignedOut) {
                spawn_local(self.try_again());
            } else {
                self.connect();
            }
        }
    }

    /// Closes the stream, and doesn't try again by itself.
    fn close(self) {
        self.open.try_update_value(|open| open.take().inspect(EventSource::close));
        self.timer.try_update_value(|timer| timer.take().inspect(TimeoutHandle::clear));
    }

    fn connect(self) {
        // Once: a page that comes back later may have missed more than a version tells.
        let since = self.version.try_update_value(Option::take).flatten();
        let address = since.map_or_else(|| ADDRESS.to_owned(), |version| format!("{ADDRESS}?since={version}"));
        let Ok(source) = EventSource::new(&address) else { return };
        on(&source, "open", move |_| {
            let _ = self.live.connection.try_set(Connection::Live);
            self.after(LONG_LIFE, move || {
                let _ = self.failures.try_set_value(0);
            });
        });
        on(&source, "change", move |_| {
            self.live.version.try_update(|count| *count = count.wrapping_add(1));
        });
        on(&source, "build", move |event| {
            let theirs = event.data().as_string().unwrap_or_default();
            let is_other = self.build.try_with_value(|ours| !ours.is_empty() && *ours != theirs);
            let _ = self.live.is_outdated.try_set(is_other.unwrap_or(false));
        });
        on(&source, "signed_out", move |_| self.end(Connection::SignedOut));
        on(&source, "replaced", move |_| self.end(Connection::Replaced));
        on(&source, "error", move |_| self.try_later());
        let _ = self.open.try_set_value(Some(source));
    }

    fn end(self, connection: Connection) {
        self.close();
        let _ = self.live.connection.try_set(connection);
    }

    fn try_later(self) {
        self.end(Connection::Lost);
        if document().hidden() {
            return;
        }
        let Some(failures) = self.failures.try_update_value(|failures| {
            *failures = failures.saturating_add(1);
            *failures
        }) else {
            return;
        };
        self.after(Duration::from_millis(rest_after(failures)), move || spawn_local(self.try_again()));
    }

    /// Does something later, unless the stream is closed before; only once at a time.
    fn after(self, rest: Duration, what: impl FnOnce() + 'static) {
        let timer = set_timeout_with_handle(what, rest);
        let _ = self.timer.try_set_value(timer.ok());
    }

    /// Asks first: an `EventSource` doesn't tell why it was refused.
    async fn try_again(self) {
        let status = status().await;
        if !self.is_closed() {
            return;
        }
        match status {
            Some(200) => self.connect(),
            Some(401) => self.end(Connection::SignedOut),
            _ => self.try_later(),
        }
    }

    /// Whether there is a page, and nobody else has opened a stream for it meanwhile.
    fn is_closed(self) -> bool {
        !document().hidden() && self.open.try_with_value(Option::is_none) == Some(true)
    }
}

/// Listens for as long as the source is there; a page has few of them, and what listens is small.
fn on(source: &EventSource, event: &str, listen: impl FnMut(MessageEvent) + 'static) {
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(listen);
    let listened = source.add_event_listener_with_callback(event, listen.as_ref().unchecked_ref());
    debug_assert!(listened.is_ok());
    listen.forget();
}

async fn status() -> Option<u16> {
    let head = RequestInit::new();
    head.set_method("HEAD");
    let answer = window().fetch_with_str_and_init(ADDRESS, &head).await.ok()?;
    Some(answer.unchecked_into::<Response>().status())
}

/// Between half and all of a time that doubles, so that the pages of a server that was away don't all come at once.
fn rest_after(failures: u32) -> u64 {
    let longest = FIRST_REST.saturating_mul(1_u64 << failures.saturating_sub(1).min(10)).min(LONGEST_REST);
    // The bits of a fraction, without its sign, its exponent and its last digits.
    let random = (js_sys::Math::random().to_bits() >> 20) & 0xFFFF;
    longest / 2 + longest / 2 * random / 0xFFFF
}
