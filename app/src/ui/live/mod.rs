//! Numbers that move by themselves: one event stream per open page.

mod notice;
#[cfg(feature = "hydrate")]
mod stream;

use leptos::prelude::*;

pub(crate) use notice::LiveNotice;

/// How the page stands with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "on the server every page is as new as can be"))]
enum Connection {
    /// Changes arrive.
    Live,
    /// It is tried again.
    Lost,
    /// The session has ended.
    SignedOut,
    /// Newer tabs have taken the place; it is tried again when this one is looked at.
    Replaced,
}

/// Counts up with whatever concerns who is signed in. Resources that read it load again.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    version: RwSignal<u32>,
    /// Of them, what was done on this page.
    own: RwSignal<u32>,
    connection: RwSignal<Connection>,
    /// Whether the server is of another build than the page.
    is_outdated: RwSignal<bool>,
}

impl Live {
    fn new() -> Self {
        Self {
            version: RwSignal::new(0),
            own: RwSignal::new(0),
            connection: RwSignal::new(Connection::Live),
            is_outdated: RwSignal::new(false),
        }
    }

    /// The count of all changes; reading it subscribes.
    pub(crate) fn get(self) -> (u32, u32) {
        (self.version.get(), self.own.get())
    }

    /// The count of what was done on this page alone, for what must not move under the hand that works on it; reading it
    /// subscribes.
    pub(crate) fn own(self) -> u32 {
        self.own.get()
    }

    /// Something was done here: what is shown is loaded again at once.
    #[cfg(feature = "hydrate")]
    pub(crate) fn changed_here(self) {
        let _ = self.own.try_update(|count| *count = count.wrapping_add(1));
    }
}

/// Starts the stream (in the browser only) for everything below.
pub(crate) fn provide_live() {
    let live = Live::new();
    provide_context(live);
    #[cfg(feature = "hydrate")]
    {
        let (build, version) = (crate::context::build(), crate::context::version());
        Effect::new(move |_| stream::Stream::new(live, build.clone(), version.clone()).follow_page());
    }
}

/// The count of this page; stands still where no stream was started.
pub(crate) fn use_live() -> Live {
    use_context().unwrap_or_else(Live::new)
}
