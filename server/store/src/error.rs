//! What can go wrong in the database, sorted by what the caller can do about it.

use domain::AppError;
use sqlx::error::ErrorKind;

/// What a driver said.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a statement failed. The driver's own text goes to the log, never to a client.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint holds this value already.
    #[error("this value exists already")]
    Duplicate,
    /// The database answered that it won't take this row.
    #[error("the database refused a row")]
    Refused(#[source] Cause),
    /// A stored row can't be read: the database was changed by something else.
    #[error("a row of {table} has an unreadable {column}")]
    BadRow {
        /// Which table.
        table: &'static str,
        /// Which column.
        column: &'static str,
    },
    /// The database can't be reached, is locked, full or read-only.
    #[error("the database is unavailable: {0}")]
    Unavailable(#[source] Cause),
    /// SQLite has found the database's file to be none, or to contradict itself.
    #[error("the database's file is damaged: {0}")]
    Damaged(#[source] Cause),
    /// A copy can't be written where it was wanted.
    #[error("{0}")]
    Copy(String),
    /// The database can't be opened as configured.
    #[error("{0}")]
    Setup(String),
}

impl StoreError {
    /// The error of a use case: `taken` where a unique constraint holds the value already.
    pub fn or_taken(self, taken: AppError) -> AppError {
        if matches!(self, Self::Duplicate) { taken } else { self.into() }
    }

    /// Whether the server says that it has undone a whole transaction only because others were at the same rows or tables,
    /// as a migration is: the same can be tried again.
    pub(crate) fn was_undone(&self) -> bool {
        const SERIALIZATION_FAILURE: &str = "40001";
        const DEADLOCK_DETECTED: &str = "40P01";
        let Self::Unavailable(cause) = self else { return false };
        let error = cause.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
        error.and_then(sqlx::error::DatabaseError::code).is_some_and(|code| {
            // SQLite's codes are numbers; 40001 is none of them.
            code == SERIALIZATION_FAILURE || code == DEADLOCK_DETECTED
        })
    }

    /// An unreadable column of a stored row.
    pub(crate) const fn bad_row(table: &'static str, column: &'static str) -> Self {
        Self::BadRow { table, column }
    }
}

/// A failing database is `Unavailable` to a person; what failed is for the log.
impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, source = ?std::error::Error::source(&error), "the database failed");
        Self::Unavailable
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error().map(sqlx::error::DatabaseError::kind) {
            Some(ErrorKind::UniqueViolation) => Self::Duplicate,
            Some(ErrorKind::ForeignKeyViolation | ErrorKind::NotNullViolation | ErrorKind::CheckViolation) => {
                Self::Refused(error.into())
            }
            // PostgreSQL's class 22 is "data exception": a value it can't take.
            Some(_)
                if error
                    .as_database_error()
                    .and_then(sqlx::error::DatabaseError::code)
                    .is_some_and(|code| code.starts_with("22")) =>
            {
                Self::Refused(error.into())
            }
            _ if is_damage(&error) => Self::Damaged(error.into()),
            _ => Self::Unavailable(error.into()),
        }
    }
}

/// SQLite's codes as sqlx tells them, as text: the low byte is the kind.
fn is_damage(error: &sqlx::Error) -> bool {
    use rusqlite::ffi::{SQLITE_CORRUPT, SQLITE_NOTADB};
    let error =
        error.as_database_error().filter(|error| error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some());
    let code = error.and_then(|error| error.code()?.parse::<i32>().ok());
    code.is_some_and(|code| [SQLITE_CORRUPT, SQLITE_NOTADB].contains(&(code & 0xff)))
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode, ffi};
        match &error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.extended_code {
                ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => Self::Duplicate,
                _ if matches!(failure.code, ErrorCode::ConstraintViolation | ErrorCode::TooBig) => {
                    Self::Refused(error.into())
                }
                _ if matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                    Self::Damaged(error.into())
                }
                _ => Self::Unavailable(error.into()),
            },
            // A column that doesn't hold what it should.
            rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..) => {
                Self::Refused(error.into())
            }
            _ => Self::Unavailable(error.into()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Setup(format!("the database can't be migrated: {error}"))
    }
}
