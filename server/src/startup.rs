//! The running program: what `main` and the tests both start.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use futures::FutureExt as _;
use leptos::prelude::LeptosOptions;
use service::{Clock, Countries, Mailer, Sealer, Service, run_jobs};
use store::{Db, Migrated, StoreError};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    config::Settings,
    http::{
        connections::{Phase, serve},
        edge::Edge,
        ops::metrics::MetricsEndpoint,
        router,
    },
    listening::{Sockets, Successors},
    runtimes::EdgeRuntime,
    stopping::{Stopper, stopping},
};

/// The program, bound to its port and ready to run.
pub struct Application {
    address: SocketAddr,
    sockets: Sockets,
    successors: Successors,
    service: Service,
    edge: Arc<Edge>,
    /// For what has to know beforehand: event streams would never end by themselves.
    stopper: Stopper,
    retention_days: Option<u32>,
    /// For how long requests on open connections are answered when another program has taken over.
    drain: Duration,
}

impl Application {
    /// Opens and migrates the database, gets hold of the port, puts the routes together.
    pub async fn build(settings: &Settings) -> Result<Self, String> {
        let mut sockets = Sockets::open(settings)?;
        let address = sockets.site.local_addr().map_err(|error| error.to_string())?;
        let successors = Successors::prepare(settings, &mut sockets, address);
        // The program that serves now would go on with a database that has changed underneath.
        let migrates = settings.migrate && !successors.has_predecessor();
        let service = build_service_on(settings, address, Clock::default(), migrates).await?;
        let (stopper, stopping) = stopping();
        let edge = router(service.clone(), settings.trusted_proxies.clone(), leptos_options(address), stopping);
        let (retention_days, drain) = (settings.retention_days, settings.drain);
        Ok(Self { address, sockets, successors, service, edge: Arc::new(edge), stopper, retention_days, drain })
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
        self.sockets.metrics.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Serves until `stop` resolves; then goes on for as long as that said, while `/readyz` sends new requests
    /// elsewhere and every answer ends its connection; then lets open requests end and the last batch commit. Where
    /// another program takes over meanwhile, new connections are its own from that moment on.
    pub async fn run_until(self, stop: impl Future<Output = impl Future<Output = ()>>) -> Result<(), String> {
        let runtime = EdgeRuntime::start().map_err(|error| format!("no threads could be started: {error}"))?;
        let (closing, closed) = watch::channel(Phase::Open);
        let serving = runtime.spawn(serve(self.sockets.site, self.edge, closed.clone()));
        // Dropped at the end, and with it what was begun.
        let mut beside = JoinSet::new();
        if let Some(listener) = self.sockets.metrics {
            let endpoint = Arc::new(MetricsEndpoint::new(self.service.clone()));
            beside.spawn(async move { drop(serve(listener, endpoint, closed).await) });
        }
        let (finish_jobs, jobs_finish) = watch::channel(false);
        beside.spawn(self.service.clone().follow_countries(jobs_finish.clone()));
        let jobs = tokio::spawn(run_jobs(self.service.clone(), self.retention_days, jobs_finish));

        let mut stop = pin!(stop);
        // Asked to stop while it started: then the program before it goes on.
        let mut asked = stop.as_mut().now_or_never();
        let successors = Some(self.successors).filter(|successors| asked.is_none() || !successors.has_predecessor());
        let mut succeeded = Box::pin(async {
            match successors {
                Some(successors) => successors.wait().await,
                None => std::future::pending().await,
            }
        });
        if asked.is_none() {
            tokio::select! {
                drained = &mut stop => asked = Some(drained),
                () = &mut succeeded => {}
            }
        }
        if let Some(drained) = asked {
            self.stopper.stop();
            tokio::select! {
                () = drained => {}
                () = &mut succeeded => {}
            }
        } else {
            tracing::info!("another process has taken over");
            self.stopper.succeed();
            let _ = closing.send(Phase::Closed);
            tokio::select! {
                () = tokio::time::sleep(self.drain) => {}
                _ = &mut stop => {}
            }
        }
        // With its handles nobody would be told that nobody accepts any more.
        drop(succeeded);
        let _ = closing.send(Phase::Ended);
        let served = serving.await;
        let _ = finish_jobs.send(true);
        if let Err(error) = jobs.await {
            tracing::error!(%error, "the worker of jobs has failed");
        }
        beside.shutdown().await;
        self.service.close().await;
        served.map_err(|error| error.to_string())?
    }
}

/// The use cases on the configured database.
pub async fn build_service(settings: &Settings, address: SocketAddr, clock: Clock) -> Result<Service, String> {
    build_service_on(settings, address, clock, settings.migrate).await
}

async fn build_service_on(
    settings: &Settings,
    address: SocketAddr,
    clock: Clock,
    migrates: bool,
) -> Result<Service, String> {
    let site = settings.site(address);
    // First: it says best what is wrong with a folder that both are in.
    let db = open_database(&settings.database_url, migrates).await.map_err(|error| format!("DATABASE_URL: {error}"))?;
    let sealer = Sealer::from_file(&settings.secret_key_file)?;
    let host = domain::Destination::parse(&site.public_url).map(|url| url.host()).unwrap_or_default();
    let mailer = Mailer::from_url(settings.smtp_url.as_deref(), &site.site_name, &host)?;
    let service = Service::new(db, clock, sealer, mailer, site).map_err(|error| format!("DATABASE_URL: {error}"))?;
    Ok(service.with_countries(countries(settings.geoip_file.as_deref())?))
}

/// By the file that was named, or by the one that came with the program, if it did.
fn countries(named: Option<&Path>) -> Result<Countries, String> {
    let beside = site_folder().join("countries.mmdb");
    match named {
        Some(file) => Countries::from_file(file).map_err(|error| format!("GEOIP_FILE: {error}")),
        None if beside.is_file() => Ok(Countries::from_file(&beside).unwrap_or_else(|error| {
            tracing::warn!(error, "countries aren't known");
            Countries::default()
        })),
        None => Ok(Countries::default()),
    }
}

/// Migrates it first, unless told not to.
async fn open_database(url: &str, migrates: bool) -> Result<Db, StoreError> {
    if migrates {
        let done = Db::migrate(url).await?;
        if let Migrated { from: Some(from), to } = done
            && from != to
        {
            tracing::info!(from, to, "the database was migrated");
        }
    }
    Db::connect(url).await
}

fn program_folder() -> PathBuf {
    let folder = std::env::current_exe().ok().and_then(|program| program.parent().map(PathBuf::from));
    folder.unwrap_or_default()
}

/// What comes with the program: `site` beside it, or beside the folder it was built into.
fn site_folder() -> PathBuf {
    let beside = program_folder().join("site");
    if beside.is_dir() { beside } else { program_folder().join("../site") }
}

/// Where the browser's files are.
fn leptos_options(address: SocketAddr) -> LeptosOptions {
    let (folder, site_root) = (program_folder(), site_folder());
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
