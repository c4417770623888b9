//! Texts of headers: each is kept once, and every click hands back its own.

use domain::{ClickId, Referer, UserAgent};
use store::{BatchRecorder, Conn, Db, Scope, clicks::NewClick};

use crate::{
    assert_duplicate,
    network::{Link, Network, record, visit},
    queries::all,
    with_recording,
};

fn click_with(link: &Link, agent: &str, referer: &str) -> NewClick {
    NewClick {
        user_agent: UserAgent::from_header(agent.as_bytes()),
        referer: Referer::from_header(referer.as_bytes()),
        ..visit(link)
    }
}

/// Every text that is kept, in the order of bytes.
async fn kept(db: &Db) -> Vec<String> {
    let sql = "select value from header_values";
    let mut texts: Vec<String> = match db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await.unwrap(),
        Db::Postgres { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await.unwrap(),
    };
    texts.sort();
    texts
}

/// The texts of every click, in the order they were made.
async fn listed(conn: &mut Conn) -> Vec<(ClickId, String, String)> {
    let mut rows = crate::lists::clicks(conn, Scope::Network, &all()).await.unwrap().rows;
    rows.reverse();
    rows.into_iter().map(|row| (row.id, row.user_agent, row.referer)).collect()
}

/// Fails unless each of these clicks is there with its own texts, and nothing else is.
async fn assert_listed(conn: &mut Conn, wanted: &[&NewClick]) {
    let texts = |click: &&NewClick| (click.id, click.user_agent.as_str().to_owned(), click.referer.as_str().to_owned());
    assert_eq!(listed(conn).await, wanted.iter().map(texts).collect::<Vec<_>>());
}

/// Lets one recorder, which remembers the numbers it was given, record some batches; the second must be refused.
async fn record_and_fail_and_record(mut recorder: BatchRecorder, batches: [Vec<NewClick>; 3]) {
    let recording = tokio::task::spawn_blocking(move || {
        let mut record = |batch: &[NewClick]| recorder.begin().unwrap().record(&batch.iter().collect::<Vec<_>>(), &[]);
        let [first, refused, last] = batches;
        record(&first).unwrap();
        assert_duplicate(record(&refused));
        record(&last).unwrap();
    });
    recording.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_is_kept_once_whoever_sent_it_and_however_often() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let first = [
            click_with(&shop.link, "Firefox", "https://blog.example/"),
            click_with(&shop.link, "Firefox", ""),
            click_with(&rival.link, "", "Firefox"),
        ];
        record(db, &first.iter().collect::<Vec<_>>(), &[]).await;
        assert_eq!(kept(db).await, ["", "Firefox", "https://blog.example/"]);
        // Later and by another recorder: what is known already beside what is new.
        let second = [
            click_with(&rival.link, "Chrome", "https://blog.example/"),
            click_with(&shop.link, "Firefox", "https://forum.example/"),
        ];
        record(db, &second.iter().collect::<Vec<_>>(), &[]).await;
        assert_eq!(kept(db).await, ["", "Chrome", "Firefox", "https://blog.example/", "https://forum.example/"]);
        assert_listed(conn, &first.iter().chain(&second).collect::<Vec<_>>()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_that_differ_a_little_are_different() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let texts = ["a", "A", "a ", " a", "ä", "a\u{308}", "%", "_", "null", "\\", "'"];
        let batch = texts.map(|text| click_with(&shop.link, text, ""));
        record(db, &batch.iter().collect::<Vec<_>>(), &[]).await;
        assert_eq!(kept(db).await.len(), texts.len() + 1);
        assert_listed(conn, &batch.iter().collect::<Vec<_>>()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_longest_texts_are_handed_back_whole() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        // Nothing that a database could make shorter: no piece of it comes twice.
        let noise = |seed: u64, length: usize| -> String {
            let mut state = seed;
            let letters = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(b'!' + u8::try_from((state >> 33) % 94).unwrap())
            });
            letters.take(length).collect()
        };
        let (letters, other_letters, shoes) = (noise(1, 2_048), noise(2, 2_048), "\u{1f45f}".repeat(512));
        let batch = [
            click_with(&shop.link, &letters[..512], &letters),
            click_with(&shop.link, &noise(3, 512), &other_letters),
            click_with(&shop.link, &"\u{1f45f}".repeat(128), &shoes),
        ];
        let lengths = batch.each_ref().map(|click| (click.user_agent.as_str().len(), click.referer.as_str().len()));
        assert_eq!(lengths, [(512, 2_048); 3]);
        record(db, &batch.iter().collect::<Vec<_>>(), &[]).await;
        assert_listed(conn, &batch.iter().collect::<Vec<_>>()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_given_after_a_failed_group_stand_for_the_right_texts() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let first = vec![click_with(&shop.link, "Firefox", "")];
        let lost = click_with(&shop.link, "lost", "lost too");
        let refused = vec![lost.clone(), click_with(&shop.link, "Firefox", "lost as well"), lost];
        // New texts come first, so that they are given the numbers that were lost.
        let last = vec![
            click_with(&shop.link, "Chrome", "https://blog.example/"),
            click_with(&shop.link, "lost", "Firefox"),
            click_with(&shop.link, "Firefox", "lost too"),
        ];
        let wanted: Vec<NewClick> = first.iter().chain(&last).cloned().collect();
        record_and_fail_and_record(db.recorder().unwrap(), [first, refused, last]).await;
        assert_listed(conn, &wanted.iter().collect::<Vec<_>>()).await;
        assert_eq!(kept(db).await, ["", "Chrome", "Firefox", "https://blog.example/", "lost", "lost too"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_that_are_not_stored_leave_no_texts() {
    with_recording(async |db: &Db, _: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let slug = domain::Slug::parse("unknown000").unwrap();
        record(db, &[&NewClick { slug, ..click_with(&shop.link, "Firefox", "") }], &[]).await;
        assert!(kept(db).await.is_empty());
    })
    .await;
}
