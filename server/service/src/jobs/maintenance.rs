//! What keeps the database what it is meant to be, each hour.

use std::time::Duration;

use domain::Timestamp;
use store::{StoreError, maintenance, owned_task};

use crate::Service;

/// Clicks of one step of erasing, and the rest after it, which is for everybody else.
const STEP: u32 = 1_000;
const REST: Duration = Duration::from_millis(20);
const DAY_MILLIS: i64 = 24 * 3_600_000;

impl Service {
    /// Erases what is known of visitors and has been kept for so many days.
    pub(super) async fn erase_visitors(&self, retention_days: u32) -> Result<(), StoreError> {
        let until = self.clock.now().plus_millis(-i64::from(retention_days) * DAY_MILLIS);
        while self.erase_some(until).await? {
            tokio::time::sleep(REST).await;
        }
        Ok(())
    }

    /// Makes the coming months' parts of a large table.
    pub(super) async fn prepare_months(&self) -> Result<(), StoreError> {
        let (db, now) = (self.db.clone(), self.clock.now());
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
