//! `/api/postback`: every answer a new conversion on the disk.

use std::path::Path;

use super::redirects::{LINKS, in_turn, per_second, visit};
use crate::{
    Failure, fill,
    stages::{Stage, Stages, Target},
    table::{Goal, Row},
    visitors,
    wrk::Figures,
};

/// So many clicks at most are sold, each several times over.
const CLICKS: i64 = 20_000;
const CONNECTIONS: u32 = 64;

/// A load of postbacks. Fails unless each answer left a conversion behind.
async fn sell(stages: &Stages, target: &Target, requests: &Path) -> Result<Figures, Failure> {
    let database = &target.network.database;
    let before = fill::count_conversions(database).await?;
    let figures = stages.load(&target.address, CONNECTIONS, requests).await?;
    let conversions = fill::count_conversions(database).await? - before;
    if conversions < figures.answers {
        return Err(format!("{} answers left only {conversions} conversions", figures.answers).into());
    }
    Ok(figures)
}

pub(super) async fn new_conversions(stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
    let target = stages.running(Stage::Small).await?;
    let (stages, network) = (&*stages, &target.network);
    let clicks = fill::list_clicks(&network.database, &network.partner.email, CLICKS).await?;
    let requests = visitors::postbacks(&network.api_key, &clicks);
    let requests = visitors::write_requests(stages.folder(), "postbacks", &requests)?;
    let visits = stages.visits(network.size, LINKS)?;
    let ours = async || sell(stages, &target, &requests).await;
    let theirs = async || visit(stages, &target, CONNECTIONS, &visits).await;
    let (ours, theirs) = in_turn(stages.options.rounds, ours, theirs).await?;
    Ok(vec![per_second(name, &ours, ("redirects", &theirs), Goal::RatioAtLeast(0.7))])
}
