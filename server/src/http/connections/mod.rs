//! Connections of clients: accepted, bounded in number and in time, and served until the program stops.

mod client_stream;
mod registry;
mod request_line;
mod wire_answer;

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    response::Response,
};
use domain::AnswerCode;
use futures::FutureExt as _;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use self::{
    client_stream::{ClientStream, WRITE_TIMEOUT},
    registry::{OpenConnection, Registry},
};

pub(crate) use self::wire_answer::{MALFORMED, WRONG_HOST};

/// Room for "headers 32 KiB" and a request line; `layers::limit_head` is the exact judge.
const HEADER_BYTES: usize = 48 * 1024;
/// More than anybody sends: hyper makes room for so many with every request.
const HEADERS: usize = 256;
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long open requests may go on after a signal to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(8);
/// How long what was sent to the port before it closed may take to be read.
const LAST_REQUESTS: Duration = Duration::from_millis(100);

/// What answers requests.
pub(crate) trait Answer: Send + Sync + 'static {
    /// Answers one request. `is_ambiguous`: its address held spaces or quotes that were not encoded, and was repaired.
    fn answer(
        self: Arc<Self>,
        peer: SocketAddr,
        request: Request,
        is_ambiguous: bool,
    ) -> impl Future<Output = Response> + Send;

    /// Whether many clients speak through this peer.
    fn is_proxy(&self, peer: SocketAddr) -> bool;

    /// Told of a request that could not be read at all and is answered already: with what, and whether it was a machine's.
    fn refused(&self, code: AnswerCode, is_api: bool);
}

/// What is to be done with connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// New ones are accepted.
    Open,
    /// None is, and those that are open are served.
    Closed,
    /// Those are ended after their last answers.
    Ended,
}

/// Accepts and serves connections, as the phase says, until the last has ended. Phases come in their order.
pub(crate) async fn serve<A: Answer>(
    listener: std::net::TcpListener,
    answers: Arc<A>,
    mut phase: watch::Receiver<Phase>,
) -> Result<(), String> {
    let lost = |error: io::Error| format!("the port was lost: {error}");
    let listener = TcpListener::from_std(listener).map_err(lost)?;
    let server = Server { answers, registry: Arc::new(Registry::new()), graceful: GracefulShutdown::new() };
    loop {
        tokio::select! {
            () = reached(&mut phase, Phase::Closed) => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => server.serve_connection(stream, peer),
                Err(error) => {
                    // Out of file descriptors, mostly: a short rest lets some be closed.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    // Clients that have connected already are served, too: their requests are read before idle connections are closed.
    // The system is asked itself, since the runtime may not have heard yet of who came last.
    let listener = listener.into_std().map_err(lost)?;
    while let Ok((stream, peer)) = listener.accept() {
        let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
        if let Ok(stream) = stream {
            server.serve_connection(stream, peer);
        }
    }
    drop(listener);
    reached(&mut phase, Phase::Ended).await;
    tokio::time::sleep(LAST_REQUESTS).await;
    let _ = tokio::time::timeout(LAST_ANSWERS, server.graceful.shutdown()).await;
    Ok(())
}

/// Waits for a phase, or for the sender of phases to be gone.
async fn reached(phase: &mut watch::Receiver<Phase>, wanted: Phase) {
    let _ = phase.wait_for(|phase| *phase >= wanted).await;
}

struct Server<A> {
    answers: Arc<A>,
    registry: Arc<Registry>,
    graceful: GracefulShutdown,
}

impl<A: Answer> Server<A> {
    /// HTTP/1 with the contract's limits on headers, which `axum::serve` doesn't know.
    fn serve_connection(&self, stream: TcpStream, peer: SocketAddr) {
        let _ = stream.set_nodelay(true);
        let open = self.registry.add(peer.ip(), self.answers.is_proxy(peer));
        let told = Arc::clone(&self.answers);
        let on_refused = Box::new(move |code, line: &[u8]| told.refused(code, wire_answer::is_machine_line(line)));
        let stream = ClientStream::new(stream, Arc::clone(&open), WRITE_TIMEOUT, on_refused);
        let (answers, asked) = (Arc::clone(&self.answers), Arc::clone(&open));
        let handle = service_fn(move |request: Request<Incoming>| {
            let is_ambiguous = asked.was_ambiguous();
            if !request.body().is_end_stream() {
                asked.set_has_body();
            }
            let answering = Arc::clone(&answers).answer(peer, request.map(Body::new), is_ambiguous);
            answering.map(Ok::<_, Infallible>)
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .max_buf_size(HEADER_BYTES)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(stream), handle);
        let connection = self.graceful.watch(connection);
        let registry = Arc::clone(&self.registry);
        let listed = Listed { registry, peer, open: Arc::clone(&open) };
        let task = tokio::spawn(async move {
            let _listed = listed;
            // A client that hangs up or speaks nonsense is no news.
            let _ = connection.await;
        });
        open.served_by(task.abort_handle());
    }
}

/// A connection in the registry, until it ends in whatever way.
struct Listed {
    registry: Arc<Registry>,
    peer: SocketAddr,
    open: Arc<OpenConnection>,
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.registry.remove(self.peer.ip(), &self.open);
    }
}
