//! Copies of the embedded database: complete under their name, or not there.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};

use store::{Db, StoreError};
use testkit::{Engine, TestDatabase};

use crate::{
    db::{add_somebody, anybody_is_in},
    first_schema::Old,
    on_both,
    versions::add_migration,
};

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

async fn has_anybody(copy: &Path) -> bool {
    let db = Db::connect_read_only(&url(copy)).await.unwrap();
    let found = anybody_is_in(&db).await;
    db.close().await;
    found
}

#[tokio::test]
async fn a_backup_is_a_copy_of_the_embedded_database_at_its_moment() {
    on_both(async |db: &Db, database: &TestDatabase| {
        let (before, after) = (database.folder.path().join("before.db"), database.folder.path().join("after.db"));
        if db.is_shared() {
            let refused = Db::backup(&database.url, &before).await;
            assert!(matches!(&refused, Err(StoreError::Setup(text)) if text.contains("pg_dump")), "{refused:?}");
            return;
        }
        Db::backup(&database.url, &before).await.unwrap();
        add_somebody(db).await;
        Db::backup(&database.url, &after).await.unwrap();
        assert!(!has_anybody(&before).await);
        assert!(has_anybody(&after).await);
        let left: Vec<_> =
            fs::read_dir(database.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().contains(".part")), "{left:?}");
        assert_eq!(fs::metadata(&after).unwrap().permissions().mode() & 0o777, 0o600, "hashes of passwords are in it");
    })
    .await;
}

#[tokio::test]
async fn a_backup_overwrites_nothing() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    Db::open(&database.url).await.unwrap().close().await;
    let file = database.folder.path().join("precious.txt");
    fs::write(&file, "precious").unwrap();
    let refused = Db::backup(&database.url, &file).await;
    assert!(matches!(refused, Err(StoreError::Copy(_))), "{refused:?}");
    // Nor through a link under the name that an unfinished copy has.
    let copy = database.folder.path().join("copy.db");
    std::os::unix::fs::symlink(&file, database.folder.path().join("copy.db.part")).unwrap();
    let refused = Db::backup(&database.url, &copy).await;
    assert!(matches!(&refused, Err(StoreError::Copy(text)) if text.contains("copy.db.part")), "{refused:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
}

#[tokio::test]
async fn what_a_killed_backup_has_left_is_replaced_and_what_a_running_one_writes_is_not() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let db = Db::open(&database.url).await.unwrap();
    add_somebody(&db).await;
    let copy = database.folder.path().join("copy.db");
    let part = database.folder.path().join("copy.db.part");
    fs::write(&part, "half a page").unwrap();
    fs::set_permissions(&part, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(database.folder.path().join("copy.db.part-journal"), "what was there before").unwrap();

    let running = fs::File::open(&part).unwrap();
    running.lock().unwrap();
    let refused = Db::backup(&database.url, &copy).await;
    assert!(matches!(&refused, Err(StoreError::Copy(text)) if text.contains("another backup")), "{refused:?}");
    assert_eq!(fs::read_to_string(&part).unwrap(), "half a page");
    drop(running);

    Db::backup(&database.url, &copy).await.unwrap();
    assert!(has_anybody(&copy).await && !part.exists());
    assert_eq!(fs::metadata(&copy).unwrap().mode() & 0o777, 0o600);
    db.close().await;
}

#[tokio::test]
async fn a_backup_that_fails_leaves_nothing() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let copy = database.folder.path().join("copy.db");
    Db::open(&database.url).await.unwrap().close().await;
    database.damage("users").await;
    Db::backup(&database.url, &copy).await.unwrap_err();
    let left: Vec<_> = fs::read_dir(database.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("copy")), "{left:?}");
}

#[tokio::test]
async fn a_backup_is_made_of_any_version_and_changes_none() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    Old::create(&database).await.close().await;
    let source = database.folder.path().join("test.db");
    let copies = ["old.db", "newer.db"].map(|name| database.folder.path().join(name));
    let before = fs::read(&source).unwrap();
    Db::backup(&database.url, &copies[0]).await.unwrap();
    assert_eq!(fs::read(&source).unwrap(), before);
    assert_eq!(Db::migrate(&url(&copies[0])).await.unwrap().from, Some(1));

    Db::migrate(&database.url).await.unwrap();
    add_migration(&database, 9_999, 9_999).await;
    Db::backup(&database.url, &copies[1]).await.unwrap();
    let error = Db::connect(&url(&copies[1])).await.unwrap_err().to_string();
    assert!(error.contains("newer version"), "{error}");
}

#[tokio::test]
async fn there_is_no_backup_of_what_is_no_database_of_this_program() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let copy = database.folder.path().join("copy.db");
    Db::backup(&database.url, &copy).await.unwrap_err();
    assert!(!database.folder.path().join("test.db").exists());
    fs::write(database.folder.path().join("test.db"), "").unwrap();
    Db::backup(&database.url, &copy).await.unwrap_err();
    assert!(!copy.exists());
}
