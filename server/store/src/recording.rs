//! Recording: a whole group of clicks and postbacks in one transaction, on either engine.
//!
//! The two engines have little in common here. SQLite is fastest when one thread talks to it without a detour, row by
//! row with prepared statements; PostgreSQL when one statement carries the whole group as arrays. What is counted is
//! the same for both.

mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use domain::{ClickKind, LinkId};
use uuid::Uuid;

use crate::{
    StoreError,
    clicks::{NewClick, ResolvedLink},
    conversions::{NewConversion, Recorded},
};

pub use postgres::PostgresRecorder;
pub use sqlite::SqliteRecorder;

/// What became of a group, in the order of its members. When it is handed out, it is on disk.
#[derive(Debug, Default)]
pub struct Answers {
    /// Of each click, what its link is; nothing where there is no such link. It was recorded if the link is live.
    pub links: Vec<Option<std::sync::Arc<ResolvedLink>>>,
    /// Of each postback, what became of it.
    pub conversions: Vec<Recorded>,
}

/// Writes groups. It blocks: it is for a thread of its own.
#[derive(Debug)]
pub enum GroupRecorder {
    /// Into the embedded database.
    Sqlite(Box<SqliteRecorder>),
    /// Into the server.
    Postgres(PostgresRecorder),
}

impl GroupRecorder {
    /// Waits until it may write, and opens a transaction.
    pub fn begin(&mut self) -> Result<OpenGroup<'_>, StoreError> {
        Ok(match self {
            Self::Sqlite(recorder) => OpenGroup::Sqlite(recorder.begin()?),
            Self::Postgres(recorder) => OpenGroup::Postgres(recorder.begin()?),
        })
    }
}

/// A transaction that can write now. Dropped, it has done nothing.
#[derive(Debug)]
pub enum OpenGroup<'r> {
    /// In the embedded database.
    Sqlite(sqlite::OpenGroup<'r>),
    /// In the server.
    Postgres(postgres::OpenGroup<'r>),
}

impl OpenGroup<'_> {
    /// Records those clicks whose links are live and those postbacks that may be, changes the counters, and commits.
    /// After an error nothing of the group is stored.
    pub fn record(self, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Result<Answers, StoreError> {
        match self {
            Self::Sqlite(open) => open.record(clicks, conversions),
            Self::Postgres(open) => open.record(clicks, conversions),
        }
    }
}

/// What a group adds to `click_days`, in the order of its key: so several nodes never wait for each other in a circle.
#[derive(Default)]
struct ClickTally(BTreeMap<(i64, Uuid), ClickSums>);

#[derive(Default)]
struct ClickSums {
    clicks: i64,
    visits: i64,
    bots: i64,
    hours: i32,
}

impl ClickTally {
    fn add(&mut self, click: &NewClick, link: LinkId) {
        let at = click.id.made_at();
        let sums = self.0.entry((at.day().number(), link.uuid())).or_default();
        sums.clicks += 1;
        sums.visits += i64::from(click.kind == ClickKind::Visit);
        sums.bots += i64::from(click.kind == ClickKind::Bot);
        sums.hours |= 1 << at.hour();
    }
}

/// What a group adds to `conversion_days`: conversions, then units and millionths of amount and of commission.
#[derive(Default)]
struct ConversionTally<'g>(BTreeMap<(Uuid, i64, &'g str, &'g str), [i64; 5]>);

impl<'g> ConversionTally<'g> {
    fn add(&mut self, new: &'g NewConversion, link: LinkId) {
        let key = (link.uuid(), new.at.day().number(), new.status.as_str(), new.currency.as_str());
        let (amount, commission) = (new.amount.units_and_micros(), new.commission.units_and_micros());
        let added = [1, amount.0, amount.1, commission.0, commission.1];
        for (sum, added) in self.0.entry(key).or_default().iter_mut().zip(added) {
            *sum += added;
        }
    }
}

const ADD_CLICKS: &str = "on conflict (day, link_id) do update set clicks = click_days.clicks + excluded.clicks,
    visits = click_days.visits + excluded.visits, bots = click_days.bots + excluded.bots,
    hours = click_days.hours | excluded.hours";
const ADD_CONVERSIONS: &str = "on conflict (link_id, day, status, currency) do update set
    conversions = conversion_days.conversions + excluded.conversions,
    amount_units = conversion_days.amount_units + excluded.amount_units,
    amount_micros = conversion_days.amount_micros + excluded.amount_micros,
    commission_units = conversion_days.commission_units + excluded.commission_units,
    commission_micros = conversion_days.commission_micros + excluded.commission_micros";
