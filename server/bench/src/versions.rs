//! Two versions of the program on equal networks, in turn: a machine that becomes slower meanwhile harms both, and what
//! is left of that in one pair is not in the median of many.
//!
//! Only the demo fills these networks, since the fill of `fill.rs` knows one schema.

use std::{fmt::Write as _, path::Path};

use serde_json::Value;

use crate::{
    Failure,
    database::Database,
    http,
    network::{Program, make_demo, start},
    numbers::median,
    process::processor_seconds,
    stages::{Stages, say},
    visitors,
    wrk::Figures,
};

/// So many clicks are sold, each many times over.
const CLICKS: usize = 200;
/// The loads: number of the row they are like, name, connections, which requests, on PostgreSQL or not.
const LOADS: [(u8, &str, u32, Kind, bool); 5] = [
    (1, "redirects at 256 connections", 256, Kind::Visits, false),
    (3, "redirects at 1 connection", 1, Kind::Visits, false),
    (4, "redirects of one link, 256 connections", 256, Kind::OneLink, false),
    (6, "postbacks at 64 connections", 64, Kind::Postbacks, false),
    (7, "redirects on PostgreSQL, 256 connections", 256, Kind::Visits, true),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Visits,
    OneLink,
    Postbacks,
}

/// A version of the program, running on a network of its own.
struct Side {
    program: Program,
    /// Of links that lead to an offer, all of one partner.
    slugs: Vec<String>,
    api_key: String,
    folder: std::path::PathBuf,
}

impl Side {
    async fn start(program: &Path, folder: &Path, is_on_postgres: bool) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder)?;
        let database = if is_on_postgres {
            Database::on_a_durable_server().await?
        } else {
            Database::Sqlite(folder.join("network.db"))
        };
        let demo = make_demo(program, folder, &database).await?;
        database.settle().await?;
        let partner = &demo["partners"][0];
        let api_key = partner["api_key"].as_str().ok_or("the demo told no key")?.to_owned();
        let live = |link: &&Value| link["live"] == true && link["partner_id"] == partner["partner_id"];
        let links = demo["links"].as_array().map(Vec::as_slice).unwrap_or_default();
        let slugs: Vec<_> =
            links.iter().filter(live).filter_map(|link| link["slug"].as_str()).map(str::to_owned).collect();
        if slugs.is_empty() {
            return Err("the demo's first partner has no live link".into());
        }
        let program = start(program, folder, &database).await?;
        Ok(Self { program, slugs, api_key, folder: folder.to_owned() })
    }

    async fn requests(&self, kind: Kind) -> Result<std::path::PathBuf, Failure> {
        let requests = match kind {
            Kind::Visits => visitors::visits(&self.slugs),
            Kind::OneLink => visitors::visits(&self.slugs[..1]),
            Kind::Postbacks => {
                let mut clicks = Vec::with_capacity(CLICKS);
                for n in 0..CLICKS {
                    let request = format!("GET /t/{} HTTP/1.1", self.slugs[n % self.slugs.len()]);
                    let answer = http::ask(&self.program.address, &request, "").await?;
                    let id = answer.head.split("click_id=").nth(1).and_then(|rest| rest.get(..30));
                    clicks.push(id.and_then(|id| domain::ClickId::parse(id).ok()).ok_or("a link led to no offer")?);
                }
                visitors::postbacks(&self.api_key, &clicks)
            }
        };
        visitors::write_requests(&self.folder, &format!("{kind:?}"), &requests)
    }
}

/// What one load on one side took.
struct Turn {
    figures: Figures,
    /// Microseconds of a processor for each answer.
    processor: f64,
}

/// Both versions under one load.
#[derive(Default)]
struct Turns {
    ours: Vec<Turn>,
    theirs: Vec<Turn>,
}

impl Turns {
    /// The median of `value` on each side, and of the pairs' ratios.
    fn line(&self, (number, name): (u8, &str), what: &str, digits: usize, value: fn(&Turn) -> f64) -> String {
        let side = |turns: &[Turn]| median(turns.iter().map(value).collect());
        let mut ratios: Vec<f64> = self.ours.iter().zip(&self.theirs).map(|(o, t)| value(o) / value(t)).collect();
        ratios.sort_by(f64::total_cmp);
        let range = (ratios.first().copied().unwrap_or(0.0), ratios.last().copied().unwrap_or(0.0));
        let (ours, theirs, ratio) = (side(&self.ours), side(&self.theirs), median(ratios));
        format!(
            "{number:>2}  {name:<42}{what:<18}{ours:>12.digits$}{theirs:>12.digits$}{ratio:>9.3} ×   {:.2} to {:.2}",
            range.0, range.1
        )
    }
}

/// Measures the program beside another version of it, each so often; the loads whose name contains a word.
pub(crate) async fn compare(stages: &Stages, other: &Path, pairs: usize, word: &str) -> Result<String, Failure> {
    let mut table = format!(
        "{:>2}  {:<42}{:<18}{:>12}{:>12}{:>11}   pairs from, to\n",
        "#", "what", "median of", "this", "the other", "ratio"
    );
    let loads: Vec<_> =
        LOADS.into_iter().filter(|(_, name, ..)| name.to_lowercase().contains(&word.to_lowercase())).collect();
    if loads.is_empty() {
        return Err("--only: no load has that word in its name".into());
    }
    for (number, name, connections, kind, is_on_postgres) in loads {
        say(&format!("{number}: {name}"), (stages.options.seconds + 1) * (pairs as u64 + 1) * 2);
        let folder = stages.folder().join(format!("versions-{number}"));
        let ours = Side::start(&stages.options.program, &folder.join("this"), is_on_postgres).await?;
        let theirs = Side::start(other, &folder.join("other"), is_on_postgres).await?;
        let turns = load_in_turn(stages, [&ours, &theirs], pairs, (connections, kind)).await?;
        let line = |what, digits, value: fn(&Turn) -> f64| turns.line((number, name), what, digits, value);
        let _ = writeln!(table, "{}", line("answers/s", 0, |turn| turn.figures.per_second));
        let _ = writeln!(table, "{}", line("p50, ms", 3, |turn| turn.figures.p50));
        let _ = writeln!(table, "{}", line("processor, µs each", 2, |turn| turn.processor));
        ours.program.stop().await?;
        theirs.program.stop().await?;
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(table)
}

async fn load_in_turn(
    stages: &Stages,
    [ours, theirs]: [&Side; 2],
    pairs: usize,
    (connections, kind): (u32, Kind),
) -> Result<Turns, Failure> {
    let (our_requests, their_requests) = (ours.requests(kind).await?, theirs.requests(kind).await?);
    let turn = async |side: &Side, requests: &Path| {
        let before = processor_seconds(side.program.pid())?;
        let figures = stages.load(&side.program.address, connections, requests).await?;
        let taken = processor_seconds(side.program.pid())? - before;
        Ok::<_, Failure>(Turn { figures, processor: taken * 1_000_000.0 / figures.answers as f64 })
    };
    let mut turns = Turns::default();
    // The first of each side fills caches and is not counted.
    turn(ours, &our_requests).await?;
    turn(theirs, &their_requests).await?;
    for pair in 0..pairs {
        if pair % 2 == 0 {
            turns.ours.push(turn(ours, &our_requests).await?);
            turns.theirs.push(turn(theirs, &their_requests).await?);
        } else {
            turns.theirs.push(turn(theirs, &their_requests).await?);
            turns.ours.push(turn(ours, &our_requests).await?);
        }
    }
    Ok(turns)
}
