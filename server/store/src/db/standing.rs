//! How a database stands beside this program: of which version it is, and what can be done with it.

use sqlx::migrate::Migrator;

use crate::StoreError;

/// What a database says of itself.
#[derive(Debug)]
pub(super) enum Found {
    /// There is no table at all.
    Nothing,
    /// There are tables, and none of them is this program's.
    Foreign,
    /// These migrations have been made.
    Applied(Applied),
}

/// What was done to a database.
#[derive(Debug)]
pub(super) struct Applied {
    /// Migrations by their numbers, each with the checksum of its text.
    pub(super) migrations: Vec<(i64, Vec<u8>)>,
    /// The oldest program that can work with it, by the number of its last migration, where that is said.
    pub(super) since: Option<i64>,
}

impl Found {
    /// Whether it began as this program's do, whatever became of it since.
    pub(super) fn is_of(&self, migrator: &Migrator) -> bool {
        let (Self::Applied(applied), Some(first)) = (self, migrator.iter().next()) else { return false };
        applied.migrations.iter().all(|(number, checksum)| *number != first.version || *first.checksum == checksum[..])
    }
}

/// How a database stands beside this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    New,
    Behind(i64),
    Current(i64),
    /// A newer program has migrated it, and says that this one can still work with it.
    Ahead(i64),
}

impl Standing {
    pub(super) const fn needs_migration(self) -> bool {
        matches!(self, Self::New | Self::Behind(_))
    }

    /// The version after a migration to a program's own.
    pub(super) fn version_after(self, to: i64) -> i64 {
        self.version().unwrap_or(to).max(to)
    }

    pub(super) const fn version(self) -> Option<i64> {
        match self {
            Self::New => None,
            Self::Behind(version) | Self::Current(version) | Self::Ahead(version) => Some(version),
        }
    }
}

pub(super) fn latest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Refuses what this program can't work with, now or after a migration.
pub(super) fn judge(found: &Found, migrator: &Migrator) -> Result<Standing, StoreError> {
    let refused = |why: String| Err(StoreError::Setup(why));
    let applied = match found {
        Found::Nothing => return Ok(Standing::New),
        Found::Foreign => {
            return refused("the database is of another program: it has none of this one's tables".into());
        }
        Found::Applied(applied) => applied,
    };
    let Applied { migrations: applied, since } = applied;
    let (version, latest) = (applied.iter().map(|(version, _)| *version).max().unwrap_or(0), latest(migrator));
    if version > latest && since.is_none_or(|since| since > latest) {
        return refused(format!(
            "the database was written by a newer version of this program (it is at version {version}, this program \
            knows {latest}); nothing was changed"
        ));
    }
    for (number, checksum) in applied {
        match migrator.iter().find(|migration| migration.version == *number) {
            Some(known) if *known.checksum == checksum[..] => {}
            Some(_) => {
                return refused(format!("the database is of another program: its migration {number} isn't this one's"));
            }
            // Of a newer program, which has said that this one need not know it.
            None if *number > latest => {}
            None => return refused(format!("the database has a migration {number}, which this program doesn't know")),
        }
    }
    let is_applied = |number: i64| applied.iter().any(|(version, _)| *version == number);
    let is_current = migrator.iter().all(|migration| is_applied(migration.version));
    Ok(match is_current {
        true if version > latest => Standing::Ahead(version),
        true => Standing::Current(version),
        false => Standing::Behind(version),
    })
}

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To work with it, beside a newer program if need be.
    Work,
    /// To look at all of it, which only the program of its version can.
    Audit,
}

/// Refuses what this program can't do this with.
pub(super) fn require_usable(found: &Found, migrator: &Migrator, purpose: Purpose) -> Result<(), StoreError> {
    let wanted = latest(migrator);
    let why = match judge(found, migrator)? {
        Standing::Current(_) => return Ok(()),
        Standing::Ahead(version) if purpose == Purpose::Work => {
            tracing::warn!(version, "the database was migrated by a newer version, which this one can work beside");
            return Ok(());
        }
        Standing::Ahead(version) => format!(
            "the database was written by a newer version of this program (it is at version {version}, this program \
            knows {wanted}), and only that one can look at all of it"
        ),
        Standing::New => "the database has no tables: it does not belong to this program".to_owned(),
        Standing::Behind(version) => format!(
            "the database is at version {version}, and this program wants {wanted}: run `something-project migrate`"
        ),
    };
    Err(StoreError::Setup(why))
}
