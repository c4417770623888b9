//! How many reports are counted at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{AppError, UserId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Reports that one person may have counted at a time; a third has to wait until its reader asks again.
const MOST: u8 = 2;
/// Reports that a program counts at a time: each has a connection as long as it takes, and pages need some, too.
const MOST_AT_ONCE: usize = 2;
/// How long a report waits for others.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Who has reports counted.
#[derive(Debug, Clone)]
pub(crate) struct ReportPermits {
    running: Arc<Mutex<HashMap<UserId, u8>>>,
    places: Arc<Semaphore>,
}

impl Default for ReportPermits {
    fn default() -> Self {
        Self { running: Arc::default(), places: Arc::new(Semaphore::new(MOST_AT_ONCE)) }
    }
}

impl ReportPermit {
    /// It is counted; what is left is to send it.
    pub(crate) fn give_up_place(&mut self) {
        self.place = None;
    }
}

/// A report that is counted, until it is dropped: at its end, or when its reader goes away.
#[derive(Debug)]
pub(crate) struct ReportPermit {
    permits: ReportPermits,
    user: UserId,
    place: Option<OwnedSemaphorePermit>,
}

impl ReportPermits {
    /// Waits for its turn; a third of one person isn't let wait.
    pub(crate) async fn take(&self, user: UserId) -> Result<ReportPermit, AppError> {
        let mut permit = self.admit(user)?;
        permit.place = Some(self.turn().await?);
        Ok(permit)
    }

    /// Waits for a place, but not for ever.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, AppError> {
        tokio::time::timeout(LONGEST_WAIT, self.place()).await.map_err(|_| AppError::Unavailable)?
    }

    /// A place alone, for as long as one step of reading much takes: of a file, or of a list that has to look for its rows.
    pub(crate) async fn place(&self) -> Result<OwnedSemaphorePermit, AppError> {
        Arc::clone(&self.places).acquire_owned().await.map_err(|_| AppError::Unavailable)
    }

    /// For what takes no place of a report's: what is read in small steps.
    pub(crate) fn admit(&self, user: UserId) -> Result<ReportPermit, AppError> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(user).or_default();
        if *count >= MOST {
            return Err(AppError::TooManyReports);
        }
        *count += 1;
        Ok(ReportPermit { permits: self.clone(), user, place: None })
    }
}

impl Drop for ReportPermit {
    fn drop(&mut self) {
        let mut running = self.permits.running.lock().unwrap_or_else(PoisonError::into_inner);
        let left = running.get(&self.user).map_or(0, |count| count.saturating_sub(1));
        // Others may go on.
        self.place = None;
        if left == 0 {
            running.remove(&self.user);
        } else {
            running.insert(self.user, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_report_of_one_person_is_refused_until_one_ends() {
        let permits = ReportPermits::default();
        let user = |n| UserId::from_uuid(uuid::Uuid::from_u128(n));
        let first = permits.admit(user(1)).unwrap();
        let _second = permits.admit(user(1)).unwrap();
        assert_eq!(permits.admit(user(1)).unwrap_err(), AppError::TooManyReports);
        let _others = permits.admit(user(2)).unwrap();
        drop(first);
        let _third = permits.admit(user(1)).unwrap();
        assert_eq!(permits.admit(user(1)).unwrap_err(), AppError::TooManyReports);
    }
}
