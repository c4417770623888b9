//! What the program does by itself, and what can wait.

mod mail;
mod maintenance;
mod roll_ups;
mod runtime;

use store::{StoreError, jobs::TakenJob};

pub(crate) use self::mail::Mail;
pub use self::{
    mail::{Mailer, describe_smtp},
    runtime::run_jobs,
};
use crate::Service;

/// What is done in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobKind {
    /// A mail is sent.
    Mail,
    /// The parts of a large table are made for the coming months.
    PrepareMonths,
    /// What has been kept of visitors for long enough is erased.
    EraseVisitors,
    /// What reports count is packed.
    RollUp,
    /// What was packed is held against what there is.
    CheckRollUps,
}

/// What became of a job.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// It is done.
    Done,
    /// It could not be done now, and why.
    Retry(String),
    /// It will never be possible, and why.
    GiveUp(String),
}

const HOUR_MILLIS: i64 = 3_600_000;
/// How often is packed what reports count: what isn't is read row by row.
const ROLL_UP_MILLIS: i64 = 2_000;

impl JobKind {
    /// Those that a program has to do.
    fn of(retention_days: Option<u32>) -> Vec<Self> {
        let erase = retention_days.map(|_| Self::EraseVisitors);
        [Self::Mail, Self::PrepareMonths, Self::RollUp, Self::CheckRollUps].into_iter().chain(erase).collect()
    }

    /// As the database and metrics write it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::PrepareMonths => "prepare_months",
            Self::EraseVisitors => "erase_visitors",
            Self::RollUp => "roll_up",
            Self::CheckRollUps => "check_roll_ups",
        }
    }

    /// What is said in the log when it did not succeed.
    const fn failure(self) -> &'static str {
        match self {
            Self::Mail => "a mail could not be sent",
            Self::PrepareMonths => "the tables of the coming months could not be made",
            Self::EraseVisitors => "what was kept of visitors for long enough could not be erased",
            Self::RollUp => "what reports count could not be packed",
            Self::CheckRollUps => "what reports count could not be checked",
        }
    }

    /// In how many milliseconds after it was done it is due again, if it is done again and again.
    const fn repeated_after(self) -> Option<i64> {
        match self {
            Self::Mail => None,
            Self::PrepareMonths | Self::EraseVisitors | Self::CheckRollUps => Some(HOUR_MILLIS),
            Self::RollUp => Some(ROLL_UP_MILLIS),
        }
    }

    /// In how many milliseconds after it was wanted nobody wants it any more, if ever.
    const fn given_up_after(self) -> Option<i64> {
        match self {
            Self::Mail => Some(24 * HOUR_MILLIS),
            Self::PrepareMonths | Self::EraseVisitors | Self::RollUp | Self::CheckRollUps => None,
        }
    }
}

impl Outcome {
    /// As metrics write it.
    const fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retry(_) | Self::GiveUp(_) => "failed",
        }
    }
}

impl Service {
    /// What a worker does with a job.
    async fn perform(&self, kind: JobKind, job: &TakenJob, retention_days: Option<u32>) -> Outcome {
        match kind {
            JobKind::Mail => Box::pin(self.send_mail(job)).await,
            JobKind::PrepareMonths => outcome_of(self.prepare_months().await),
            JobKind::RollUp => outcome_of(self.roll_up().await),
            JobKind::CheckRollUps => outcome_of(self.check_roll_ups().await),
            JobKind::EraseVisitors => match retention_days {
                Some(days) => outcome_of(self.erase_visitors(days).await),
                None => Outcome::Done,
            },
        }
    }
}

fn outcome_of(done: Result<(), StoreError>) -> Outcome {
    match done {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}
