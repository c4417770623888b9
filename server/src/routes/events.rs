//! The event stream of an open dashboard: says that something of one's own has changed, and nothing more.

use std::{convert::Infallible, time::Duration};

use app::api::context::Caller;
use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::Stream;
use service::{Change, Service, Session, SessionToken};
use tokio::sync::{broadcast, mpsc};

use crate::router::AppState;

/// Shortest time between two events; a burst of clicks is one event.
const REST: Duration = Duration::from_millis(300);
/// How often the numbers are compared where other nodes commit unseen, and whether one may still look at all.
const LOOK: Duration = Duration::from_millis(700);

/// Streams `change` events to whoever is signed in.
pub(crate) async fn stream(State(state): State<AppState>, Extension(caller): Extension<Caller>) -> Response {
    let (Some(token), Some((session, _))) = (caller.token, caller.signed_in) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let (events, stream) = mpsc::channel(1);
    let (service, mut stopping) = (state.service.clone(), state.stopping.clone());
    tokio::spawn(async move {
        let watch = Watch { changes: service.subscribe(), session, token, seen: None, looks: 0 };
        tokio::select! {
            () = watch.tell(&service, &events) => {}
            () = stopping.wait() => {}
        }
    });
    Sse::new(events_of(stream)).keep_alive(KeepAlive::default()).into_response()
}

fn events_of(events: mpsc::Receiver<Event>) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(events, |mut events| async move { events.recv().await.map(|event| (Ok(event), events)) })
}

struct Watch {
    changes: broadcast::Receiver<Change>,
    session: Session,
    token: SessionToken,
    seen: Option<(i64, i64)>,
    looks: u32,
}

impl Watch {
    /// Sends an event for every change, until nobody listens any more or the session has ended.
    async fn tell(mut self, service: &Service, events: &mpsc::Sender<Event>) {
        if service.is_shared() {
            self.seen = service.version(&self.session).await.ok();
        }
        // What happened between the page's rendering and now is told by the first one.
        let mut is_due = true;
        while !events.is_closed() {
            if is_due && events.send(Event::default().event("change").data("1")).await.is_err() {
                return;
            }
            is_due = self.has_changed(service).await;
            self.looks += 1;
            if self.looks.is_multiple_of(10) && service.authenticate(&self.token).await.is_err() {
                return;
            }
        }
    }

    /// Waits a while for a change of one's own; on a shared database the numbers themselves are compared.
    async fn has_changed(&mut self, service: &Service) -> bool {
        let heard = tokio::time::timeout(LOOK, self.hear()).await.is_ok();
        if heard {
            // Whatever else comes within the rest is told by the same event.
            tokio::time::sleep(REST).await;
            self.changes = self.changes.resubscribe();
        }
        if !service.is_shared() {
            return heard;
        }
        let Ok(now) = service.version(&self.session).await else { return heard };
        let before = self.seen.replace(now);
        before.map_or(heard, |before| before != now)
    }

    async fn hear(&mut self) {
        loop {
            match self.changes.recv().await {
                Ok(change) if !self.concerns(change) => {}
                // Lagging behind means that a lot has happened; some of it may be one's own.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    fn concerns(&self, change: Change) -> bool {
        match &self.session {
            Session::Partner(partner) => partner.partner_id() == change.partner,
            Session::Affiliate(affiliate) => affiliate.affiliate_id() == change.affiliate,
            Session::Admin(_) => true,
        }
    }
}
