//! What the program does by itself, for as long as it runs.

use std::time::Duration;

use domain::Timestamp;
use store::{StoreError, maintenance, owned_task};

use crate::Service;

/// How often it looks what there is to do, and when it tries again what could not be done.
const EVERY: Duration = Duration::from_hours(1);
const AGAIN: Duration = Duration::from_mins(1);
/// Clicks of one step of erasing, and the rest after it, which is for everybody else.
const STEP: u32 = 1_000;
const REST: Duration = Duration::from_millis(20);
const DAY_MILLIS: i64 = 24 * 3_600_000;

impl Service {
    /// Looks after the database until it is dropped. `retention_days` is after how many days what is known of a click's
    /// visitor is erased, if ever.
    pub async fn maintain(&self, retention_days: Option<u32>) {
        loop {
            let maintained = self.maintain_once(retention_days).await;
            if let Err(error) = &maintained {
                tracing::warn!(%error, "the database could not be looked after; the next try is in a minute");
            }
            tokio::time::sleep(if maintained.is_ok() { EVERY } else { AGAIN }).await;
        }
    }

    /// Makes the coming months' parts of a large table, and erases what has been kept for long enough.
    pub async fn maintain_once(&self, retention_days: Option<u32>) -> Result<(), StoreError> {
        let now = self.clock.now();
        let prepared = self.prepare_months(now).await;
        if let Some(days) = retention_days {
            let until = now.plus_millis(-i64::from(days) * DAY_MILLIS);
            while self.erase_some(until).await? {
                tokio::time::sleep(REST).await;
            }
        }
        prepared
    }

    async fn prepare_months(&self, now: Timestamp) -> Result<(), StoreError> {
        let db = self.db.clone();
        owned_task(async move {
            let mut conn = db.begin().await?;
            maintenance::prepare_months(&mut conn, now).await?;
            conn.commit().await
        })
        .await
    }

    async fn erase_some(&self, until: Timestamp) -> Result<bool, StoreError> {
        let db = self.db.clone();
        owned_task(async move {
            let mut conn = db.begin().await?;
            let has_more = maintenance::erase_visitors(&mut conn, until, STEP).await?
                | maintenance::erase_addresses(&mut conn, until, STEP).await?;
            conn.commit().await?;
            Ok(has_more)
        })
        .await
    }
}
