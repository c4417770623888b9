//! Moves what was committed from SQLite's log into the database itself, on a thread and a connection of its own: SQLite
//! would do it at the end of every so many commits, while everybody waits.

use std::{
    fs::File,
    io,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};
use tokio::runtime::{Builder, Runtime};

use crate::{
    StoreError,
    db::DatabaseFile,
    locks::{ReadPermits, WriteLock},
};

/// How often the length of the log is looked at, while something is written and while nothing is.
const LOOK: Duration = Duration::from_millis(20);
const SELDOM: Duration = Duration::from_millis(250);
/// Pages of 4 KiB in the log that are worth moving. A page that is written again and again is then moved once.
const WORTH_MOVING: i64 = 2_000;
/// Pages after which the log is restarted, which takes the write lock. A longer one is no longer in the processor's
/// cache when it is written again, which costs more than it saves (measured with 1,000 to 16,000).
const LONG: i64 = 4_000;
/// Pages after which readers are kept waiting for it: as long as one reads an old state the log can't restart, and
/// where somebody always reads it would fill the disk.
const TOO_LONG: i64 = 16_000;
/// Pages that may be left to be moved while nobody may write; of more, some are moved and synced before.
const FEW: i64 = 100;
/// How long readers that have begun are waited for, and others with them, for each `TOO_LONG` pages; and at most.
const READER_TIMEOUT: Duration = Duration::from_millis(100);
const LONGEST: u32 = 20;
/// How long the write lock is waited for, while nobody may read.
const WRITE_LOCK_TIMEOUT: Duration = Duration::from_secs(1);
/// When it is tried again, where somebody went on reading: others are then kept waiting for a tenth of the time at most.
const RESTS: u32 = 10;
const AGAIN: Duration = Duration::from_secs(1);

/// The thread, until it is dropped.
#[derive(Debug)]
pub(super) struct Checkpointer {
    /// Closed, it tells the thread to end.
    _alive: Sender<()>,
}

/// The log, in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Log {
    written: i64,
    moved: i64,
    is_busy: bool,
}

impl Checkpointer {
    pub(super) fn start(database: DatabaseFile, lock: WriteLock, readers: ReadPermits) -> Result<Self, StoreError> {
        let conn = Connection::open_with_flags(
            database.path(),
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        // Who reads an old state elsewhere is not waited for: there will be another time.
        conn.busy_timeout(Duration::ZERO)?;
        conn.execute_batch("pragma synchronous = full")?;
        let failed = |error: io::Error| StoreError::Setup(format!("no thread could be started: {error}"));
        let (alive, ended) = channel();
        let not_before = Instant::now();
        let mover = Mover { conn, database, file: None, lock, readers, not_before };
        let run = move || match Builder::new_current_thread().enable_time().build() {
            Ok(clock) => mover.run(&clock, &ended),
            Err(error) => tracing::error!(%error, "the log of the database will never be restarted"),
        };
        thread::Builder::new().name("checkpoints".to_owned()).spawn(run).map_err(failed)?;
        Ok(Self { _alive: alive })
    }
}

struct Mover {
    conn: Connection,
    database: DatabaseFile,
    /// The database itself, once its log has been long.
    file: Option<&'static File>,
    lock: WriteLock,
    readers: ReadPermits,
    /// When it is worth trying again to restart the log.
    not_before: Instant,
}

impl Mover {
    /// The clock is only for waiting with a limit.
    fn run(mut self, clock: &Runtime, ended: &Receiver<()>) {
        let (mut before, mut rest) = (None, LOOK);
        while ended.recv_timeout(rest) == Err(RecvTimeoutError::Timeout) {
            // Of a log that was removed, too: what it holds is on its way into the file before anybody ends this program.
            if !self.database.takes_log() {
                continue;
            }
            // A full disk or a lock of somebody else's: commits have the same trouble and tell of it.
            let Ok(log) = self.checkpoint("noop") else { continue };
            let is_quiet = before.replace(log) == Some(log);
            rest = if is_quiet { SELDOM } else { LOOK };
            let left = log.written - log.moved;
            if left == 0 || (left < WORTH_MOVING && !is_quiet) {
                continue;
            }
            let moved = self.checkpoint("passive");
            if moved.is_ok_and(|log| log.written >= LONG) && Instant::now() >= self.not_before {
                self.begin_anew(clock, log.written);
            }
        }
    }

    /// Restarts the log with the next commit, unless somebody still reads an old state.
    fn begin_anew(&mut self, clock: &Runtime, written: i64) {
        self.leave_few();
        let times = u32::try_from(written / TOO_LONG).map_or(LONGEST, |times| times.min(LONGEST));
        let timeout = READER_TIMEOUT * times;
        let begun = clock.block_on(async {
            let _readers = self.readers.take_all(timeout).await?;
            // What those who read until now kept from being moved: nobody who writes waits for that, and nobody who
            // wants to read for very much of it.
            if self.left()? > LONG {
                return Some(());
            }
            self.leave_few();
            let _guard = self.lock.take(WRITE_LOCK_TIMEOUT).await.ok()?;
            self.checkpoint("restart").ok().filter(|log| !log.is_busy).map(|_| ())
        });
        if begun.is_none() && times > 0 {
            self.not_before = Instant::now() + AGAIN.max(timeout * RESTS);
        }
    }

    /// Moves and syncs while others go on writing, so that little is left for when they have to wait. SQLite itself
    /// would sync only when nothing is left, which is then.
    fn leave_few(&mut self) {
        self.sync();
        if self.left().is_some_and(|left| left > FEW) {
            let _ = self.checkpoint("passive");
            self.sync();
        }
    }

    /// Pages that are still to be moved.
    fn left(&self) -> Option<i64> {
        self.checkpoint("noop").ok().map(|log| log.written - log.moved)
    }

    fn sync(&mut self) {
        if self.file.is_none() {
            // Never closed: with it, this process would lose the locks that SQLite holds on the same file.
            self.file = File::open(self.database.path()).ok().map(|file| &*Box::leak(Box::new(file)));
        }
        // Where it fails, SQLite's own sync says so to those whom it concerns.
        let _ = self.file.map(File::sync_data);
    }

    fn checkpoint(&self, mode: &str) -> Result<Log, rusqlite::Error> {
        self.conn.query_row(&format!("pragma wal_checkpoint({mode})"), [], |row| {
            Ok(Log { is_busy: row.get(0)?, written: row.get(1)?, moved: row.get(2)? })
        })
    }
}
