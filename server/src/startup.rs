//! The running program: what `main` and the tests both start.

use std::{convert::Infallible, net::SocketAddr, path::PathBuf, time::Duration};

use axum::{body::Body, extract::Request};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use leptos::prelude::LeptosOptions;
use service::{Clock, Mailer, Sealer, Service};
use store::Db;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    config::Settings,
    router::{Doors, router},
};

/// Room for "headers 32 KiB" and a request line; `middleware::limit_head` is the exact judge.
const HEADER_BYTES: usize = 48 * 1024;
/// So many that only their size counts: hyper would answer the 101st for us, and no contract knows of it.
const HEADERS: usize = 1024;
const HEADER_PATIENCE: Duration = Duration::from_secs(10);
/// How long open requests may go on after a signal to stop.
const FAREWELL: Duration = Duration::from_secs(8);

/// The program, bound to its port and ready to run.
pub struct Application {
    address: SocketAddr,
    listener: TcpListener,
    service: Service,
    doors: Doors,
    /// Told before connections are drained: event streams would never end by themselves.
    stopping: watch::Sender<bool>,
}

impl Application {
    /// Opens and migrates the database, binds the port, puts the routes together.
    pub async fn build(settings: &Settings) -> Result<Self, String> {
        let listener = TcpListener::bind(settings.listen_addr)
            .await
            .map_err(|error| format!("LISTEN_ADDR {} can't be used: {error}", settings.listen_addr))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let service = build_service(settings, address, Clock::default()).await?;
        let (stopping, stop) = watch::channel(false);
        let doors = router(service.clone(), settings.trusted_proxies.clone(), leptos_options(address), stop);
        Ok(Self { address, listener, service, doors, stopping })
    }

    /// Where it listens; with the port that was chosen when port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The use cases it runs on.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Serves until `stop` resolves, then lets open requests end and the last group commit.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        let _ = stream.set_nodelay(true);
                        serve_connection(stream, peer, self.doors.clone(), &graceful);
                    }
                    Err(error) => {
                        // Out of file descriptors, mostly: a short rest lets some be closed.
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                },
            }
        }
        drop(self.listener);
        let _ = self.stopping.send(true);
        let _ = tokio::time::timeout(FAREWELL, graceful.shutdown()).await;
        self.service.close().await;
    }
}

/// HTTP/1 with the contract's limits on headers, which `axum::serve` doesn't know.
fn serve_connection(stream: tokio::net::TcpStream, peer: SocketAddr, doors: Doors, graceful: &GracefulShutdown) {
    let handle = service_fn(move |request: Request<Incoming>| {
        let answer = doors.clone().answer(peer, request.map(Body::new));
        async move { Ok::<_, Infallible>(answer.await) }
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
    let db = Db::open(&settings.database_url).await.map_err(|error| format!("DATABASE_URL: {error}"))?;
    Service::new(db, clock, sealer, mailer, site).map_err(|error| format!("DATABASE_URL: {error}"))
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
