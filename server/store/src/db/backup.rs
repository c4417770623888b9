//! A copy of the embedded database while it is in use. Under its own name it is complete, or isn't there.

use std::{
    fs::{self, File, OpenOptions, Permissions, TryLockError},
    io,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions as _, Connection as _, query};

use super::{
    Db,
    address::Address,
    file::{PRIVATE, beside, owners, sync_folder_of},
    migrations::any_version_options,
};
use crate::StoreError;

impl Db {
    /// Writes a consistent copy of an embedded database, of whatever version, to a new file. The database is read and
    /// not changed. Until the copy is complete and on disk, it is called `FILE.part`.
    pub async fn backup(url: &str, file: &Path) -> Result<(), StoreError> {
        let Address::Sqlite(database) = Address::parse(url)? else {
            return Err(StoreError::Setup(
                "backup is for the embedded database; use pg_dump for PostgreSQL".to_owned(),
            ));
        };
        let options = any_version_options(&database).await?;
        let part = Part::create(file)?;
        let mut conn = options.connect().await?;
        let copied = query("vacuum into $1").bind(part.name()?).execute(&mut conn).await;
        copied.map_err(|error| unwritable(file, &error))?;
        conn.close().await?;
        part.finish()
    }
}

/// An unfinished copy. Dropped before its time, it is gone.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    place: PathBuf,
    /// Locked for as long as it is open, so that two programs don't write the same.
    file: File,
}

impl Part {
    /// Takes the place of one that a program has left that was killed.
    fn create(place: &Path) -> Result<Self, StoreError> {
        let refused = |error: io::Error| unwritable(place, &error);
        let place = std::path::absolute(place).map_err(refused)?;
        if place.try_exists().map_err(refused)? {
            return Err(StoreError::Copy(format!("{} exists already; name a new file", place.display())));
        }
        let path = beside(&place, ".part");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(PRIVATE);
        // What a link leads to is not ours to write.
        let flags = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
        let file = options.custom_flags(flags).open(&path).map_err(|error| unwritable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Copy(format!("another backup is writing {}", path.display())));
            }
            Err(TryLockError::Error(error)) => return Err(refused(error)),
        }
        let part = Self { path, place, file };
        // SQLite would take what is left beside it for its own.
        part.remove_journal();
        part.file
            .set_permissions(Permissions::from_mode(PRIVATE))
            .and_then(|()| part.file.set_len(0))
            .map_err(refused)?;
        Ok(part)
    }

    /// As SQLite wants it, which knows names in UTF-8 only.
    fn name(&self) -> Result<String, StoreError> {
        let name = self.path.to_str().map(str::to_owned);
        name.ok_or_else(|| StoreError::Copy(format!("{} is no name in UTF-8; name another file", self.place.display())))
    }

    /// Makes it last, and gives it its name.
    fn finish(self) -> Result<(), StoreError> {
        let finished = self.file.sync_all().and_then(|()| match fs::hard_link(&self.path, &self.place) {
            // Not every file system has second names.
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::rename(&self.path, &self.place),
            linked => linked,
        });
        finished.and_then(|()| sync_folder_of(&self.place)).map_err(|error| unwritable(&self.place, &error))
    }

    fn remove_journal(&self) {
        let _ = fs::remove_file(beside(&self.path, "-journal"));
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.remove_journal();
        let _ = fs::remove_file(&self.path);
    }
}

fn unwritable(place: &Path, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Copy(format!("{} can't be written: {error}{}", place.display(), owners(&[place])))
}
