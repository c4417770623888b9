//! Which databases are opened: those of this program's version; older ones once they are migrated; no others.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use domain::Organisation;
use sqlx::{Connection as _, PgConnection, raw_sql};
use store::{Db, Migrated, StoreError, audit, organisations::api_keys};
use testkit::{Engine, TestDatabase};

use crate::{
    db::{add_somebody, anybody_is_in},
    first_schema::Old,
    network::{NOW, add_partner, new_key},
};

/// Makes a database say that it has a migration with this number, and that programs since another can work with it.
pub async fn add_migration(database: &TestDatabase, number: i64, since: i64) {
    let sql = format!(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
            select {number}, 'of a coming version', success, checksum, 0 from _sqlx_migrations where version = 1;
        update compatibility set since = {since}"
    );
    database.run_sql(sql).await;
}

fn file(database: &TestDatabase) -> PathBuf {
    database.folder.path().join("test.db")
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = files.collect();
    names.sort();
    names
}

/// What every way in says; all have to refuse, in the same words.
async fn refusal(database: &TestDatabase) -> String {
    let refused = [
        Db::migrate(&database.url).await.map(drop),
        Db::connect(&database.url).await.map(drop),
        Db::connect_read_only(&database.url).await.map(drop),
    ];
    let [first, others @ ..] = refused.map(|refused| match refused.unwrap_err() {
        StoreError::Setup(text) => text,
        other => panic!("{other:?} is no sentence for an operator"),
    });
    assert!(others.iter().all(|other| *other == first), "{first} {others:?}");
    first
}

#[tokio::test]
async fn a_new_embedded_database_is_made_with_its_folders_and_for_its_owner_alone() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let folder = database.folder.path().join("not/there/yet");
    let url = format!("sqlite://{}", folder.join("network.db").display());
    let Migrated { from, to } = Db::migrate(&url).await.unwrap();
    assert_eq!((from, names(&folder)), (None, vec!["network.db".to_owned()]));
    assert_eq!(Db::migrate(&url).await.unwrap(), Migrated { from: Some(to), to });
    let db = Db::connect(&url).await.unwrap();
    add_somebody(&db).await;
    let files = names(&folder);
    assert!(files.contains(&"network.db-wal".to_owned()), "{files:?}");
    for name in files {
        let mode = fs::metadata(folder.join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name} can be read by others");
    }
    db.close().await;
}

#[tokio::test]
async fn only_migrating_makes_a_database() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let refused = [
        Db::connect(&database.url).await.map(drop),
        Db::connect_read_only(&database.url).await.map(drop),
        Db::require(&database.url).await,
    ];
    for error in refused.map(|refused| refused.unwrap_err().to_string()) {
        assert!(error.contains("there is no database at") && error.contains("`something-project migrate`"), "{error}");
    }
    assert!(names(database.folder.path()).is_empty());
}

#[tokio::test]
async fn two_programs_that_make_a_database_at_once_make_one() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let (one, two) = tokio::join!(Db::open(&database.url), Db::open(&database.url));
    let (one, two) = (one.unwrap(), two.unwrap());
    add_somebody(&one).await;
    assert!(anybody_is_in(&two).await);
    one.close().await;
    two.close().await;
    let left = names(database.folder.path());
    assert!(left.iter().all(|name| !name.ends_with(".new")), "{left:?}");
}

#[tokio::test]
async fn an_empty_file_is_no_new_network() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    fs::write(file(&database), "").unwrap();
    let error = refusal(&database).await;
    assert!(error.contains("0 bytes") && error.contains("test.db"), "{error}");
    assert_eq!(fs::read(file(&database)).unwrap(), b"");
    assert!(Db::require(&database.url).await.is_err());
}

#[tokio::test]
async fn a_file_without_tables_is_no_new_network_either() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    database.run_sql("create table t (a); drop table t".to_owned()).await;
    let before = fs::read(file(&database)).unwrap();
    for error in [
        Db::migrate(&database.url).await.unwrap_err(),
        Db::connect(&database.url).await.unwrap_err(),
        Db::connect_read_only(&database.url).await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("has no tables"), "{error}");
    }
    assert_eq!(fs::read(file(&database)).unwrap(), before);
}

#[tokio::test]
async fn another_programs_database_is_refused_and_stays_as_it_is() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    database.run_sql("create table notes (text); insert into notes values ('mine')".to_owned()).await;
    let before = fs::read(file(&database)).unwrap();
    assert!(refusal(&database).await.contains("another program"));
    fs::write(file(&database), "Dear diary, ".repeat(1_000)).unwrap();
    assert!(refusal(&database).await.contains("can't be opened"));
    fs::write(file(&database), &before).unwrap();
    // Of one that is migrated in the same way, only the texts of the migrations tell.
    let other = "drop table notes; create table _sqlx_migrations (version bigint primary key, description text,
        success boolean, checksum blob, execution_time bigint);
        insert into _sqlx_migrations values (1, 'theirs', true, x'00', 0)";
    database.run_sql(other.to_owned()).await;
    let before = fs::read(file(&database)).unwrap();
    assert!(refusal(&database).await.contains("another program"));
    let copied = Db::backup(&database.url, &database.folder.path().join("copy.db")).await;
    assert!(copied.is_err() && fs::read(file(&database)).unwrap() == before);
}

#[tokio::test]
async fn an_older_database_is_refused_until_it_is_migrated() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::create(engine).await else { continue };
        Old::create(&database).await.close().await;
        let before = (engine == Engine::Sqlite).then(|| fs::read(file(&database)).unwrap());
        for error in
            [Db::connect(&database.url).await.unwrap_err(), Db::connect_read_only(&database.url).await.unwrap_err()]
        {
            let error = error.to_string();
            assert!(error.contains("is at version 1") && error.contains("`something-project migrate`"), "{error}");
        }
        if let Some(before) = before {
            assert_eq!(fs::read(file(&database)).unwrap(), before, "it was looked at, and not changed");
        }
        let migrated = Db::migrate(&database.url).await.unwrap();
        assert!(migrated.from == Some(1) && migrated.to >= 8, "{migrated:?}");
        Db::connect(&database.url).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_and_stays_as_it_is() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::create(engine).await else { continue };
        let known = Db::migrate(&database.url).await.unwrap().to;
        add_migration(&database, 9_999, 9_999).await;
        let before = (engine == Engine::Sqlite).then(|| fs::read(file(&database)).unwrap());
        let error = refusal(&database).await;
        let wanted = format!("newer version of this program (it is at version 9999, this program knows {known})");
        assert!(error.contains(&wanted), "{error}");
        if let Some(before) = before {
            assert_eq!(fs::read(file(&database)).unwrap(), before);
        }
    }
}

#[tokio::test]
async fn a_program_goes_on_beside_a_newer_one_that_can_be_worked_beside() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::create(engine).await else { continue };
        let known = Db::migrate(&database.url).await.unwrap().to;
        add_migration(&database, known + 1, known).await;
        let migrated = Db::migrate(&database.url).await.unwrap();
        assert_eq!(migrated, Migrated { from: Some(known + 1), to: known + 1 });
        let db = Db::connect(&database.url).await.unwrap();
        add_somebody(&db).await;
        assert!(anybody_is_in(&db).await);
        db.close().await;
        let error = Db::connect_read_only(&database.url).await.unwrap_err().to_string();
        assert!(error.contains("only that one can look at all of it"), "{error}");
        add_migration(&database, known + 2, known + 1).await;
        assert!(refusal(&database).await.contains("newer version"));
    }
}

#[tokio::test]
async fn whoever_only_looks_changes_nothing() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::create(engine).await else { continue };
        let db = Db::open(&database.url).await.unwrap();
        add_somebody(&db).await;
        db.close().await;
        let db = Db::connect_read_only(&database.url).await.unwrap();
        assert!(anybody_is_in(&db).await);
        assert!(matches!(db.check_writable().await, Err(StoreError::Unavailable(_))));
        let mut conn = db.snapshot().await.unwrap();
        assert!(audit::check_file(&mut conn).await.unwrap().iter().all(|finding| finding.broken == 0));
        drop(conn);
        db.close().await;
    }
}

#[tokio::test]
async fn a_database_in_a_folder_that_can_not_be_written_can_be_looked_at() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let db = Db::open(&database.url).await.unwrap();
    add_somebody(&db).await;
    db.close().await;
    let copy = database.folder.path().join("away/copy.db");
    fs::create_dir(copy.parent().unwrap()).unwrap();
    fs::copy(file(&database), &copy).unwrap();
    fs::set_permissions(copy.parent().unwrap(), fs::Permissions::from_mode(0o500)).unwrap();
    let looked = Db::connect_read_only(&format!("sqlite://{}", copy.display())).await;
    fs::set_permissions(copy.parent().unwrap(), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(anybody_is_in(&looked.unwrap()).await);
}

#[tokio::test]
async fn a_role_that_may_make_no_tables_is_told_what_would_let_it() {
    let Some(database) = TestDatabase::create(Engine::Postgres).await else { return };
    let name = database.url.rsplit('/').next().unwrap().to_owned();
    // As PostgreSQL 15 has it for everybody but a database's owner.
    let role = format!("create role {name} login; revoke create on schema public from public");
    let mut conn = PgConnection::connect(&database.url).await.unwrap();
    raw_sql(sqlx::AssertSqlSafe(role)).execute(&mut conn).await.unwrap();
    let url = database.url.replace("postgres@", &format!("{name}@"));
    let error = Db::migrate(&url).await.unwrap_err().to_string();
    let remedies =
        [format!("`grant create on schema public to {name}`"), format!("`alter database {name} owner to {name}`")];
    assert!(remedies.iter().all(|remedy| error.contains(remedy)), "{error}");
    raw_sql(sqlx::AssertSqlSafe(format!("grant create on schema public to {name}"))).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    Db::open(&url).await.unwrap().close().await;
}

#[tokio::test]
async fn a_database_that_has_lost_its_name_takes_nothing_any_more() {
    type Loss = fn(&Path);
    let losses: [Loss; 3] = [
        |file| fs::rename(file, file.with_extension("away")).unwrap(),
        |file| {
            fs::copy(file, file.with_extension("copy")).unwrap();
            fs::rename(file.with_extension("copy"), file).unwrap();
        },
        |file| fs::write(file, "").unwrap(),
    ];
    for lose in losses {
        let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
        let db = Db::open(&database.url).await.unwrap();
        let mut recorder = db.recorder().unwrap();
        let recorder = tokio::task::spawn_blocking(move || {
            recorder.begin().map(drop).unwrap();
            recorder
        });
        let mut recorder = recorder.await.unwrap();
        db.check_writable().await.unwrap();
        let kept = fs::read(file(&database)).unwrap();
        lose(&file(&database));
        assert!(matches!(db.check_writable().await, Err(StoreError::Unavailable(_))));
        // It stays so when something is there again.
        fs::write(file(&database), kept).unwrap();
        assert!(matches!(db.check_writable().await, Err(StoreError::Unavailable(_))));
        let refused = tokio::task::spawn_blocking(move || recorder.begin().map(drop)).await.unwrap();
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_damaged_file_is_found_by_the_check_of_the_file() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let db = Db::open(&database.url).await.unwrap();
    let mut conn = db.begin().await.unwrap();
    let shop = add_partner(&mut conn, "Shop").await;
    api_keys::replace_key(&mut conn, Organisation::Partner(shop.id), &new_key(), NOW).await.unwrap();
    conn.commit().await.unwrap();
    db.close().await;
    assert!(broken(&database).await.is_empty());
    database.run_sql("pragma foreign_keys = off; delete from organisations".to_owned()).await;
    assert_eq!(broken(&database).await, ["every row that another refers to is there"]);

    database.damage("header_values").await;
    assert_eq!(broken(&database).await, ["the database's file is whole"]);
}

/// What the check of the file finds broken.
async fn broken(database: &TestDatabase) -> Vec<&'static str> {
    let db = Db::connect_read_only(&database.url).await.unwrap();
    let mut conn = db.snapshot().await.unwrap();
    let findings = audit::check_file(&mut conn).await.unwrap();
    drop(conn);
    db.close().await;
    findings.iter().filter(|finding| finding.broken != 0).map(|finding| finding.invariant).collect()
}
