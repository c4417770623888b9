//! What the program does by itself, for as long as it runs.

use std::time::Duration;

use domain::Timestamp;
use store::{StoreError, owned_task, upkeep};

use crate::Service;

/// How often it looks what there is to do.
const EVERY: Duration = Duration::from_hours(1);
/// Clicks of one step of erasing, and the rest after it, which is for everybody else.
const STEP: u32 = 1_000;
const REST: Duration = Duration::from_millis(20);
const DAY_MILLIS: i64 = 24 * 3_600_000;

impl Service {
    /// Looks after the database until it is dropped. `retention_days` is after how many days what is known of a click's
    /// visitor is erased, if ever.
    pub async fn keep_up(&self, retention_days: Option<u32>) {
        loop {
            if let Err(error) = self.keep_up_once(retention_days).await {
                tracing::warn!(%error, "the database could not be looked after; the next try is in an hour");
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Makes the coming months' parts of a large table, and erases what has been kept for long enough.
    pub async fn keep_up_once(&self, retention_days: Option<u32>) -> Result<(), StoreError> {
        let (db, now) = (self.db.clone(), self.clock.now());
        owned_task(async move {
            let mut conn = db.begin().await?;
            upkeep::prepare_months(&mut conn, now).await?;
            conn.commit().await
        })
        .await?;
        let Some(days) = retention_days else { return Ok(()) };
        while self.erase_some(now.plus_millis(-i64::from(days) * DAY_MILLIS)).await? {
            tokio::time::sleep(REST).await;
        }
        Ok(())
    }

    async fn erase_some(&self, until: Timestamp) -> Result<bool, StoreError> {
        let db = self.db.clone();
        owned_task(async move {
            let mut conn = db.begin().await?;
            let has_more = upkeep::erase_visitors(&mut conn, until, STEP).await?;
            conn.commit().await?;
            Ok(has_more)
        })
        .await
    }
}
