//! What people wait for: the start of the program, and its first page.

use std::time::{Duration, Instant};

use crate::{
    Failure, http,
    numbers::median,
    stages::{Stage, Stages},
    table::{Goal, Row, Unit},
};

const STARTS: usize = 5;
const PAGES: usize = 20;
/// Pages that take longer than they should are not fetched twenty times.
const ENOUGH: Duration = Duration::from_secs(20);

/// From the start of the process to the first redirect in hand.
pub(super) async fn start(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let network = stages.stopped(Stage::Large).await?;
    let mut taken = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let program = network.start(&stages.options.program).await?;
        network.follow_a_link(&program.address).await?;
        taken.push(began.elapsed().as_secs_f64());
        program.stop().await?;
    }
    let (unit, goal) = (Unit::Seconds, Goal::AtMost(0.5));
    Ok(vec![Row { name: name.to_owned(), unit, measured: median(taken), beside: None, goal }])
}

/// The first page of the partner who owns all the clicks, to its last byte.
pub(super) async fn overview(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let target = stages.running(Stage::Large).await?;
    let session = http::sign_in(&target.address, &target.network.partner).await?;
    let (mut taken, first) = (Vec::new(), Instant::now());
    while taken.len() < PAGES && first.elapsed() < ENOUGH {
        let began = Instant::now();
        http::page(&target.address, "/partner?range=30d", &session).await?;
        taken.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    let (unit, goal) = (Unit::Millis, Goal::AtMost(30.0));
    Ok(vec![Row { name: name.to_owned(), unit, measured: median(taken), beside: None, goal }])
}
