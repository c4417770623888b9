//! What reports count is packed, and what comes late is looked for.

use std::time::{Duration, Instant};

use domain::Day;
use rand::RngCore as _;
use store::{
    Conn, StoreError, owned_task,
    rollups::{self, Stretch, VisitorKeys, WrongDays},
};

use crate::{Service, reports::BuiltIn};

/// Steps of packing whose visitors are forgotten together: a megabyte at most.
const FORGOTTEN: u32 = 10;
/// From so many clicks and postbacks a second on they have the machine for themselves, almost.
const BUSY: u64 = 2_000;
/// What has waited for so long is packed faster whatever happens: a report reads it row by row.
const LONG: Duration = Duration::from_secs(20);
/// The longest pause between two steps while there is more to be packed.
const LONGEST_REST: Duration = Duration::from_secs(2);

impl Service {
    /// Whether something is old enough to be packed.
    pub(super) async fn has_to_roll_up(&self, conn: &mut Conn) -> Result<bool, StoreError> {
        Ok(rollups::next_stretch(conn, self.clock.now()).await?.is_some())
    }

    /// Packs all that is old enough, and makes large segments of small ones.
    pub(super) async fn roll_up(&self) -> Result<(), StoreError> {
        // One job at a time is taken; a cut off one may be at its end still.
        let mut memory = self.packer.lock().await;
        let (mut last_step, mut recorded) = (Instant::now(), self.metrics.recorded());
        loop {
            let (began, now) = (Instant::now(), self.clock.now());
            let stretch = self.next_stretch().await?;
            let mut is_done = true;
            if let Some(stretch) = stretch {
                let keys = self.visitor_keys(stretch.day()).await?;
                let is_whole = rollups::pack_clicks_of(&self.db, stretch, &BuiltIn, &keys, &mut memory).await?;
                // What has become old enough meanwhile is little: it is packed with what follows.
                is_done = is_whole && stretch.is_newest(now);
            }
            is_done &= !rollups::pack_next_conversions(&self.db, now).await?;
            // Whatever hinders that must not keep clicks from being packed.
            if let Err(error) = self.compact().await {
                tracing::warn!(%error, "segments could not be put together");
            }
            if is_done {
                break;
            }
            let before = std::mem::replace(&mut recorded, self.metrics.recorded());
            let millis = u64::try_from(last_step.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
            let pace = (recorded - before).saturating_mul(1_000) / millis;
            last_step = Instant::now();
            let age = stretch.map_or(Duration::ZERO, |stretch| stretch.age(now));
            tokio::time::sleep(rest_after(began.elapsed(), pace, age)).await;
        }
        Ok(())
    }

    /// Looks each hour whether something was committed long after its moment, and forgets visitors whose time is over.
    pub(super) async fn check_roll_ups(&self) -> Result<(), StoreError> {
        let mut conn = self.db.snapshot().await?;
        let days = rollups::packed_days(&mut conn).await?;
        let WrongDays { clicks, conversions } = rollups::find_wrong_days(&mut conn, days).await?;
        let is_packing = rollups::next_stretch(&mut conn, self.clock.now()).await?.is_some();
        drop(conn);
        for day in clicks {
            tracing::warn!(day = day.number(), "clicks came late: a day of reports is packed again");
            let keys = self.visitor_keys(day).await?;
            rollups::repack_clicks(&self.db, day, &BuiltIn, &keys).await?;
        }
        for day in conversions {
            tracing::warn!(day = day.number(), "conversions came late: a day of reports is packed again");
            rollups::repack_conversions(&self.db, day).await?;
        }
        self.compact().await?;
        // While old clicks are packed, the keys of their days are needed.
        if is_packing { Ok(()) } else { self.forget_visitors(self.clock.now().day()).await }
    }

    async fn compact(&self) -> Result<(), StoreError> {
        while rollups::compact_segments(&self.db).await? {}
        Ok(())
    }

    async fn next_stretch(&self) -> Result<Option<Stretch>, StoreError> {
        let mut conn = self.db.read().await?;
        rollups::next_stretch(&mut conn, self.clock.now()).await
    }

    /// The keys by which the visitors of a day and of the day before are told; with a new day those of older ones end.
    async fn visitor_keys(&self, day: Day) -> Result<VisitorKeys, StoreError> {
        let mut conn = self.db.read().await?;
        let mut sealed = rollups::read_visitor_keys(&mut conn, day).await?;
        drop(conn);
        if !sealed.iter().any(|(known, _)| *known == day) {
            let mut key = [0; 32];
            rand::rng().fill_bytes(&mut key);
            let new = self.sealer.seal_visitor_key(&key, day);
            let new = new.ok_or_else(|| StoreError::Setup("a key could not be sealed".to_owned()))?;
            let db = self.db.clone();
            sealed = owned_task(async move {
                let mut conn = db.begin().await?;
                rollups::insert_visitor_key(&mut conn, day, &new).await?;
                let sealed = rollups::read_visitor_keys(&mut conn, day).await?;
                conn.commit().await?;
                Ok::<_, StoreError>(sealed)
            })
            .await?;
            self.forget_visitors(day).await?;
        }
        // A key that was sealed with another secret tells nobody.
        let open = |(day, sealed): (Day, Vec<u8>)| Some((day, self.sealer.open_visitor_key(&sealed, day)?));
        Ok(VisitorKeys::new(sealed.into_iter().filter_map(open)))
    }

    /// Forgets who was there two days before a day and earlier, and the keys by which they could be told.
    async fn forget_visitors(&self, day: Day) -> Result<(), StoreError> {
        let mut has_more = true;
        while has_more {
            let db = self.db.clone();
            has_more = owned_task(async move {
                let mut conn = db.begin().await?;
                rollups::forget_visitor_keys(&mut conn, day).await?;
                let has_more = rollups::forget_visitors(&mut conn, day, FORGOTTEN).await?;
                conn.commit().await?;
                Ok::<_, StoreError>(has_more)
            })
            .await?;
        }
        Ok(())
    }
}

/// How long the worker rests after a step, given how long that took, how much is recorded in a second, and how old
/// those clicks are that it packs: most of the time is others', and nearly all of it where they come as fast as they can.
fn rest_after(step: Duration, recorded_a_second: u64, age: Duration) -> Duration {
    let times = match (recorded_a_second >= BUSY, age >= LONG) {
        (false, _) => 2,
        (true, true) => 8,
        (true, false) => 60,
    };
    (times * step).min(LONGEST_REST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clicks_that_come_go_before_those_that_are_packed() {
        let [step, moment, minute] = [Duration::from_millis(10), Duration::from_secs(5), Duration::from_mins(1)];
        assert_eq!(rest_after(step, 10, minute), Duration::from_millis(20));
        assert_eq!(rest_after(step, 50_000, moment), Duration::from_millis(600));
        assert_eq!(rest_after(step, 50_000, minute), Duration::from_millis(80));
        assert_eq!(rest_after(minute, 10, minute), LONGEST_REST);
    }
}
