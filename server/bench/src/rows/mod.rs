//! The rows of the table: each knows what it needs, what it is beside, and its goal.

mod postbacks;
mod redirects;
mod reports;
mod size;
mod steady;
mod waits;

use crate::{
    Failure,
    stages::{Options, Stage, Stages, say},
    table::{Line, Row},
};

/// How a row is measured.
#[derive(Debug, Clone, Copy)]
enum Measure {
    Throughput,
    Tail,
    OneConnection,
    OneLink,
    Stored,
    Postbacks,
    Postgres,
    Steady,
    Memory,
    Disk(Stage),
    Start,
    Overview,
    Reports(Stage),
}

/// Number, name and measure of each row, in the order in which they are measured: what needs the large network last,
/// and the one that leaves the program with much to do at the very end.
const ROWS: [(u8, &str, Measure); 15] = [
    (1, "redirects at 256 connections", Measure::Throughput),
    (2, "redirects at 64 connections, p99", Measure::Tail),
    (3, "redirects at 1 connection, p50", Measure::OneConnection),
    (4, "redirects of one link, 256 connections", Measure::OneLink),
    (6, "postbacks at 64 connections", Measure::Postbacks),
    (10, "disk per click, SQLite", Measure::Disk(Stage::Small)),
    (7, "redirects on PostgreSQL, 256 connections", Measure::Postgres),
    (10, "disk per click, PostgreSQL", Measure::Disk(Stage::Postgres)),
    (11, "start to the first redirect, large network", Measure::Start),
    (5, "redirects in the large network, 256 connections", Measure::Stored),
    (12, "overview of 30 days, large network", Measure::Overview),
    (9, "memory under load, large network", Measure::Memory),
    (13, "reports of 10 million clicks", Measure::Reports(Stage::Reports)),
    (14, "reports of 10 million clicks on PostgreSQL", Measure::Reports(Stage::PostgresReports)),
    (8, "5,000 redirects/s under reports, export, sign-ins", Measure::Steady),
];

impl Measure {
    /// About how long it takes, without what is made for it.
    fn seconds(self, options: &Options) -> u64 {
        let load = options.seconds + 1;
        match self {
            Self::Throughput => 3 * load * u64::from(options.rounds),
            Self::Start => 5,
            Self::Overview => 20,
            Self::Reports(_) => 300,
            Self::Memory => load,
            Self::Disk(_) => 2 * load,
            Self::Steady => 4 * load,
            _ => 2 * load * u64::from(options.rounds),
        }
    }

    async fn run(self, stages: &mut Stages, name: &str) -> Result<Vec<Row>, Failure> {
        match self {
            Self::Throughput => redirects::throughput(stages, name).await,
            Self::Tail => redirects::tail(stages, name).await,
            Self::OneConnection => redirects::one_connection(stages, name).await,
            Self::OneLink => redirects::one_link(stages, name).await,
            Self::Stored => redirects::stored(stages, name).await,
            Self::Postgres => redirects::on_postgres(stages, name).await,
            Self::Postbacks => postbacks::new_conversions(stages, name).await,
            Self::Steady => steady::among_others(stages, name).await,
            Self::Memory => size::memory(stages, name).await,
            Self::Disk(stage) => size::per_click(stages, stage, name).await,
            Self::Start => waits::start(stages, name).await,
            Self::Overview => waits::overview(stages, name).await,
            Self::Reports(stage) => reports::reports(stages, stage, name).await,
        }
    }
}

/// Measures the rows whose name contains a word, and returns them in the order of their numbers.
pub(crate) async fn measure_all(stages: &mut Stages, word: &str) -> Vec<(u8, Line)> {
    let word = word.to_lowercase();
    let mut lines = Vec::new();
    for (number, name, measure) in ROWS.into_iter().filter(|(_, name, _)| name.to_lowercase().contains(&word)) {
        say(&format!("{number}: {name}"), measure.seconds(&stages.options));
        match Box::pin(measure.run(stages, name)).await {
            Ok(rows) => lines.extend(rows.into_iter().map(|row| (number, Line::Measured(row)))),
            Err(failure) => {
                let why = failure.to_string();
                eprintln!("==> {number} FAILED: {why}");
                lines.push((number, Line::Failed { name: name.to_owned(), why }));
            }
        }
    }
    lines.sort_by_key(|(number, _)| *number);
    lines
}
