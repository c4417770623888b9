//! Moves what was committed from SQLite's log into the database itself, on a thread and a connection of its own: SQLite
//! would do it at the end of every so many commits, while everybody waits.

use std::{
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use crate::{StoreError, turn::WriteTurn};

/// How often the length of the log is looked at, while something is written and while nothing is.
const LOOK: Duration = Duration::from_millis(20);
const SELDOM: Duration = Duration::from_millis(250);
/// Pages of 4 KiB in the log that are worth moving. A page that is written again and again is then moved once.
const WORTH_MOVING: i64 = 2_000;
/// Pages after which the log begins anew, which takes a turn of writing. A longer one is no longer in the processor's
/// cache when it is written anew, which costs more than it saves (measured with 1,000 to 16,000).
const LONG: i64 = 4_000;

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
}

impl Checkpointer {
    pub(super) fn start(path: &Path, turn: WriteTurn) -> Result<Self, StoreError> {
        let conn =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        // Who reads an old state is not waited for: there will be another time.
        conn.busy_timeout(Duration::ZERO)?;
        conn.execute_batch("pragma synchronous = full")?;
        let (alive, ended) = channel();
        let started = thread::Builder::new().name("checkpoints".to_owned()).spawn(move || run(&conn, &turn, &ended));
        started.map_err(|error| StoreError::Setup(format!("no thread could be started: {error}")))?;
        Ok(Self { _alive: alive })
    }
}

fn run(conn: &Connection, turn: &WriteTurn, ended: &Receiver<()>) {
    let (mut before, mut rest) = (None, LOOK);
    while ended.recv_timeout(rest) == Err(RecvTimeoutError::Timeout) {
        // A full disk or a lock of somebody else's: commits have the same trouble and tell of it.
        let Ok(log) = checkpoint(conn, "noop") else { continue };
        let is_quiet = before.replace(log) == Some(log);
        rest = if is_quiet { SELDOM } else { LOOK };
        let left = log.written - log.moved;
        if left == 0 || (left < WORTH_MOVING && !is_quiet) {
            continue;
        }
        let moved = checkpoint(conn, "passive");
        if moved.is_ok_and(|log| log.written >= LONG) {
            // What came meanwhile is little, and with it moved the next commit begins a new log.
            let _turn = turn.wait();
            let _ = checkpoint(conn, "restart");
        }
    }
}

fn checkpoint(conn: &Connection, mode: &str) -> Result<Log, rusqlite::Error> {
    conn.query_row(&format!("pragma wal_checkpoint({mode})"), [], |row| {
        Ok(Log { written: row.get(1)?, moved: row.get(2)? })
    })
}
