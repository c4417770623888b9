//! The running program: what `main` and the tests both start.

use std::{convert::Infallible, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::{body::Body, extract::Request};
use futures::FutureExt as _;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use leptos::prelude::LeptosOptions;
use service::{Clock, Mailer, Sealer, Service};
use store::{Db, Migrated, StoreError};
use tokio::{
    net::TcpListener,
    sync::oneshot,
    task::{JoinSet, unconstrained},
};

use crate::{
    config::Settings,
    doors::{DoorRuntime, Doors},
    router::router,
    routes::metrics::metrics,
    stopping::{Stopper, stopping},
};

/// Room for "headers 32 KiB" and a request line; `middleware::limit_head` is the exact judge.
const HEADER_BYTES: usize = 48 * 1024;
/// More than anybody sends: hyper makes room for so many with every request.
const HEADERS: usize = 256;
const HEADER_PATIENCE: Duration = Duration::from_secs(10);
/// How long open requests may go on after a signal to stop.
const FAREWELL: Duration = Duration::from_secs(8);
/// How long what was sent to the port before it closed may take to be read.
const LAST_REQUESTS: Duration = Duration::from_millis(100);

/// The program, bound to its port and ready to run.
pub struct Application {
    address: SocketAddr,
    listener: TcpListener,
    service: Service,
    doors: Arc<Doors>,
    /// For whoever has to know beforehand: event streams would never end by themselves.
    stopper: Stopper,
    /// Where monitoring asks.
    metrics: Option<TcpListener>,
    retention_days: Option<u32>,
}

impl Application {
    /// Opens and migrates the database, binds the port, puts the routes together.
    pub async fn build(settings: &Settings) -> Result<Self, String> {
        let listener = bind("LISTEN_ADDR", settings.listen_addr).await?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let metrics = match settings.metrics_addr {
            Some(address) => Some(bind("METRICS_ADDR", address).await?),
            None => None,
        };
        let service = build_service(settings, address, Clock::default()).await?;
        let (stopper, stopping) = stopping();
        let doors = router(service.clone(), settings.trusted_proxies.clone(), leptos_options(address), stopping);
        let retention_days = settings.retention_days;
        Ok(Self { address, listener, service, doors: Arc::new(doors), stopper, metrics, retention_days })
    }

    /// Where it listens; with the port that was chosen when port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The use cases it runs on.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Where monitoring asks, if anywhere.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Serves until `stop` resolves; then goes on for as long as that said, while `/readyz` sends new requests
    /// elsewhere and every answer ends its connection; then lets open requests end and the last group commit.
    pub async fn run_until(self, stop: impl Future<Output = impl Future<Output = ()>>) -> Result<(), String> {
        let runtime = DoorRuntime::start().map_err(|error| format!("no threads could be started: {error}"))?;
        let listener = self.listener.into_std().map_err(|error| format!("the port was lost: {error}"))?;
        let (closing, closed) = oneshot::channel();
        let serving = runtime.spawn(serve(listener, self.doors, closed));
        // Dropped at the end, and with it what was begun.
        let mut beside = JoinSet::new();
        if let Some(listener) = self.metrics {
            let routes = metrics(self.service.clone());
            beside.spawn(async move { drop(axum::serve(listener, routes).await) });
        }
        let kept_up = self.service.clone();
        beside.spawn(async move { kept_up.keep_up(self.retention_days).await });
        let drained = stop.await;
        self.stopper.stop();
        drained.await;
        let _ = closing.send(());
        let served = serving.await;
        beside.shutdown().await;
        self.service.close().await;
        served.map_err(|error| error.to_string())?
    }
}

async fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| format!("{setting} {address} can't be used: {error}"))
}

/// Accepts connections until `closed`, and then waits for those that are open.
async fn serve(
    listener: std::net::TcpListener,
    doors: Arc<Doors>,
    mut closed: oneshot::Receiver<()>,
) -> Result<(), String> {
    let listener = TcpListener::from_std(listener).map_err(|error| format!("the port was lost: {error}"))?;
    let graceful = GracefulShutdown::new();
    loop {
        tokio::select! {
            _ = &mut closed => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let _ = stream.set_nodelay(true);
                    serve_connection(stream, peer, Arc::clone(&doors), &graceful);
                }
                Err(error) => {
                    // Out of file descriptors, mostly: a short rest lets some be closed.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    // Whoever has connected already is served, too: the requests of those are read before idle connections are closed.
    while let Some(Ok((stream, peer))) = unconstrained(listener.accept()).now_or_never() {
        serve_connection(stream, peer, Arc::clone(&doors), &graceful);
    }
    drop(listener);
    tokio::time::sleep(LAST_REQUESTS).await;
    let _ = tokio::time::timeout(FAREWELL, graceful.shutdown()).await;
    Ok(())
}

/// HTTP/1 with the contract's limits on headers, which `axum::serve` doesn't know.
fn serve_connection(stream: tokio::net::TcpStream, peer: SocketAddr, doors: Arc<Doors>, graceful: &GracefulShutdown) {
    let handle = service_fn(move |request: Request<Incoming>| {
        let doors = Arc::clone(&doors);
        async move { Ok::<_, Infallible>(doors.answer(peer, request.map(Body::new)).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .max_buf_size(HEADER_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), handle);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // A client that hangs up or speaks nonsense is no news.
        let _ = connection.await;
    });
}

/// The use cases on the configured database.
pub async fn build_service(settings: &Settings, address: SocketAddr, clock: Clock) -> Result<Service, String> {
    let site = settings.site(address);
    let sealer = Sealer::from_file(&settings.secret_key_file)?;
    let host = domain::Destination::parse(&site.public_url).map(|url| url.host()).unwrap_or_default();
    let mailer = Mailer::from_url(settings.smtp_url.as_deref(), &site.site_name, &host)?;
    let db = open_database(settings).await.map_err(|error| format!("DATABASE_URL: {error}"))?;
    Service::new(db, clock, sealer, mailer, site).map_err(|error| format!("DATABASE_URL: {error}"))
}

/// Migrates it first, unless told not to.
async fn open_database(settings: &Settings) -> Result<Db, StoreError> {
    if settings.migrate {
        let migrated = Db::migrate(&settings.database_url).await?;
        if let Migrated { from: Some(from), to } = migrated
            && from != to
        {
            tracing::info!(from, to, "the database was migrated");
        }
    }
    Db::connect(&settings.database_url).await
}

/// Where the browser's files are: in `site` beside the program, or beside the folder it was built into.
fn leptos_options(address: SocketAddr) -> LeptosOptions {
    let folder = std::env::current_exe().ok().and_then(|program| program.parent().map(PathBuf::from));
    let folder = folder.unwrap_or_default();
    let beside = folder.join("site");
    let site_root = if beside.is_dir() { beside } else { folder.join("../site") };
    // The names that the built files have; `make build` puts a copy into the folder, so that it is all one has to copy.
    let built = folder.join("hash.txt");
    let hashes = if built.is_file() { built } else { site_root.join("hash.txt") };
    LeptosOptions::builder()
        .output_name("something-project")
        .site_root(site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .site_addr(address)
        .hash_file(hashes.to_string_lossy().into_owned().into())
        .hash_files(hashes.is_file())
        .build()
}
