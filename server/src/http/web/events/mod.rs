//! The event stream of an open dashboard: says that something of one's own has changed, and nothing more.

mod places;
mod watchers;

use std::{convert::Infallible, time::Duration};

use app::api::context::Caller;
use axum::{
    Extension,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::AppError;
use futures::Stream;
use serde::Deserialize;
use service::{Service, Session, SessionToken};
use tokio::{
    sync::{broadcast::error::RecvError, mpsc, watch},
    time::timeout,
};

use self::{
    places::{Place, Places},
    watchers::Watchers,
};
use crate::state::AppState;

/// How often a session is looked up where it may be ended by another node, unheard.
const LOOK_SHARED: Duration = Duration::from_secs(1);
/// And where it can only expire.
const LOOK: Duration = Duration::from_secs(10);
/// How long a client may take to read the last event.
const LAST_WORD: Duration = Duration::from_secs(1);

/// What the open streams of this node have in common.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    places: Places,
    watchers: Watchers,
}

/// Whether there is a stream for the caller: what a browser asks when its own has ended, because an `EventSource`
/// doesn't tell a session that has ended from a server that restarts.
pub(crate) async fn status(State(state): State<AppState>, Extension(caller): Extension<Caller>) -> Response {
    if caller.signed_in.is_none() {
        StatusCode::UNAUTHORIZED.into_response()
    } else if state.stopping.is_said() {
        not_now()
    } else {
        StatusCode::OK.into_response()
    }
}

/// What the address of a stream says.
#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    /// The version of the data from which the page was made; without it nobody knows what the page has missed.
    since: Option<String>,
}

/// Streams `change` events to a session; the first event is the server's `build`.
pub(crate) async fn stream(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(Since { since }): Query<Since>,
) -> Response {
    let (Some(token), Some((session, _))) = (caller.token, caller.signed_in) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    // It would end as soon as it began.
    if state.stopping.is_said() {
        return not_now();
    }
    let place = state.streams.places.take(&token, session.user_id());
    let audience = session.audience();
    let mut changes = state.streams.watchers.follow(&state.service, audience);
    // Once it is followed: what is committed from here on is told.
    let now = state.service.version(audience).await;
    if let Some(now) = now {
        state.streams.watchers.note(audience, now);
    }
    let is_as_made = now.is_some_and(|now| since == Some(now.to_string()));
    if !is_as_made {
        changes.mark_changed();
    }
    let (events, stream) = mpsc::channel(1);
    tokio::spawn(serve(state, Reader { token, session }, place, changes, events));
    Sse::new(events_of(stream)).keep_alive(KeepAlive::default()).into_response()
}

/// No stream for a second: the server is about to stop, and the next one has streams.
fn not_now() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")]).into_response()
}

fn events_of(events: mpsc::Receiver<Event>) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(events, |mut events| async move { events.recv().await.map(|event| (Ok(event), events)) })
}

/// Whose stream it is.
struct Reader {
    token: SessionToken,
    session: Session,
}

/// Sends events until nobody listens any more, the program stops, the session has ended, or a newer stream of the
/// same person takes the place. What the browser can't find out by itself is the last event.
async fn serve(
    state: AppState,
    reader: Reader,
    mut place: Place,
    changes: watch::Receiver<u64>,
    events: mpsc::Sender<Event>,
) {
    let _counted = state.service.metrics().open_stream();
    let mut stopping = state.stopping.clone();
    let last = tokio::select! {
        () = tell(&events, changes, &state.files.build) => None,
        () = events.closed() => None,
        () = stopping.wait() => None,
        () = reader.signed_out(&state.service) => Some("signed_out"),
        () = place.lost() => Some("replaced"),
    };
    if let Some(last) = last {
        let _ = timeout(LAST_WORD, events.send(event(last, "1"))).await;
    }
}

fn event(name: &str, data: &str) -> Event {
    Event::default().event(name).data(data)
}

/// Sends an event for every change.
async fn tell(events: &mpsc::Sender<Event>, mut changes: watch::Receiver<u64>, build: &str) {
    if !build.is_empty() && events.send(event("build", build)).await.is_err() {
        return;
    }
    while changes.changed().await.is_ok() {
        if events.send(event("change", "1")).await.is_err() {
            return;
        }
    }
}

impl Reader {
    /// Waits until the session has ended: at once where that is done on this node.
    async fn signed_out(&self, service: &Service) {
        let mut ended = service.ended_sessions();
        let rest = if service.is_shared() { LOOK_SHARED } else { LOOK };
        while !matches!(service.authenticate(&self.token, self.session.address()).await, Err(AppError::SignedOut)) {
            let told = async {
                loop {
                    match ended.recv().await {
                        Ok(ended) if !ended.includes(&self.token, &self.session) => {}
                        // Lagging behind means that many have ended; this may be one of them.
                        Ok(_) | Err(RecvError::Lagged(_)) => return,
                        Err(RecvError::Closed) => std::future::pending().await,
                    }
                }
            };
            let _ = timeout(rest, told).await;
        }
    }
}
