//! How a database is looked at, and how it gets this program's version.

use std::{path::Path, str::FromStr as _, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, SqliteConnection,
    error::DatabaseError,
    migrate::{MigrateError, Migrator},
    postgres::PgConnectOptions,
    query, query_as, query_scalar,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};

use super::{
    Db, POOL_TIMEOUT,
    address::Address,
    file::{self, NewFile},
    reaching::connect,
    standing::{Applied, Found, Purpose, Standing, judge, latest, require_usable},
};
use crate::StoreError;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// What a migration has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// The version that was found; nothing where there was no database, or an empty one.
    pub from: Option<i64>,
    /// The version that it has now: this program's, or a newer one that this program can work with.
    pub to: i64,
}

async fn read_sqlite(conn: &mut SqliteConnection) -> Result<Found, StoreError> {
    const TABLES: &str = "select name from sqlite_schema where type = 'table' and name not like 'sqlite!_%' escape '!'";
    let tables: Vec<String> = query_scalar(TABLES).fetch_all(&mut *conn).await?;
    if tables.is_empty() {
        return Ok(Found::Nothing);
    }
    if !tables.iter().any(|name| name == "_sqlx_migrations") {
        return Ok(Found::Foreign);
    }
    let since = if tables.iter().any(|name| name == "compatibility") {
        query_scalar(SINCE).fetch_optional(&mut *conn).await?
    } else {
        None
    };
    Ok(Found::Applied(Applied { migrations: query_as(APPLIED).fetch_all(conn).await?, since }))
}

/// Tables of others may lie beside this program's, as extensions have some.
async fn read_postgres(conn: &mut PgConnection) -> Result<Found, StoreError> {
    const IS_THERE: &str = "select to_regclass('_sqlx_migrations') is not null";
    let is_there: bool = query_scalar(IS_THERE).fetch_one(&mut *conn).await?;
    if !is_there {
        return Ok(Found::Nothing);
    }
    let says_since: bool =
        query_scalar("select to_regclass('compatibility') is not null").fetch_one(&mut *conn).await?;
    let since = if says_since { query_scalar(SINCE).fetch_optional(&mut *conn).await? } else { None };
    Ok(Found::Applied(Applied { migrations: query_as(APPLIED).fetch_all(conn).await?, since }))
}

const SINCE: &str = "select since from compatibility";
const APPLIED: &str = "select version, checksum from _sqlx_migrations where success order by version";

/// A connection as migrations and looks want it: without a limit to a statement's time, and without a line in the log
/// for each that takes long.
fn plain(path: &Path) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new().filename(path).synchronous(SqliteSynchronous::Full);
    options.busy_timeout(POOL_TIMEOUT).foreign_keys(true).disable_statement_logging()
}

/// A connection that migrates: a table that others refer to can be rebuilt only while nobody checks that they do.
fn migrating(path: &Path) -> SqliteConnectOptions {
    plain(path).foreign_keys(false)
}

/// What a file says of itself, and how it can be read without being changed.
async fn look(path: &Path) -> Result<(SqliteConnectOptions, Found), StoreError> {
    let options = plain(path).read_only(true);
    let looked = look_by(&options).await;
    match looked {
        // In a folder that can't be written SQLite has no place for its locks. Where nothing lies beside the file,
        // nobody has it open.
        Err(error) if !file::has_company(path) => {
            let alone = options.immutable(true);
            let found = look_by(&alone).await.map_err(|_| file::refused(path, &error))?;
            Ok((alone, found))
        }
        found => Ok((options, found.map_err(|error| file::refused_beside_log(path, &error))?)),
    }
}

async fn look_by(options: &SqliteConnectOptions) -> Result<Found, StoreError> {
    let mut conn = options.connect().await?;
    let found = read_sqlite(&mut conn).await;
    // It has changed nothing that could fail to be written.
    let _ = conn.close().await;
    found
}

/// How to read a file that can be used for this.
pub(super) async fn read_only_options(path: &Path, purpose: Purpose) -> Result<SqliteConnectOptions, StoreError> {
    file::check_library()?;
    file::require(path)?;
    let (options, found) = look(path).await?;
    require_usable(&found, &SQLITE, purpose)?;
    Ok(options)
}

/// How to read a file of whatever version of this program's.
pub(super) async fn any_version_options(path: &Path) -> Result<SqliteConnectOptions, StoreError> {
    file::check_library()?;
    file::require(path)?;
    let (options, found) = look(path).await?;
    if found.is_of(&SQLITE) {
        return Ok(options);
    }
    Err(StoreError::Setup(format!(
        "{} has none of this program's tables: it is not a database of this program",
        path.display()
    )))
}

/// Fails unless a server's database can be used for this.
pub(super) async fn require_usable_postgres(conn: &mut PgConnection, purpose: Purpose) -> Result<(), StoreError> {
    require_usable(&read_postgres(conn).await?, &POSTGRES, purpose)
}

/// Fails where a server's database has none of this program's tables.
pub(super) async fn require_postgres(url: &str) -> Result<(), StoreError> {
    let mut conn = connect(&PgConnectOptions::from_str(url)?.disable_statement_logging()).await?;
    let found = read_postgres(&mut conn).await?;
    conn.close().await?;
    if matches!(found, Found::Nothing) {
        return Err(StoreError::Setup(
            "the database has none of this program's tables: `something-project migrate` makes them, and so does `serve`"
                .to_owned(),
        ));
    }
    Ok(())
}

impl Db {
    /// Brings a database to this program's version. Makes the embedded one with its folders where there is no file;
    /// an empty file, or another program's, is refused and stays as it is.
    pub async fn migrate(url: &str) -> Result<Migrated, StoreError> {
        match Address::parse(url)? {
            Address::Sqlite(path) => migrate_sqlite(&path).await,
            Address::Postgres(url) => migrate_postgres(url).await,
        }
    }
}

async fn migrate_sqlite(path: &Path) -> Result<Migrated, StoreError> {
    file::check_library()?;
    let to = latest(&SQLITE);
    if file::is_missing(path)? {
        file::refuse_remains(path)?;
        if create_sqlite(path).await? {
            return Ok(Migrated { from: None, to });
        }
    }
    file::require(path)?;
    let (_, found) = look(path).await?;
    let standing = judge(&found, &SQLITE)?;
    if standing == Standing::New {
        return Err(StoreError::Setup(format!(
            "{} has no tables: it is no database of this program. Put a backup in its place, or remove it if you want \
            a new network",
            path.display()
        )));
    }
    if standing.needs_migration() {
        file::check_writable(path)?;
        let mut conn = migrating(path).connect().await.map_err(|error| file::refused(path, &error))?;
        SQLITE.run(&mut conn).await?;
        conn.close().await?;
    }
    Ok(Migrated { from: standing.version(), to: standing.version_after(to) })
}

/// Makes a database that is complete as soon as it is there; a program that is killed meanwhile leaves none. Returns
/// whether it was this program that made it.
async fn create_sqlite(path: &Path) -> Result<bool, StoreError> {
    let new = NewFile::create(path)?;
    let mut conn = migrating(new.path()).connect().await?;
    SQLITE.run(&mut conn).await?;
    query("pragma journal_mode = wal").execute(&mut conn).await?;
    conn.close().await?;
    new.put()
}

async fn migrate_postgres(url: &str) -> Result<Migrated, StoreError> {
    // Without a limit to a statement's time, since it may take a while; but while one statement waits for a lock on a
    // table, all others wait behind it, clicks among them: rather another time.
    let options = PgConnectOptions::from_str(url)?.disable_statement_logging().options([("lock_timeout", "500")]);
    let mut conn = connect(&options).await?;
    let standing = judge(&read_postgres(&mut conn).await?, &POSTGRES)?;
    if standing.needs_migration() {
        check_rights(&mut conn).await?;
        while let Err(error) = POSTGRES.run(&mut conn).await {
            if !is_locked(&error) {
                return Err(error.into());
            }
            tracing::info!("the migration waits for another that runs, or for a long report, to end");
            tokio::time::sleep(LOCK_PAUSE).await;
            // What it held before it failed goes with its connection.
            conn = connect(&options).await?;
        }
    }
    conn.close().await?;
    let to = latest(&POSTGRES);
    Ok(Migrated { from: standing.version(), to: standing.version_after(to) })
}

/// Until the next try of a migration that waits for a lock.
const LOCK_PAUSE: Duration = Duration::from_secs(2);

/// Whether a statement was given up because somebody else holds what it needs, or each what the other needs.
fn is_locked(error: &MigrateError) -> bool {
    let database = match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.as_database_error(),
        _ => None,
    };
    database.and_then(DatabaseError::code).is_some_and(|code| code == "55P03" || code == "40P01")
}

/// From PostgreSQL 15 on, only a database's owner may make tables in its schema `public`.
async fn check_rights(conn: &mut PgConnection) -> Result<(), StoreError> {
    const SQL: &str = "select quote_ident(current_user), quote_ident(current_database()),
        coalesce(quote_ident(current_schema()), 'public'),
        coalesce(has_schema_privilege(current_schema(), 'create'), false)";
    let (role, database, schema, may_create): (String, String, String, bool) = query_as(SQL).fetch_one(conn).await?;
    if may_create {
        return Ok(());
    }
    Err(StoreError::Setup(format!(
        "the role {role} may make no tables in the schema {schema} of {database}. As a superuser, in that database: \
        `grant create on schema {schema} to {role}` or `alter database {database} owner to {role}`"
    )))
}
