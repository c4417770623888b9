//! Redirects at a fixed rate while others keep the program busy, beside the same while they don't.

use std::sync::Arc;

use super::redirects::LINKS;
use crate::{
    Failure, open_loop,
    stages::{Stage, Stages, say},
    table::{Goal, Row, Unit},
    unrest::Unrest,
    visitors,
};

const PER_SECOND: u64 = 5_000;

pub(super) async fn among_others(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let target = stages.running(Stage::Large).await?;
    let seconds = stages.options.seconds * 2;
    let requests = Arc::new(visitors::visits(&target.network.size.slugs(LINKS)));
    let alone = open_loop::run(&target.address, Arc::clone(&requests), PER_SECOND, seconds).await?;
    let unrest = Unrest::begin(&target).await?;
    let among = open_loop::run(&target.address, requests, PER_SECOND, seconds).await?;
    say(&format!("meanwhile: {}", unrest.end()?), 0);
    let row = |part: &str, measured, alone, goal| Row {
        name: format!("{name}, {part}"),
        unit: Unit::Millis,
        measured,
        beside: Some(("without", alone)),
        goal,
    };
    Ok(vec![row("p99", among.p99, alone.p99, Goal::RatioAtMost(2.0)), row("p99.9", among.p999, alone.p999, Goal::Told)])
}
