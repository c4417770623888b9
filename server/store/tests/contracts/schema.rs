//! Both migration series give the same tables and columns, and every list can be asked of both engines.

use domain::{Cursor, Id, Kind, ListFilter, ListQuery, Place, Timestamp};
use store::{Db, Scope};
use testkit::{Engine, TestDatabase};

async fn columns(engine: Engine) -> Option<Vec<(String, String)>> {
    let database = TestDatabase::create(engine).await?;
    let db = Db::open(&database.url).await.unwrap();
    let rows: Vec<(String, String)> = match &db {
        Db::Sqlite { read, .. } => {
            // `link_changes` is what only SQLite's recorder has to be told.
            let sql = "select m.name, c.name from sqlite_schema m join pragma_table_info(m.name) c
                where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '_sqlx%'
                    and m.name <> 'link_changes' order by 1, 2";
            sqlx::query_as(sql).fetch_all(read).await.unwrap()
        }
        Db::Postgres { read: pool, .. } => {
            let sql = "select table_name::text, column_name::text from information_schema.columns
                where table_schema = 'public' and table_name not like '\\_sqlx%' and not exists (
                    select 1 from pg_class c where c.relname = table_name and c.relispartition)";
            let mut rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(pool).await.unwrap();
            rows.sort();
            rows
        }
    };
    Some(rows)
}

#[tokio::test]
async fn both_series_give_the_same_tables_and_columns() {
    let sqlite = columns(Engine::Sqlite).await.unwrap();
    assert!(sqlite.len() > 50);
    if let Some(postgres) = columns(Engine::Postgres).await {
        assert_eq!(sqlite, postgres);
    }
}

/// The migrations of an engine: file names and texts, in their order.
fn migrations(engine: &str) -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(engine);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
    };
    let mut all: Vec<_> = entries.map(read).collect();
    all.sort();
    all
}

#[test]
fn both_series_have_the_same_numbers_and_names() {
    let names = |engine| migrations(engine).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Whether a migration takes something away that an older program may need, or wants what that does not write.
fn breaks_older_programs(sql: &str) -> bool {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let sql = lines.collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    sql.split(';').map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" ")).any(|statement| {
        let wants_more =
            statement.contains("add column") && statement.contains("not null") && !statement.contains("default");
        let is_change = statement.starts_with("drop ") || statement.starts_with("alter ");
        let takes_away = [" drop ", "drop table", "rename ", "alter column", "set not null", "add constraint"];
        wants_more || (is_change && takes_away.iter().any(|words| statement.contains(words)))
    })
}

#[test]
fn what_breaks_older_programs_is_known_when_it_is_seen() {
    for sql in [
        "drop table old_things;",
        "create table x (y text);\nalter table things drop column z;",
        "alter table things rename to others",
        "alter table things add column a text not null; ",
        "alter table things alter column a set not null",
        "ALTER TABLE things\n    ADD CONSTRAINT c CHECK (a > 0);",
    ] {
        assert!(breaks_older_programs(sql), "{sql}");
    }
    for sql in [
        "-- drop table things;\ncreate table more (a text not null);",
        "alter table things add column a text",
        "alter table things add column a integer not null default 0;",
        "create index things_by_a on things (a)",
        "update things set a = 'drop table';",
    ] {
        assert!(!breaks_older_programs(sql), "{sql}");
    }
}

#[test]
fn a_migration_that_breaks_older_programs_says_so() {
    // Until then a database was of one version at a time.
    const FIRST_THAT_SAYS: &str = "0013_compatibility.sql";
    for (name, sql) in ["sqlite", "postgres"].into_iter().flat_map(migrations) {
        let number: i64 = name.split('_').next().unwrap().parse().unwrap();
        let says_so = sql.contains(&format!("update compatibility set since = {number};"));
        if name.as_str() > FIRST_THAT_SAYS {
            assert_eq!(says_so, breaks_older_programs(&sql), "{name}: compatibility is not what it does");
        }
    }
}

fn id<K: Kind>(number: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(number))
}

/// What an address asks of whatever list reads it.
struct Asked<'a> {
    words: [(&'a str, &'a str); 4],
    place: &'a Place,
}

impl Asked<'_> {
    fn query<F: ListFilter>(&self) -> ListQuery<F> {
        ListQuery::from_words(&self.words.iter().copied().collect()).at(self.place.clone())
    }
}

#[tokio::test]
async fn every_reading_statement_runs_on_both_engines() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::create(engine).await else { continue };
        let db = Db::open(&database.url).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let filters = ["", "oldest", "amount", "commission", "name", "clicks"];
        let cursor = || Cursor { key: "5".to_owned(), id: uuid::Uuid::from_u128(4) };
        let places = [Place::First, Place::After(cursor()), Place::Before(cursor())];
        for scope in [Scope::Partner(id(1)), Scope::Affiliate(id(2)), Scope::Network] {
            for (sort, place) in filters.into_iter().flat_map(|sort| places.iter().map(move |place| (sort, place))) {
                let offer = id::<domain::kinds::Offer>(3).to_string();
                let words = [("status", "pending"), ("offer", offer.as_str()), ("text", "x"), ("sort", sort)];
                let list = &Asked { words, place };
                assert!(store::offers::list_offers(&mut conn, scope, &list.query()).await.unwrap().rows.is_empty());
                assert!(crate::lists::clicks(&mut conn, scope, &list.query()).await.unwrap().rows.is_empty());
                assert!(crate::lists::conversions(&mut conn, scope, &list.query()).await.unwrap().rows.is_empty());
                assert!(
                    store::applications::list_applications(&mut conn, scope, &list.query())
                        .await
                        .unwrap()
                        .rows
                        .is_empty()
                );
                assert!(
                    store::applications::list_links(&mut conn, id(2), &list.query()).await.unwrap().rows.is_empty()
                );
                assert!(
                    store::offers::list_marketplace(&mut conn, id(2), &list.query()).await.unwrap().rows.is_empty()
                );
                assert!(store::sign_in::users::list_users(&mut conn, &list.query()).await.unwrap().rows.is_empty());
            }
            let today = Timestamp::from_millis(1_795_544_400_000).day();
            let (days, total) = crate::counted::last_days(&mut conn, scope, today, 30).await;
            assert_eq!((days, total), (vec![], domain::report::Numbers::default()));
            let versions = store::versions::read_versions(&mut conn, &[scope], today, today).await.unwrap();
            assert_eq!((versions[0].clicks, versions[0].conversions), (0, 0));
            let names = store::offers::list_offer_names(&mut conn, scope, Some(id(3))).await.unwrap();
            assert_eq!(names, domain::OfferChoices::default());
            assert!(store::offers::find_offer(&mut conn, scope, id(3)).await.unwrap().is_none());
        }
        assert!(store::offers::list_reviews(&mut conn, &ListQuery::default()).await.unwrap().rows.is_empty());
        assert_eq!(store::offers::count_reviews(&mut conn).await.unwrap(), 0);
        assert_eq!(store::offers::count_offers(&mut conn, id(1)).await.unwrap(), domain::OfferCounts::default());
        let mut conn = db.snapshot().await.unwrap();
        assert!(store::audit::check_invariants(&mut conn).await.unwrap().iter().all(|found| found.broken == 0));
    }
}
