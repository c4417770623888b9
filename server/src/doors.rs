//! Where requests are answered: visitors and machines on threads of their own, people on all others.
//!
//! A page takes milliseconds of a processor, a redirect a hundredth of that. On the same threads one would wait for the
//! other; and a thread that only takes in and answers redirects is hardly ever put to sleep and woken.

use std::{io, net::SocketAddr, panic::AssertUnwindSafe, thread::available_parallelism};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::FutureExt as _;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::{JoinHandle, JoinSet},
};
use tower::ServiceExt as _;

use crate::{router::AppState, routes::track};

/// What is answered where it arrives: it looks something up or waits for the recorder, and nothing else.
const IN_PLACE: [&str; 4] = ["/t/", "/api/postback", "/healthz", "/readyz"];

/// What answers requests: everything by its route, but plain visits of tracking links without the detour. They are
/// nearly all there is, and the layers and look-ups of a route cost as much as the click itself.
pub(crate) struct Doors {
    state: AppState,
    routes: Router,
    /// Where pages are made.
    people: Handle,
}

impl Doors {
    /// Pages are made on the runtime that is current.
    pub(crate) fn new(routes: Router, state: AppState) -> Self {
        Self { state, routes, people: Handle::current() }
    }

    /// Answers one request of a client.
    pub(crate) async fn answer(&self, peer: SocketAddr, mut request: Request) -> Response {
        if let Some(slug) = track::plain_visit(&request) {
            let visit = AssertUnwindSafe(track::visit(&self.state, peer.ip(), slug, request.headers()));
            return visit.catch_unwind().await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
        }
        request.extensions_mut().insert(ConnectInfo(peer));
        let routes = self.routes.clone();
        if IN_PLACE.iter().any(|path| request.uri().path().starts_with(path)) {
            return by_route(routes, request).await;
        }
        // Dropped with this future when the client goes away, and then the page is not made to its end.
        let mut page = JoinSet::new();
        page.spawn_on(async move { finished(by_route(routes, request).await).await }, &self.people);
        match page.join_next().await {
            Some(Ok(response)) => response,
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

async fn by_route(routes: Router, request: Request) -> Response {
    match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
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

/// The threads on which pages are made, passwords hashed, and everything done that is not at the doors. They give way
/// to the doors and the recorder, which are started from the thread that waits for this runtime and never does.
pub fn people_runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().thread_name("people").on_thread_start(give_way).build()
}

/// Lets a thread run when others don't want to: with a tenth of their share where there isn't enough for all.
fn give_way() {
    // Elsewhere it would be the whole process.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 10);
}

/// The threads at the doors.
#[derive(Debug)]
pub(crate) struct DoorRuntime(Option<Runtime>);

impl DoorRuntime {
    /// Half as many threads as there are processors: the recorder, the kernel and the pages use the others.
    pub(crate) fn start() -> io::Result<Self> {
        let threads = available_parallelism().map_or(1, |processors| processors.get().div_ceil(2));
        let runtime = Builder::new_multi_thread().worker_threads(threads).thread_name("doors").enable_all().build()?;
        Ok(Self(Some(runtime)))
    }

    /// Runs something at the doors.
    pub(crate) fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        let runtime = self.0.as_ref().map(Runtime::handle);
        runtime.unwrap_or(&Handle::current()).spawn(work)
    }
}

impl Drop for DoorRuntime {
    fn drop(&mut self) {
        // Waiting for its threads is not allowed where this may be dropped.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
