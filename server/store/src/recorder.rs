//! Recording: a whole batch of clicks and postbacks in one transaction, on either engine.
//!
//! The two engines have little in common here. SQLite is fastest when one thread talks to it without a detour, row by
//! row with prepared statements; PostgreSQL when one statement carries the whole batch as arrays. What is counted is
//! the same for both.

mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use domain::{AffiliateId, ClickKind, LinkId, OfferId, PartnerId};
use uuid::Uuid;

use crate::{
    StoreError,
    clicks::{NewClick, ResolvedLink},
    conversions::{ConversionOutcome, NewConversion},
};

pub use postgres::PostgresRecorder;
pub use sqlite::SqliteRecorder;

/// What became of a batch, in the order of its members. When it is handed out, it is on disk.
#[derive(Debug, Default)]
pub struct Answers {
    /// Of each click, what its link is; nothing where there is no such link. It was recorded if the link is live.
    pub links: Vec<Option<std::sync::Arc<ResolvedLink>>>,
    /// Of each postback, what became of it.
    pub conversions: Vec<ConversionOutcome>,
}

/// Writes batches. It blocks: it is for a thread of its own.
#[derive(Debug)]
pub enum BatchRecorder {
    /// Into the embedded database.
    Sqlite(Box<SqliteRecorder>),
    /// Into the server.
    Postgres(Box<PostgresRecorder>),
}

impl BatchRecorder {
    /// Waits until it may write: in the embedded database until others have written, in the server until it is connected.
    pub fn begin(&mut self) -> Result<OpenBatch<'_>, StoreError> {
        Ok(match self {
            Self::Sqlite(recorder) => OpenBatch::Sqlite(recorder.begin()?),
            Self::Postgres(recorder) => OpenBatch::Postgres(recorder.begin()?),
        })
    }
}

/// Can write now. Dropped, it has done nothing.
#[derive(Debug)]
pub enum OpenBatch<'r> {
    /// In the embedded database.
    Sqlite(sqlite::OpenBatch<'r>),
    /// In the server.
    Postgres(postgres::OpenBatch<'r>),
}

impl OpenBatch<'_> {
    /// Records those clicks whose links are live and those postbacks that may be, changes the counters, and commits.
    /// After an error nothing of the batch is stored, or, where the server's answer was lost, all of it may be.
    pub fn record(self, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Result<Answers, StoreError> {
        match self {
            Self::Sqlite(open) => open.record(clicks, conversions),
            Self::Postgres(open) => open.record(clicks, conversions),
        }
    }
}

/// What a batch adds to the counters of clicks, each in the order of its key: so several nodes never wait for each
/// other in a circle.
#[derive(Default)]
struct ClickTally {
    /// To `click_days`, by day and link.
    links: BTreeMap<(i64, Uuid), ClickSums>,
    /// To `partnership_click_days`, by day, partner and affiliate.
    partnerships: BTreeMap<(i64, Uuid, Uuid), ClickSums>,
}

#[derive(Default)]
struct ClickSums {
    clicks: i64,
    visits: i64,
    bots: i64,
    hours: i32,
}

impl ClickTally {
    fn add(&mut self, click: &NewClick, link: &ResolvedLink) {
        let at = click.id.made_at();
        let day = at.day().number();
        let of_link = self.links.entry((day, link.id.uuid())).or_default();
        let partnership = (day, link.partner_id.uuid(), link.affiliate_id.uuid());
        for sums in [of_link, self.partnerships.entry(partnership).or_default()] {
            sums.clicks += 1;
            sums.visits += i64::from(click.kind == ClickKind::Human);
            sums.bots += i64::from(click.kind == ClickKind::Bot);
            sums.hours |= 1 << at.hour();
        }
    }
}

/// What a batch adds to `offer_totals`, in the order of offers. Clicks and conversions add to the same rows, so this is
/// one tally for the whole batch, counted at its end: counted after each of the two, several nodes would wait for each
/// other in a circle.
#[derive(Default)]
struct OfferTally(BTreeMap<Uuid, OfferSums>);

#[derive(Default)]
struct OfferSums {
    clicks: i64,
    conversions: i64,
}

impl OfferTally {
    fn add_click(&mut self, offer: OfferId) {
        self.0.entry(offer.uuid()).or_default().clicks += 1;
    }

    fn add_conversion(&mut self, offer: OfferId) {
        self.0.entry(offer.uuid()).or_default().conversions += 1;
    }
}

/// Who a conversion is credited to.
#[derive(Debug, Clone, Copy)]
struct Claim {
    link: LinkId,
    offer: OfferId,
    partner: PartnerId,
    affiliate: AffiliateId,
}

/// Conversions, then units and millionths of amount and of commission.
type ConversionSums = [i64; 5];

/// What a batch adds to the counters of conversions, each in the order of its key.
#[derive(Default)]
struct ConversionTally<'g> {
    /// To `conversion_days`, by day, link, status and currency.
    links: BTreeMap<(i64, Uuid, &'g str, &'g str), ConversionSums>,
    /// To `partnership_conversion_days`, by day, partner, affiliate, status and currency.
    partnerships: BTreeMap<(i64, Uuid, Uuid, &'g str, &'g str), ConversionSums>,
}

impl<'g> ConversionTally<'g> {
    fn add(&mut self, new: &'g NewConversion, claim: Claim) {
        let (day, status, currency) = (new.at.day().number(), new.status.as_str(), new.currency.as_str());
        let (amount, commission) = (new.amount.units_and_micros(), new.commission.units_and_micros());
        let added = [1, amount.0, amount.1, commission.0, commission.1];
        let of_link = self.links.entry((day, claim.link.uuid(), status, currency)).or_default();
        let partnership = (day, claim.partner.uuid(), claim.affiliate.uuid(), status, currency);
        for sums in [of_link, self.partnerships.entry(partnership).or_default()] {
            for (sum, added) in sums.iter_mut().zip(added) {
                *sum += added;
            }
        }
    }
}
