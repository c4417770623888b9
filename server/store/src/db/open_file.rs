//! The embedded database's file and its log, watched while they are open: nothing is acknowledged that went into what
//! nobody finds again.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use super::file::{beside, refused};
use crate::StoreError;

/// A file that is open as a database, and its log. Clones are of the same one.
#[derive(Debug, Clone)]
pub struct DatabaseFile(Arc<OpenFile>);

#[derive(Debug)]
struct OpenFile {
    path: PathBuf,
    id: FileId,
    /// How long it was at least: nothing makes it shorter but somebody else's hand.
    length: AtomicU64,
    log_path: PathBuf,
    /// SQLite makes its log with the first connection and keeps it until the last one ends.
    log_id: OnceLock<FileId>,
    /// Once something was lost it stays so: what was written meanwhile is in no file that has a name.
    loss: OnceLock<Loss>,
}

/// What tells a file from another that has taken its name.
type FileId = (u64, u64);

/// What somebody else has done to the files while they were open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    Database,
    Log,
    Soundness,
}

impl Loss {
    const fn text(self) -> &'static str {
        match self {
            Self::Database => "the database's file was removed, replaced or cut",
            Self::Log => "the database's log (the file that ends in -wal) was removed or replaced",
            Self::Soundness => "the database's file is damaged, perhaps because something was copied into it",
        }
    }
}

impl DatabaseFile {
    /// The file that is at a path now.
    pub(super) fn at(path: &Path) -> Result<Self, StoreError> {
        let found = look_at(path).and_then(|found| found.ok_or_else(|| io::ErrorKind::NotFound.into()));
        let found = found.map_err(|error| refused(path, &error))?;
        Ok(Self(Arc::new(OpenFile {
            path: path.to_owned(),
            id: found.id,
            length: AtomicU64::new(found.length.max(1)),
            log_path: beside(path, "-wal"),
            log_id: OnceLock::new(),
            loss: OnceLock::new(),
        })))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0.path
    }

    /// Fails once the file was removed, replaced or cut: SQLite would go on writing into what nobody finds again. One call
    /// of the system, so it is asked for each transaction that writes.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if let Some(loss) = self.0.loss.get() {
            return Err(StoreError::Unavailable(loss.text().into()));
        }
        let OpenFile { path, id, length, .. } = &*self.0;
        // Read before the file is looked at: others look, too, and may see a longer one meanwhile.
        let least = length.load(Ordering::Acquire);
        // A disk or a network that does not answer now says nothing of the file.
        let found = look_at(path).map_err(|error| StoreError::Unavailable(error.into()))?;
        let Some(found) = found.filter(|found| found.id == *id && found.length >= least) else {
            return Err(self.lose(Loss::Database));
        };
        length.fetch_max(found.length, Ordering::Release);
        Ok(())
    }

    /// Passes on what a statement failed with. Once SQLite finds the file damaged, nothing more is written: what it
    /// would acknowledge might never be found again.
    pub(crate) fn heed(&self, error: StoreError) -> StoreError {
        if matches!(error, StoreError::Damaged(_)) {
            self.lose(Loss::Soundness);
        }
        error
    }

    /// Looks whether the log has its name still, and says whether what it holds may be moved into the file: it may where
    /// the log was removed, and nobody loses it then; not where the file is another one. For the checkpointer, every
    /// few milliseconds.
    pub(crate) fn takes_log(&self) -> bool {
        let OpenFile { log_path, log_id, loss, .. } = &*self.0;
        if self.check().is_ok()
            && let Ok(found) = look_at(log_path)
        {
            let is_there = match found {
                Some(found) => *log_id.get_or_init(|| found.id) == found.id,
                None => log_id.get().is_none(),
            };
            if !is_there {
                self.lose(Loss::Log);
            }
        }
        loss.get().is_none_or(|loss| *loss == Loss::Log)
    }

    fn lose(&self, loss: Loss) -> StoreError {
        let path = self.0.path.display();
        if self.0.loss.set(loss).is_ok() {
            tracing::error!(%path, "{}: nothing is recorded until this program is restarted", loss.text());
        }
        StoreError::Unavailable(loss.text().into())
    }
}

/// What is asked of a file.
#[derive(Debug, Clone, Copy)]
struct Look {
    id: FileId,
    length: u64,
}

/// What is at a path, if anything is. Not when it was changed: to ask for that makes the kernel write a new time with
/// the next change (Linux 6.13), and that to disk with each commit.
fn look_at(path: &Path) -> io::Result<Option<Look>> {
    #[cfg(target_os = "linux")]
    {
        use rustix::{
            fs::{AtFlags, CWD, StatxFlags, makedev, statx},
            io::Errno,
        };
        match statx(CWD, path, AtFlags::empty(), StatxFlags::INO | StatxFlags::SIZE) {
            Ok(found) => {
                let id = (makedev(found.stx_dev_major, found.stx_dev_minor), found.stx_ino);
                return Ok(Some(Look { id, length: found.stx_size }));
            }
            Err(Errno::NOENT) => return Ok(None),
            // An old kernel, or a container that does not know the call.
            Err(Errno::NOSYS) => {}
            Err(error) => return Err(error.into()),
        }
    }
    match fs::metadata(path) {
        Ok(found) => Ok(Some(Look { id: (found.dev(), found.ino()), length: found.len() })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs::File, thread};

    use super::*;

    #[test]
    fn a_file_that_grows_while_several_look_at_it_is_not_taken_for_a_cut_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("n.db");
        let file = File::create(&path).unwrap();
        file.set_len(1).unwrap();
        let database = DatabaseFile::at(&path).unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..50_000).for_each(|_| database.check().unwrap()));
            }
            (2..20_000).for_each(|length| file.set_len(length).unwrap());
        });
        file.set_len(1).unwrap();
        assert!(database.check().is_err());
    }
}
