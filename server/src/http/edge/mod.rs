//! The edge: every request comes in here. Tracking links and postbacks are answered on its own threads, which are hardly
//! ever put to sleep and woken; what the router answers runs on the web's. Limits, panic guard, logging and matching of
//! the two hot paths stand here once.

pub(crate) mod postback;
pub(crate) mod track;

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    panic::AssertUnwindSafe,
    sync::{Arc, LazyLock},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header},
    response::{IntoResponse, Response},
};
use domain::{AnswerCode, ApiKey, Slug};
use futures::FutureExt as _;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::{runtime::Handle, task::JoinSet};
use tower::ServiceExt as _;
use tracing::Instrument as _;

use super::{
    connections::{Answer, MALFORMED, WRONG_HOST},
    layers::{RequestId, protect_machine_answer, refusal},
};
use crate::state::AppState;

/// What is answered where it arrives: it looks something up or waits for the recorder, and nothing else. No browser shows
/// pages there or keeps sessions.
const IN_PLACE: [&str; 3] = ["/t/", "/healthz", "/readyz"];

/// What answers requests: everything by its route, but plain visits of tracking links and postbacks without the detour.
/// They are nearly all there is, and the layers and look-ups of a route cost as much as the work itself.
pub(crate) struct Edge {
    state: AppState,
    routes: Router,
    /// Where pages are made.
    web: Handle,
}

impl Edge {
    /// Pages are made on the runtime that is current.
    pub(crate) fn new(routes: Router, state: AppState) -> Self {
        Self { state, routes, web: Handle::current() }
    }

    /// A malformed request: no path, no or several hosts, or an ambiguous first line.
    /// Visitors are sent on all the same, and a postback names no host that anything depends on.
    fn refuse_unclear(&self, request: &Request, is_ambiguous: bool) -> Option<Response> {
        let path = request.uri().path();
        let (is_visit, is_api) = (path.starts_with("/t/"), postback::is_under_api(path));
        let hosts = request.headers().get_all(header::HOST).iter().take(2).count();
        let needs_host = request.version() == Version::HTTP_11 && request.uri().host().is_none();
        let has_right_host = hosts == 1 || (hosts == 0 && (!needs_host || is_visit || is_api));
        let why = if !path.starts_with('/') || !has_right_host {
            WRONG_HOST
        } else if is_ambiguous && !is_visit {
            MALFORMED
        } else {
            return None;
        };
        self.refused(AnswerCode::MalformedRequest, is_api);
        Some(refusal(is_api, AnswerCode::MalformedRequest, why))
    }

    async fn visit(&self, peer: SocketAddr, slug: Slug, headers: &HeaderMap) -> Response {
        let mut response = unless_it_panics(track::visit(&self.state, peer.ip(), slug, headers)).await;
        if response.status() == StatusCode::FOUND {
            return response;
        }
        protect_machine_answer(self.state.is_secure(), response.headers_mut());
        if response.status().is_server_error() {
            let id = RequestId::of(&self.state.trusted_proxies, peer.ip(), headers);
            response = id.span(&Method::GET, "/t/").in_scope(|| told(response));
            id.mark(response.headers_mut());
        }
        response
    }

    /// The fast path of postbacks: a span is made only for failures, incomplete postbacks and debug logs.
    async fn postback(&self, peer: SocketAddr, request: Request) -> Response {
        let id = RequestId::of(&self.state.trusted_proxies, peer.ip(), request.headers());
        let method = request.method().clone();
        let span = || id.span(&method, "/api/postback");
        let response = unless_it_panics(postback::receive(&self.state, request, &span)).await;
        if response.status().is_server_error() || tracing::enabled!(tracing::Level::DEBUG) {
            span().in_scope(|| self.for_machine(told(response), true, &id))
        } else {
            response
        }
    }

    async fn answer_in_span(&self, peer: SocketAddr, mut request: Request) -> Response {
        let id = RequestId::of(&self.state.trusted_proxies, peer.ip(), request.headers());
        let path = request.uri().path();
        let span = id.span(request.method(), shown(path));
        let is_api = postback::is_under_api(path);
        let in_place = IN_PLACE.iter().any(|start| path.starts_with(start));
        let is_machine = is_api || postback::is_wrong_path(path) || in_place;
        request.extensions_mut().insert(ConnectInfo(peer));
        let mut response = if is_api {
            unless_it_panics(postback::answer_under_api(&self.state, request)).map(told).instrument(span).await
        } else if postback::is_wrong_path(request.uri().path()) {
            told(postback::answer_wrong_path(&self.state, &request))
        } else if in_place {
            by_route(self.routes.clone(), request).instrument(span).await
        } else {
            // Dropped with this future when the client goes away, and then the page is not made to its end.
            let mut page = JoinSet::new();
            let answering = by_route(self.routes.clone(), request);
            let answering = async move { finished(answering.await).await };
            page.spawn_on(answering.instrument(span), &self.web);
            match page.join_next().await {
                Some(Ok(response)) => response,
                _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        };
        if is_machine {
            response = self.for_machine(response, is_api, &id);
        } else if response.status().is_server_error() {
            id.mark(response.headers_mut());
        }
        response
    }

    /// Adds the headers of machine answers; a panic becomes `unavailable`.
    fn for_machine(&self, mut response: Response, is_api: bool, id: &RequestId) -> Response {
        if is_api && response.status() == StatusCode::INTERNAL_SERVER_ERROR {
            // A mistake of ours: it is unknown what was done, and to ask again is safe.
            response =
                refusal(true, AnswerCode::Unavailable, "Something went wrong here. Send the same request again.");
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        protect_machine_answer(self.state.is_secure(), response.headers_mut());
        // Elsewhere it would tell apart what has to be answered with the same bytes.
        if response.status().is_server_error() {
            id.mark(response.headers_mut());
        }
        response
    }
}

impl Answer for Edge {
    async fn answer(self: Arc<Self>, peer: SocketAddr, request: Request, is_ambiguous: bool) -> Response {
        let mut response = match track::plain_visit(&request) {
            Some(slug) => self.visit(peer, slug, request.headers()).await,
            None => match self.refuse_unclear(&request, is_ambiguous) {
                Some(response) => response,
                // Each of its own size: that of a visit is moved for each.
                None if postback::is_plain(&request) => Box::pin(self.postback(peer, request)).await,
                None => Box::pin(self.answer_in_span(peer, request)).await,
            },
        };
        if self.state.stopping.is_said() {
            // A client that keeps connections asks the next server, and this one ends without cutting anybody off.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    fn is_proxy(&self, peer: SocketAddr) -> bool {
        self.state.trusted_proxies.trusts(peer.ip().to_canonical())
    }

    fn refused(&self, code: AnswerCode, is_api: bool) {
        if is_api {
            self.state.service.metrics().count_postback(code.as_str());
        }
    }
}

/// What routes have a layer for: a mistake of ours ends one answer, and nothing else.
async fn unless_it_panics(answering: impl Future<Output = Response>) -> Response {
    let answer = AssertUnwindSafe(answering).catch_unwind().await;
    answer.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A path for the log, if it is like one of ours: what somebody glued together by mistake may hold a key.
fn shown(path: &str) -> &str {
    let ours = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/_-.".contains(&byte);
    if path.bytes().all(ours) && !path.contains(ApiKey::PREFIX) { path } else { "(another)" }
}

async fn by_route(routes: Router, request: Request) -> Response {
    let Ok(response) = routes.oneshot(request).await;
    told(response)
}

/// A line of the log for an answer: always where something went wrong here, but of no more than a hundred in a second.
/// When all is refused, writing that down must not be what takes the time.
fn told(response: Response) -> Response {
    static LINES: LazyLock<DefaultDirectRateLimiter> =
        LazyLock::new(|| RateLimiter::direct(Quota::per_second(NonZeroU32::new(100).unwrap_or(NonZeroU32::MIN))));
    let status = response.status().as_u16();
    if response.status().is_server_error() {
        if LINES.check().is_ok() {
            tracing::warn!(status, "answered");
        }
    } else {
        tracing::debug!(status, "answered");
    }
    response
}

/// A page whose bytes are all there: what is left to be rendered and compressed would be so where it is sent.
async fn finished(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !kind.is_some_and(|kind| kind.starts_with(b"text/html") || kind.starts_with(b"application/json")) {
        return response;
    }
    let (head, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => Response::from_parts(head, Body::from(bytes)),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
