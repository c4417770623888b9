//! What is erased of visitors: of the page they came from, and from the file itself.

use domain::Referer;
use store::{Conn, Db, clicks::NewClick};
use testkit::{Engine, TestDatabase};

use crate::{
    maintenance::{assert_sound, erase, listed},
    network::{NOW, Network, record, visit_at},
    with_recording,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_page_that_a_visitor_came_from_the_site_stays() {
    let pages = [
        ("https://blog.example/read?email=bea@people.example#top", "https://blog.example/"),
        ("https://blog.example/other", "https://blog.example/"),
        ("http://blog.example:8080?who=bea", "http://blog.example:8080/"),
        ("https://bücher.example#bea", "https://bücher.example/"),
        ("android-app://com.example.reader/", "android-app://com.example.reader/"),
        ("https://bea:secret@blog.example/", ""),
        ("/read?next=https://blog.example/", ""),
        ("Bea's favourites", ""),
        ("https://", ""),
        ("", ""),
    ];
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let of = |page: &str| Referer::from_header(page.as_bytes());
        let clicks = pages.map(|(page, _)| NewClick { referer: of(page), ..visit_at(&shop.link, NOW) });
        record(db, &clicks.iter().collect::<Vec<_>>(), &[]).await;
        assert!(!erase(db, NOW.plus_millis(1), 100).await);
        let mut found = listed(conn).await;
        found.sort_by_key(|row| row.id);
        let found: Vec<String> = found.into_iter().map(|row| row.referer).collect();
        assert_eq!(found, pages.map(|(_, site)| site));
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_address_is_in_no_byte_of_the_embedded_database() {
    let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
    let db = Db::open(&database.url).await.unwrap();
    let shop = Network::commit(&db, "Shop", "Shoes", "Blog").await;
    let address = |n: usize| format!("2001:db8::ad:{n}:77");
    // Enough for rows to be moved from page to page while they are recorded.
    let clicks: Vec<NewClick> = (0..3_000).map(|n| NewClick { ip: address(n), ..visit_at(&shop.link, NOW) }).collect();
    for batch in clicks.chunks(50) {
        record(&db, &batch.iter().collect::<Vec<_>>(), &[]).await;
    }
    while erase(&db, NOW.plus_millis(1), 1_000).await {}
    db.close().await;
    database.run_sql("pragma wal_checkpoint(truncate)".to_owned()).await;
    let bytes = std::fs::read(database.url.strip_prefix("sqlite://").unwrap()).unwrap();
    let is_there = |text: &str| bytes.windows(text.len()).any(|found| found == text.as_bytes());
    assert!(is_there("https://blog.example/"), "the rows are in the file itself");
    let beginning = "2001:db8::ad:";
    assert!(!is_there(beginning), "an address was left behind");
}
