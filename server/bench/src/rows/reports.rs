//! Reports of ten million clicks, once all of them are packed.

use std::time::{Duration, Instant};

use crate::{
    Failure, fill, http,
    stages::{Stage, Stages},
    table::{Goal, Row, Unit},
};

/// What is asked of 30 days, in turn: one dimension and two, coarse and fine, filtered and compared.
const OF_A_MONTH: [&str; 8] = [
    "by=day",
    "by=offer",
    "by=affiliate,offer",
    "by=country&compare=previous",
    "by=hour,browser",
    "by=referer",
    "by=link,day&f.device=phone",
    "by=affiliate,country&metrics=clicks,epc",
];
const OF_TODAY: [&str; 3] = ["by=hour", "by=offer,country", "by=referer"];
const ROUNDS: usize = 5;
/// How long packing may take before it is given up.
const PATIENCE: Duration = Duration::from_mins(15);

/// Pages of reports, to their last byte; and what they take on the disk.
pub(super) async fn reports(stages: &mut Stages, stage: Stage, name: &str) -> Result<Vec<Row>, Failure> {
    let target = stages.running(stage).await?;
    let clicks = target.network.size.clicks;
    let began = Instant::now();
    while fill::count_packed(&target.network.database).await?.clicks < clicks {
        if began.elapsed() > PATIENCE {
            return Err("the clicks were not packed in time".into());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    eprintln!("    packed after {} s", began.elapsed().as_secs());
    let session = http::sign_in(&target.address, &target.network.partner).await?;
    let month = slowest(&target.address, &session, &OF_A_MONTH, "30d").await?;
    let today = slowest(&target.address, &session, &OF_TODAY, "today").await?;
    let packed = fill::count_packed(&target.network.database).await?;
    let row = |what: &str, unit, measured, most| {
        let name = format!("{name}, {what}");
        Row { name, unit, measured, beside: None, goal: Goal::AtMost(most) }
    };
    Ok(vec![
        row("30 days, p95", Unit::Millis, month, 300.0),
        row("today, p95", Unit::Millis, today, 50.0),
        // Only what is in segments: rows of the dictionaries are as many as there are texts.
        row("packed bytes per click", Unit::Bytes, packed.bytes as f64 / packed.clicks as f64, 15.0),
    ])
}

/// The 95th of a hundred, in milliseconds.
async fn slowest(address: &str, session: &str, asked: &[&str], range: &str) -> Result<f64, Failure> {
    let mut taken = Vec::new();
    for _ in 0..ROUNDS {
        for report in asked {
            let began = Instant::now();
            http::page(address, &format!("/partner/reports?{report}&range={range}"), session).await?;
            let millis = began.elapsed().as_secs_f64() * 1_000.0;
            taken.push((millis, *report));
        }
    }
    taken.sort_by(|one, other| one.0.total_cmp(&other.0));
    if let Some((millis, report)) = taken.last() {
        eprintln!("    slowest of {range}: {report}, {millis:.0} ms");
    }
    Ok(taken.get(taken.len() * 95 / 100).map_or(0.0, |(millis, _)| *millis))
}
