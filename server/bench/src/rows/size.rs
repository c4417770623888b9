//! What it takes: memory, and room on the disk.

use super::redirects::{LINKS, visit};
use crate::{
    Failure, fill,
    process::MemoryWatch,
    stages::{Stage, Stages},
    table::{Goal, Row, Unit},
};

/// So many links are visited while memory is watched: a tenth of them all.
const MANY_LINKS: u64 = 100_000;

pub(super) async fn memory(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let target = stages.running(Stage::Large).await?;
    let requests = stages.visits(target.network.size, MANY_LINKS)?;
    let watch = MemoryWatch::begin(target.pid);
    visit(stages, &target, 256, &requests).await?;
    let measured = watch.end()? as f64 / 1e6;
    let (unit, goal) = (Unit::Megabytes, Goal::AtMost(100.0));
    Ok(vec![Row { name: name.to_owned(), unit, measured, beside: None, goal }])
}

/// How much the database grows by a click. A first load is not counted: it fills pages that filling in had packed.
pub(super) async fn per_click(stages: &mut Stages, stage: Stage, name: &str) -> Result<Vec<Row>, Failure> {
    load(stages, stage).await?;
    let before = settled(stages, stage).await?;
    load(stages, stage).await?;
    let after = settled(stages, stage).await?;
    let measured = (after.0 - before.0) / (after.1 - before.1).max(1.0);
    let (unit, goal) = (Unit::Bytes, Goal::AtMost(110.0));
    Ok(vec![Row { name: name.to_owned(), unit, measured, beside: None, goal }])
}

async fn load(stages: &mut Stages, stage: Stage) -> Result<(), Failure> {
    let target = stages.running(stage).await?;
    let requests = stages.visits(target.network.size, LINKS)?;
    visit(stages, &target, 256, &requests).await?;
    Ok(())
}

/// Bytes and clicks of a database whose program is stopped.
async fn settled(stages: &mut Stages, stage: Stage) -> Result<(f64, f64), Failure> {
    let network = stages.stopped(stage).await?;
    network.database.settle().await?;
    let bytes = network.database.bytes().await?;
    let clicks = fill::count_clicks(&network.database).await?;
    Ok((bytes as f64, clicks as f64))
}
