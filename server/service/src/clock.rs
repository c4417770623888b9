//! The time, as the use cases know it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::{Id, Kind, Timestamp};
use uuid::{NoContext, Timestamp as UuidTimestamp, Uuid};

/// The machine's clock, or one that is set by hand: the demo writes a month of history with it.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// A clock that stands still until it is set.
    pub fn manual(start: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(start.as_millis()))))
    }

    /// Sets a manual clock; the machine's is left alone.
    pub fn set(&self, now: Timestamp) {
        if let Some(hand) = &self.0 {
            hand.store(now.as_millis(), Ordering::SeqCst);
        }
    }

    /// The moment it shows.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(hand) => Timestamp::from_millis(hand.load(Ordering::SeqCst)),
            None => Timestamp::from_millis(
                std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .ok()
                    .and_then(|since| i64::try_from(since.as_millis()).ok())
                    .unwrap_or(0),
            ),
        }
    }

    /// A new id that carries this clock's time.
    pub fn new_id<K: Kind>(&self) -> Id<K> {
        let Some(_) = &self.0 else { return Id::from_uuid(Uuid::now_v7()) };
        let millis = u64::try_from(self.now().as_millis()).unwrap_or(0);
        let nanos = u32::try_from((millis % 1000) * 1_000_000).unwrap_or(0);
        Id::from_uuid(Uuid::new_v7(UuidTimestamp::from_unix(NoContext, millis / 1000, nanos)))
    }
}
