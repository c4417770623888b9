//! The embedded database's file: made whole or not at all, for its owner's eyes only.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, OpenFlags};

use crate::StoreError;

/// SQLite below 3.51.3 has a bug that can corrupt a database in WAL mode.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Readable and writable by its owner alone: hashes of passwords and visitors' addresses are in it. SQLite gives the
/// files beside it the same rights.
pub(super) const PRIVATE: u32 = 0o600;

/// Refuses a SQLite that could do harm.
pub(super) fn check_library() -> Result<(), StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        let version = rusqlite::version();
        return Err(StoreError::Setup(format!("SQLite {version} is too old: 3.51.3 or later is needed")));
    }
    Ok(())
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the name of a file in a folder last.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

/// Fails where there is no database, or one that something else has left empty.
pub(super) fn require(path: &Path) -> Result<(), StoreError> {
    let shown = path.display();
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::Setup(format!(
            "there is no database at {shown}: `something-project migrate` makes one, and so does `serve`"
        ))),
        Err(error) => Err(refused(path, &error)),
        Ok(found) if !found.is_file() => Err(StoreError::Setup(format!("{shown} is no file"))),
        Ok(found) if found.len() == 0 => Err(StoreError::Setup(format!(
            "{shown} is empty (0 bytes): it is no database. Put a backup in its place, or remove it if you want a new \
            network"
        ))),
        Ok(_) => Ok(()),
    }
}

/// Whether there is nothing at a path.
pub(super) fn is_missing(path: &Path) -> Result<bool, StoreError> {
    path.try_exists().map(|exists| !exists).map_err(|error| refused(path, &error))
}

/// Fails where SQLite would open a database for reading only, because it may not write the file.
pub(super) fn check_writable(path: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|error| refused(path, &error))?;
    if conn.is_readonly("main")? {
        return Err(refused(path, &"it is read-only"));
    }
    Ok(())
}

/// Tells of a file that an older version, or somebody's hand, has left readable for everybody.
pub(super) fn warn_if_not_private(path: &Path) {
    if fs::metadata(path).is_ok_and(|found| found.mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "others on this machine may read the database: `chmod 600` it and its backups");
    }
}

/// Whether something lies beside a file that belongs to it: somebody has it open, or changes wait to be moved into it or
/// to be undone.
pub(super) fn has_company(path: &Path) -> bool {
    ["-wal", "-shm", "-journal"].iter().any(|end| beside(path, end).exists())
}

/// Refuses to make a new database where a log is left of a database that is gone: it would be lost with what it holds.
pub(super) fn refuse_remains(path: &Path) -> Result<(), StoreError> {
    let log = beside(path, "-wal");
    if fs::metadata(&log).is_ok_and(|found| found.len() > 0) {
        return Err(StoreError::Setup(format!(
            "there is no database at {}, but its log {} is there: put the database back, or remove the log as well",
            path.display(),
            log.display()
        )));
    }
    Ok(())
}

/// What can't be opened, and what that may come from where a log lies beside it.
pub(super) fn refused_beside_log(path: &Path, error: &dyn std::fmt::Display) -> StoreError {
    let log = beside(path, "-wal");
    let is_ours = fs::metadata(&log).is_ok_and(|found| found.uid() == rustix::process::geteuid().as_raw());
    if !is_ours {
        return refused_with(&[path, &log], error);
    }
    let why = format!(
        "{error}; if a backup was put in its place, remove {} and the file that ends in -shm, which belong to the one \
        before",
        log.display()
    );
    refused(path, &why)
}

/// The name of a file with something after it.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// What can't be opened or written, and whose it is where that is somebody else.
pub(super) fn refused(path: &Path, error: &dyn std::fmt::Display) -> StoreError {
    refused_with(&[path], error)
}

/// The same of the first of several files.
fn refused_with(files: &[&Path], error: &dyn std::fmt::Display) -> StoreError {
    let path = files.first().copied().unwrap_or(Path::new("."));
    StoreError::Setup(format!("{} can't be opened: {error}{}", path.display(), owners(files)))
}

/// Who owns files and the folder of the first, where that isn't who runs this program: a sentence to append.
pub fn owners(files: &[&Path]) -> String {
    let own = rustix::process::geteuid().as_raw();
    // The first folder that exists is the one in which something could not be made.
    let folder = files.first().and_then(|file| folder_of(file).ancestors().find(|folder| folder.exists()));
    let others: Vec<String> = files
        .iter()
        .copied()
        .chain([folder.unwrap_or(Path::new("."))])
        .filter_map(|place| Some((place, fs::metadata(place).ok()?.uid())))
        .filter(|(_, owner)| *owner != own)
        .map(|(place, owner)| format!("{} belongs to {}", place.display(), user(owner)))
        .collect();
    if others.is_empty() {
        return String::new();
    }
    format!(". This program runs as {}, and {}", user(own), others.join(", and "))
}

/// A user by name and number.
fn user(id: u32) -> String {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let number = id.to_string();
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number).then(|| name.to_owned())
    });
    name.map_or_else(|| format!("the user {id}"), |name| format!("the user {name} ({id})"))
}

/// A database in the making, under a name that nobody opens. Dropped before its time, it is gone.
#[derive(Debug)]
pub(super) struct NewFile {
    path: PathBuf,
    place: PathBuf,
}

impl NewFile {
    /// An empty file beside its place to be, whose folders are made where they aren't there.
    pub(super) fn create(place: &Path) -> Result<Self, StoreError> {
        let folder = folder_of(place);
        fs::create_dir_all(folder).map_err(|error| {
            StoreError::Setup(format!("{} can't be made: {error}{}", folder.display(), owners(&[place])))
        })?;
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let path = beside(place, &format!(".{}-{nanos}.new", std::process::id()));
        let made = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&path);
        made.map_err(|error| refused(place, &error))?;
        Ok(Self { path, place: place.to_owned() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name, unless another program was faster. Returns whether it was this one.
    pub(super) fn put(self) -> Result<bool, StoreError> {
        let put = match fs::hard_link(&self.path, &self.place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
            // Not every file system has second names.
            Err(_) => fs::rename(&self.path, &self.place),
            Ok(()) => Ok(()),
        };
        put.and_then(|()| sync_folder_of(&self.place)).map_err(|error| refused(&self.place, &error))?;
        Ok(true)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        for end in ["", "-journal", "-wal", "-shm"] {
            let _ = fs::remove_file(beside(&self.path, end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_named_where_they_have_a_name() {
        assert_eq!(user(0), "the user root (0)");
        assert_eq!(user(3_999_999_999), "the user 3999999999");
    }

    #[test]
    fn whose_a_folder_is_is_told_if_it_is_somebody_elses() {
        let folder = std::env::temp_dir().join(format!("owners-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let file = folder.join("f.db");
        assert_eq!(owners(&[&file]), "");
        // Only root can give something away.
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&folder, Some(3_999_999_999), None).unwrap();
            let wanted = format!(
                ". This program runs as the user root (0), and {} belongs to the user 3999999999",
                folder.display()
            );
            assert_eq!(owners(&[&file]), wanted);
        } else {
            assert!(owners(&[Path::new("/f.db")]).contains("/ belongs to the user root (0)"));
        }
        fs::remove_dir(&folder).unwrap();
    }
}
