//! A PostgreSQL that is stopped and started again.

use std::{
    path::PathBuf,
    process::{Child, Command},
    thread,
    time::Duration,
};

use sqlx::{ConnectOptions as _, Connection as _, postgres::PgConnectOptions};

use crate::{TestDatabase, postgres};

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It ends everybody's connection and writes down what it has.
    Fast,
    /// At once, as in a crash: it has to recover when it comes back.
    Immediate,
}

/// A server of one's own that waits for the disk; gone when dropped.
#[derive(Debug)]
pub struct PrivatePostgres {
    folder: PathBuf,
    holder: Child,
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        let _ = self.holder.wait();
    }
}

impl PrivatePostgres {
    /// Starts it; nothing where PostgreSQL was to be left out.
    pub fn start() -> Option<Self> {
        let server = postgres::start_durable()?;
        Some(Self { folder: server.folder, holder: server.holder })
    }

    /// An empty database on it.
    pub async fn create_database(&self) -> TestDatabase {
        let folder = tempfile::tempdir().unwrap();
        TestDatabase { url: postgres::create_database_on(&self.folder).await, folder }
    }

    /// Stops it; when this returns, it is gone.
    pub fn stop(&self, how: Stop) {
        std::fs::write(self.folder.join("stopped"), "").unwrap();
        let pid = std::fs::read_to_string(self.folder.join("pid")).unwrap();
        let signal = if how == Stop::Fast { "-INT" } else { "-QUIT" };
        assert!(kill(signal, &pid), "it was not running");
        while kill("-0", &pid) {
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts it again; when this returns, it answers.
    pub async fn resume(&self) {
        std::fs::remove_file(self.folder.join("stopped")).unwrap();
        let options = PgConnectOptions::new().socket(&self.folder).username("postgres").database("postgres");
        for attempt in 0.. {
            match options.connect().await {
                Ok(conn) => return conn.close().await.unwrap(),
                Err(error) if attempt >= 600 => panic!("the private PostgreSQL does not come back: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

/// Whether the process was there to be told.
fn kill(signal: &str, pid: &str) -> bool {
    Command::new("kill").args([signal, pid.trim()]).output().unwrap().status.success()
}
