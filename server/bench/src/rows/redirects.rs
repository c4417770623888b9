//! `/t/`: every answer a click on the disk.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
    path::Path,
    time::Instant,
};

use tokio::process::Command;

use crate::{
    Failure, fill,
    nginx::Nginx,
    numbers::median,
    process::Running,
    stages::{Stage, Stages, Target},
    table::{Goal, Row, Unit},
    wrk::Figures,
};

/// So many links are visited where nothing else is said.
pub(super) const LINKS: u64 = 1_000;

/// A load of visits. Fails unless each answer left a click behind, which only a redirect to the offer does.
pub(super) async fn visit(
    stages: &Stages,
    target: &Target,
    connections: u32,
    requests: &Path,
) -> Result<Figures, Failure> {
    let database = &target.network.database;
    let before = fill::count_clicks(database).await?;
    let figures = stages.load(&target.address, connections, requests).await?;
    let clicks = fill::count_clicks(database).await? - before;
    if clicks < figures.answers {
        return Err(format!("{} answers left only {clicks} clicks: some were no redirects", figures.answers).into());
    }
    Ok(figures)
}

/// Loads on two sides in turn: theirs, ours, ours, theirs. What changes meanwhile touches both.
pub(super) async fn in_turn(
    rounds: u32,
    mut ours: impl AsyncFnMut() -> Result<Figures, Failure>,
    mut theirs: impl AsyncFnMut() -> Result<Figures, Failure>,
) -> Result<(Figures, Figures), Failure> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        if round % 2 == 0 {
            right.push(theirs().await?);
            left.push(ours().await?);
        } else {
            left.push(ours().await?);
            right.push(theirs().await?);
        }
    }
    Ok((Figures::mean(&left), Figures::mean(&right)))
}

async fn beside_nginx(stages: &mut Stages, connections: u32) -> Result<(Figures, Figures), Failure> {
    let target = stages.running(Stage::Small).await?;
    let stages = &*stages;
    let requests = stages.visits(target.network.size, LINKS)?;
    let nginx = Nginx::start(stages.folder()).await?;
    let ours = async || visit(stages, &target, connections, &requests).await;
    let theirs = async || {
        let figures = stages.load(&nginx.address, connections, &requests).await?;
        nginx.forget_log()?;
        Ok::<_, Failure>(figures)
    };
    let both = in_turn(stages.options.rounds, ours, theirs).await?;
    nginx.stop().await?;
    Ok(both)
}

/// And how far axum gets that stores nothing at all: whatever is left to the goal from there is not the program's.
pub(super) async fn throughput(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let (ours, theirs) = beside_nginx(stages, 256).await?;
    let size = stages.running(Stage::Small).await?.network.size;
    let requests = stages.visits(size, LINKS)?;
    let mut bare = start_bare_axum(stages)?;
    let address = bare.address().await?;
    let mut stored_nothing = Vec::new();
    for _ in 0..stages.options.rounds {
        stored_nothing.push(stages.load(&address, 256, &requests).await?);
    }
    bare.stop().await?;
    let stored_nothing = Figures::mean(&stored_nothing);
    let limit = per_second("bare axum, which stores nothing, instead", &stored_nothing, ("nginx", &theirs), Goal::Told);
    Ok(vec![per_second(name, &ours, ("nginx", &theirs), Goal::RatioAtLeast(1.0)), limit])
}

fn start_bare_axum(stages: &Stages) -> Result<Running, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bare-axum");
    Running::start(command, &stages.folder().join("bare-axum.log"))
}

pub(super) async fn tail(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let (ours, theirs) = beside_nginx(stages, 64).await?;
    let (beside, goal) = (Some(("nginx", theirs.p99)), Goal::RatioAtMost(1.0));
    Ok(vec![Row { name: name.to_owned(), unit: Unit::Millis, measured: ours.p99, beside, goal }])
}

pub(super) async fn one_connection(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let target = stages.running(Stage::Small).await?;
    let stages = &*stages;
    let requests = stages.visits(target.network.size, LINKS)?;
    let mut bare = start_bare_axum(stages)?;
    let address = bare.address().await?;
    let ours = async || visit(stages, &target, 1, &requests).await;
    let theirs = async || stages.load(&address, 1, &requests).await;
    let (ours, theirs) = in_turn(stages.options.rounds, ours, theirs).await?;
    bare.stop().await?;
    let (unit, beside, goal) = (Unit::Millis, Some(("bare axum", theirs.p50)), Goal::AtMost(0.20));
    let row = Row { name: name.to_owned(), unit, measured: ours.p50, beside, goal };
    let (name, measured) = ("bare axum, and a page written and synced".to_owned(), theirs.p50 + synced(stages)?);
    Ok(vec![row, Row { name, unit, measured, beside, goal: Goal::Told }])
}

/// Milliseconds that it takes, in the median, to write one page of 4 KiB over another and have it on the disk: less no
/// commit can do.
fn synced(stages: &Stages) -> Result<f64, Failure> {
    const PAGES: u64 = 256;
    let mut file = File::create(stages.folder().join("page"))?;
    file.write_all(&vec![1; 4_096 * PAGES as usize])?;
    file.sync_all()?;
    let mut taken = Vec::new();
    for n in 0..1_000 {
        let began = Instant::now();
        file.seek(SeekFrom::Start(n % PAGES * 4_096))?;
        file.write_all(&[2; 4_096])?;
        file.sync_data()?;
        taken.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(median(taken))
}

pub(super) async fn one_link(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let target = stages.running(Stage::Small).await?;
    let stages = &*stages;
    let size = target.network.size;
    let (one, many) = (stages.visits(size, 1)?, stages.visits(size, LINKS)?);
    let ours = async || visit(stages, &target, 256, &one).await;
    let theirs = async || visit(stages, &target, 256, &many).await;
    let (ours, theirs) = in_turn(stages.options.rounds, ours, theirs).await?;
    Ok(vec![per_second(name, &ours, ("many links", &theirs), Goal::RatioAtLeast(0.9))])
}

/// The same load on a stage, and on the small network for comparison.
async fn beside_small(stages: &mut Stages, stage: Stage) -> Result<(Figures, Figures), Failure> {
    let (target, small) = (stages.running(stage).await?, stages.running(Stage::Small).await?);
    let stages = &*stages;
    let (requests, few) = (stages.visits(target.network.size, LINKS)?, stages.visits(small.network.size, LINKS)?);
    let ours = async || visit(stages, &target, 256, &requests).await;
    let theirs = async || visit(stages, &small, 256, &few).await;
    in_turn(stages.options.rounds, ours, theirs).await
}

pub(super) async fn stored(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let (ours, theirs) = beside_small(stages, Stage::Large).await?;
    Ok(vec![per_second(name, &ours, ("small network", &theirs), Goal::RatioAtLeast(0.9))])
}

pub(super) async fn on_postgres(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let (ours, theirs) = beside_small(stages, Stage::Postgres).await?;
    let first = per_second(name, &ours, ("SQLite", &theirs), Goal::RatioAtLeast(0.9));
    let (name, beside) = (format!("{name}, p99"), Some(("SQLite", theirs.p99)));
    Ok(vec![first, Row { name, unit: Unit::Millis, measured: ours.p99, beside, goal: Goal::AtMost(10.0) }])
}

/// A row of answers in a second.
pub(super) fn per_second(name: &str, ours: &Figures, (what, theirs): (&'static str, &Figures), goal: Goal) -> Row {
    let beside = Some((what, theirs.per_second));
    Row { name: name.to_owned(), unit: Unit::PerSecond, measured: ours.per_second, beside, goal }
}
