//! What rows are measured on: networks of five kinds, each made when the first row wants it, with the program on it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tempfile::TempDir;

use crate::{
    Failure,
    database::Database,
    fill::Size,
    network::{Network, Program},
    visitors,
    wrk::{Figures, Load, SCRIPT},
};

/// How the bench was asked to measure.
#[derive(Debug)]
pub(crate) struct Options {
    /// The built program.
    pub(crate) program: PathBuf,
    /// How long each load lasts.
    pub(crate) seconds: u64,
    /// How often each of two that are compared has its turn.
    pub(crate) rounds: u32,
    /// Whether the large network is a small one.
    pub(crate) is_quick: bool,
}

/// Which network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// A thousand links, hardly any clicks, SQLite.
    Small,
    /// A million links and ten million clicks, SQLite.
    Large,
    /// As the small one, on PostgreSQL.
    Postgres,
    /// A thousand links and ten million clicks, SQLite.
    Reports,
    /// The same on PostgreSQL.
    PostgresReports,
}

impl Stage {
    const fn size(self, is_quick: bool) -> Size {
        match (self, is_quick) {
            (Self::Large, false) => Size { affiliates: 1_000, offers: 1_000, clicks: 10_000_000 },
            (Self::Large, true) => Size { affiliates: 100, offers: 100, clicks: 200_000 },
            (Self::Reports | Self::PostgresReports, false) => Size { affiliates: 100, offers: 10, clicks: 10_000_000 },
            (Self::Reports | Self::PostgresReports, true) => Size { affiliates: 100, offers: 10, clicks: 200_000 },
            (Self::Small | Self::Postgres, _) => Size { affiliates: 100, offers: 10, clicks: 20_000 },
        }
    }
}

/// A running program and the network it runs on.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Host and port.
    pub(crate) address: String,
    /// The number the system knows the program by.
    pub(crate) pid: u32,
    /// What is in its database.
    pub(crate) network: Arc<Network>,
}

impl Target {
    fn of(program: &Program, network: &Arc<Network>) -> Self {
        Self { address: program.address.clone(), pid: program.pid(), network: Arc::clone(network) }
    }
}

/// All that is running, and the folder that it is in.
#[derive(Debug)]
pub(crate) struct Stages {
    /// How to measure.
    pub(crate) options: Options,
    programs: BTreeMap<Stage, Program>,
    networks: BTreeMap<Stage, Arc<Network>>,
    script: PathBuf,
    runs: AtomicU64,
    /// Below `target`: a temporary folder may be in memory, where a commit costs nothing. Dropped last.
    folder: TempDir,
}

/// Tells the person who waits what is done now and how long that takes.
pub(crate) fn say(what: &str, seconds: u64) {
    if seconds == 0 {
        eprintln!("==> {what}");
    } else {
        eprintln!("==> {what}, about {seconds} s");
    }
}

impl Stages {
    /// With nothing on them yet.
    pub(crate) fn new(options: Options) -> Result<Self, Failure> {
        let base = if Path::new("target").is_dir() { "target" } else { "." };
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(std::path::absolute(base)?)?;
        let script = folder.path().join("load.lua");
        std::fs::write(&script, SCRIPT)?;
        let (programs, networks) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { options, programs, networks, script, runs: AtomicU64::new(0), folder })
    }

    /// What the table is of.
    pub(crate) fn title(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let Options { seconds, rounds, is_quick, .. } = &self.options;
        let size = Stage::Large.size(*is_quick);
        let quick = if *is_quick { "QUICK, not for comparison: " } else { "" };
        format!(
            "{quick}{cores} cores for both sides; {rounds} × {seconds} s per load; the large network has {} links and {} \
             clicks",
            size.links(),
            size.clicks
        )
    }

    /// The folder for whatever else a row needs.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The network of a stage, with nobody on it.
    pub(crate) async fn stopped(&mut self, stage: Stage) -> Result<Arc<Network>, Failure> {
        if let Some(program) = self.programs.remove(&stage) {
            program.stop().await?;
        }
        if let Some(network) = self.networks.get(&stage) {
            return Ok(Arc::clone(network));
        }
        let folder = self.folder.path().join(format!("{stage:?}").to_lowercase());
        std::fs::create_dir_all(&folder)?;
        let database = match stage {
            Stage::Small | Stage::Large | Stage::Reports => Database::Sqlite(folder.join("network.db")),
            Stage::Postgres | Stage::PostgresReports => Database::on_a_durable_server().await?,
        };
        let size = stage.size(self.options.is_quick);
        let network = Arc::new(Network::build(&self.options.program, folder, database, size).await?);
        self.networks.insert(stage, Arc::clone(&network));
        Ok(network)
    }

    /// The program on the network of a stage, running.
    pub(crate) async fn running(&mut self, stage: Stage) -> Result<Target, Failure> {
        if let (Some(program), Some(network)) = (self.programs.get(&stage), self.networks.get(&stage)) {
            return Ok(Target::of(program, network));
        }
        let network = self.stopped(stage).await?;
        let program = network.start(&self.options.program).await?;
        network.follow_a_link(&program.address).await?;
        let target = Target::of(&program, &network);
        self.programs.insert(stage, program);
        Ok(target)
    }

    /// Writes visits of so many of a network's links to a file for [`Stages::load`].
    pub(crate) fn visits(&self, size: Size, links: u64) -> Result<PathBuf, Failure> {
        let name = format!("{links}-of-{}", size.links());
        visitors::write_requests(self.folder(), &name, &visitors::visits(&size.slugs(links)))
    }

    /// Puts a load on somebody.
    pub(crate) async fn load(&self, address: &str, connections: u32, requests: &Path) -> Result<Figures, Failure> {
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        let (seconds, script) = (self.options.seconds, self.script.as_path());
        Load { address, connections, seconds, script, requests, run }.run().await
    }
}
