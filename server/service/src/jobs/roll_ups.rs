//! What reports count is packed, and what comes late is looked for.

use std::time::{Duration, Instant};

use domain::Day;
use rand::RngCore as _;
use store::{
    Conn, StoreError, owned_task,
    rollups::{self, Stretch, VisitorKeys, WrongDays},
};

use crate::{Service, reports::BuiltIn};

/// Visitors that are forgotten in one step.
const FORGOTTEN: u32 = 2_000;
/// The longest pause between two steps while old clicks are packed.
const LONGEST_REST: Duration = Duration::from_millis(200);

impl Service {
    /// Whether something is old enough to be packed.
    pub(super) async fn has_to_roll_up(&self, conn: &mut Conn) -> Result<bool, StoreError> {
        Ok(rollups::next_stretch(conn, self.clock.now()).await?.is_some())
    }

    /// Packs all that is old enough, and makes large segments of small ones.
    pub(super) async fn roll_up(&self) -> Result<(), StoreError> {
        while let Some(stretch) = self.next_stretch().await? {
            let (began, is_newest) = (Instant::now(), stretch.is_newest(self.clock.now()));
            let keys = self.visitor_keys(stretch.day()).await?;
            let is_whole = rollups::pack_clicks_of(&self.db, stretch, &BuiltIn, &keys).await?;
            while rollups::pack_next_conversions(&self.db, self.clock.now()).await? {}
            // Whatever hinders that must not keep clicks from being packed.
            if let Err(error) = self.compact().await {
                tracing::warn!(%error, "segments could not be put together");
            }
            // What has become old enough meanwhile is little: it is packed with what follows.
            if is_newest && is_whole {
                break;
            }
            // Old clicks have time: whoever else wants to write has most of it.
            tokio::time::sleep((2 * began.elapsed()).min(LONGEST_REST)).await;
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
