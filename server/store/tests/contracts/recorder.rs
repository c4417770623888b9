//! Recording: a batch is one transaction; all of it is on disk when it is answered, or nothing of it ever.

use std::{
    sync::{Arc, Barrier},
    time::{Duration, Instant},
};

use domain::{ApplicationStatus, ClickKind, ConversionId, OfferStatus, Slug};
use store::{
    BatchRecorder, Conn, Db, Scope, StoreError, applications, audit,
    clicks::NewClick,
    conversions::{ConversionOutcome, NewConversion},
    offers,
    versions::read_versions,
};
use testkit::{Engine, TestDatabase};

use crate::{
    assert_duplicate,
    network::{
        NOW, Network, add_visit, change, new_id, record, restore, sale, set_application, suspend, try_record, visit,
    },
    on_both,
    queries::all,
    with_recording,
};

async fn counts(conn: &mut Conn) -> (i64, i64) {
    audit::count_rows(conn).await.unwrap()
}

async fn assert_sound(conn: &mut Conn) {
    let broken: Vec<_> = audit::check_invariants(conn).await.unwrap();
    assert!(broken.iter().all(|finding| finding.broken == 0), "{broken:?}");
}

/// Something that blocks, where it may.
async fn block<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_group_is_answered_with_nothing() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let answers = record(db, &[], &[]).await;
        assert!(answers.links.is_empty() && answers.conversions.is_empty());
        assert_eq!(counts(conn).await, (0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_recorder_records_group_after_group() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let mut recorder = db.recorder().unwrap();
        let clicks: Vec<_> = (0..6).map(|_| visit(&shop.link)).collect();
        block(move || {
            for batch in clicks.chunks(2) {
                let answers = recorder.begin().unwrap().record(&batch.iter().collect::<Vec<_>>(), &[]).unwrap();
                assert!(answers.links.iter().flatten().all(|link| link.rules.is_live()));
                assert_eq!(answers.links.len(), 2);
            }
        })
        .await;
        assert_eq!(counts(conn).await, (6, 0));
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorder_that_has_seen_links_obeys_whatever_was_changed_since() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let mut recorder = db.recorder().unwrap();
        for round in 0..6 {
            let is_live = round % 2 == 0;
            let status = if is_live { ApplicationStatus::Approved } else { ApplicationStatus::Revoked };
            let destination = format!("https://rival.example/{}", round / 2);
            change(db, async |conn: &mut Conn| {
                set_application(conn, shop.link.application, status).await.unwrap();
                offers::settle_destination(conn, rival.offer, &destination, None).await.unwrap();
            })
            .await;
            for _ in 0..2 {
                // The one that has changed must not keep the other from being recorded, nor must one that isn't there.
                let nowhere = NewClick { slug: Slug::parse("unknown000").unwrap(), ..visit(&shop.link) };
                let batch = [visit(&rival.link), visit(&shop.link), visit(&rival.link), nowhere];
                let links;
                (recorder, links) = block(move || {
                    let answers = recorder.begin().unwrap().record(&batch.each_ref(), &[]).unwrap();
                    assert!(answers.links[3].is_none());
                    (recorder, answers.links.into_iter().flatten().collect::<Vec<_>>())
                })
                .await;
                let live = [&links[0], &links[1], &links[2]].map(|link| link.rules.is_live());
                assert_eq!(live, [true, is_live, true], "round {round}");
                assert_eq!(links[0].destination.as_str(), destination, "round {round}");
            }
        }
        assert_eq!(counts(conn).await, (12 * 2 + 6, 0));
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorder_that_has_seen_a_link_obeys_each_thing_that_stops_it() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let mut recorder = db.recorder().unwrap();
        for cause in ["partner", "affiliate", "offer", "application"] {
            for is_live in [false, true] {
                change(db, async |conn: &mut Conn| match (cause, is_live) {
                    ("partner", false) => suspend(conn, shop.partner.user).await,
                    ("partner", true) => restore(conn, shop.partner.user).await,
                    ("affiliate", false) => suspend(conn, shop.affiliate.user).await,
                    ("affiliate", true) => restore(conn, shop.affiliate.user).await,
                    ("offer", _) => {
                        let status = if is_live { OfferStatus::Active } else { OfferStatus::Paused };
                        offers::set_offer_status(conn, shop.offer, status, None).await.unwrap();
                    }
                    _ => {
                        let status = if is_live { ApplicationStatus::Approved } else { ApplicationStatus::Revoked };
                        set_application(conn, shop.link.application, status).await.unwrap();
                    }
                })
                .await;
                for _ in 0..2 {
                    let (click, link) = (visit(&shop.link), shop.link.id);
                    recorder = block(move || {
                        let answers = recorder.begin().unwrap().record(&[&click], &[]).unwrap();
                        let found = answers.links[0].as_ref().unwrap();
                        assert_eq!((found.id, found.rules.is_live()), (link, is_live), "{cause}");
                        recorder
                    })
                    .await;
                }
            }
        }
        assert_eq!(counts(conn).await, (4 * 2, 0));
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postback_may_come_in_the_same_group_as_its_click() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = visit(&shop.link);
        let order = sale(&shop.partner, click.id, "order-1");
        let answers = record(db, &[&click], &[&order]).await;
        assert!(answers.links[0].as_ref().unwrap().rules.is_live());
        assert!(matches!(answers.conversions[..], [ConversionOutcome::Stored { duplicate: false, .. }]), "{answers:?}");
        assert_eq!(counts(conn).await, (1, 1));
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_is_stored_once() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = visit(&shop.link);
        record(db, &[&click], &[]).await;
        assert_duplicate(try_record(db, &[&click], &[]).await);
        // By one who knows the link and the headers, too.
        let (recorder, recorded) = record_one(db.recorder().unwrap(), visit(&shop.link)).await;
        recorded.unwrap();
        let (recorder, recorded) = record_one(recorder, click).await;
        assert!(matches!(recorded, Err(StoreError::Duplicate)), "{recorded:?}");
        let (_, recorded) = record_one(recorder, visit(&shop.link)).await;
        recorded.unwrap();
        assert_eq!(counts(conn).await, (3, 0));
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_recorders_that_meet_over_a_pair_one_stores_it_and_the_other_finds_it() {
    const ROUNDS: usize = 40;
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        let orders = (0..ROUNDS).map(|n| sale(&shop.partner, click, &format!("order-{n}")));
        let orders: Vec<NewConversion> = orders.collect();
        let together = Arc::new(Barrier::new(2));
        let racing: Vec<_> = (0..2)
            .map(|_| {
                let (mut recorder, together) = (db.recorder().unwrap(), Arc::clone(&together));
                let mine: Vec<_> = orders.iter().map(|order| NewConversion { id: new_id(), ..order.clone() }).collect();
                let race = move |order: &NewConversion| {
                    together.wait();
                    // What fails is told afterwards: the other one waits at the next round.
                    recorder.begin().and_then(|open| open.record(&[], &[order]))
                };
                tokio::task::spawn_blocking(move || mine.iter().map(race).collect::<Vec<_>>())
            })
            .collect();
        let mut stored = Vec::new();
        for racer in racing {
            let answers = racer.await.unwrap().into_iter().map(|answers| answers.unwrap().conversions.remove(0));
            stored.push(answers.map(id_and_duplicate).collect::<Vec<_>>());
        }
        for (left, right) in stored[0].iter().zip(&stored[1]) {
            assert_eq!(left.0, right.0, "both tell what is stored");
            assert_ne!(left.1, right.1, "one was the first");
        }
        assert_eq!(counts(conn).await, (1, 40));
        assert_sound(conn).await;
    })
    .await;
}

fn id_and_duplicate(recorded: ConversionOutcome) -> (ConversionId, bool) {
    let ConversionOutcome::Stored { duplicate, conversion, .. } = recorded else { panic!("{recorded:?}") };
    (conversion.id, duplicate)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_failed_group_is_stored_or_counted() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let before = add_visit(db, &shop.link).await;
        let (first, twice) = (visit(&shop.link), visit(&shop.link));
        let order = sale(&shop.partner, before, "order-1");
        assert_duplicate(try_record(db, &[&first, &twice, &twice], &[&order]).await);
        // A conversion's id that is taken spoils the clicks of its batch as well.
        let others_id = sale(&shop.partner, before, "order-2");
        record(db, &[], &[&others_id]).await;
        let same_id = NewConversion { id: others_id.id, ..sale(&shop.partner, before, "order-3") };
        assert_duplicate(try_record(db, &[&first], &[&order, &same_id]).await);
        assert_eq!(counts(conn).await, (1, 1));
        let links = applications::list_links(conn, shop.affiliate.id, &all()).await.unwrap().rows;
        assert_eq!((links[0].clicks, links[0].visits, links[0].conversions), (1, 1, 1));
        assert_sound(conn).await;
        // Without what was wrong with it the same batch goes through.
        record(db, &[&first, &twice], &[&order]).await;
        assert_eq!(counts(conn).await, (3, 2));
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_is_dropped_has_done_nothing_and_its_recorder_goes_on() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let mut recorder = db.recorder().unwrap();
        let click = visit(&shop.link);
        // A thread that the runtime knows nothing of, as the program's own recorder has.
        let thread = std::thread::spawn(move || {
            for _ in 0..12 {
                drop(recorder.begin().unwrap());
            }
            recorder.begin().unwrap().record(&[&click], &[]).unwrap();
        });
        block(|| thread.join().unwrap()).await;
        assert_eq!(counts(conn).await, (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_recorder_answered_is_seen_by_everybody() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        for n in 1..=5 {
            add_visit(db, &shop.link).await;
            assert_eq!(counts(conn).await, (n, 0));
            let seen = read_versions(conn, &[Scope::Network], NOW.day(), NOW.day()).await.unwrap();
            assert_eq!((seen[0].clicks, seen[0].conversions), (n, 0));
        }
        assert_eq!(crate::lists::clicks(conn, Scope::Network, &all()).await.unwrap().rows.len(), 5);
    })
    .await;
}

/// Records one click; hands the recorder back.
async fn record_one(mut recorder: BatchRecorder, click: NewClick) -> (BatchRecorder, Result<(), StoreError>) {
    block(move || {
        let recorded = recorder.begin().and_then(|open| open.record(&[&click], &[])).map(drop);
        (recorder, recorded)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorder_that_can_not_write_says_so_in_time_and_goes_on_afterwards() {
    on_both(async |db: &Db, database: &TestDatabase| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let (recorder, recorded) = record_one(db.recorder().unwrap(), visit(&shop.link)).await;
        recorded.unwrap();
        let lock = database.lock().await;
        let asked = Instant::now();
        let (recorder, recorded) = record_one(recorder, visit(&shop.link)).await;
        assert!(matches!(recorded, Err(StoreError::Unavailable(_) | StoreError::Setup(_))), "{recorded:?}");
        assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
        lock.release().await;
        let (_, recorded) = record_one(recorder, visit(&shop.link)).await;
        recorded.unwrap();
        let conn = &mut db.read().await.unwrap();
        assert_eq!(counts(conn).await, (2, 0));
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorder_survives_a_restart_of_its_server() {
    let Some(database) = TestDatabase::create(Engine::Postgres).await else { return };
    let db = Db::open(&database.url).await.unwrap();
    let shop = Network::commit(&db, "Shop", "Shoes", "Blog").await;
    let (recorder, recorded) = record_one(db.recorder().unwrap(), visit(&shop.link)).await;
    recorded.unwrap();
    let mut recorder = Some(recorder);
    // Where a new connection takes longer than it may, the batch is given up.
    for tries in 1.. {
        database.end_connections().await;
        let (again, recorded) = record_one(recorder.take().unwrap(), visit(&shop.link)).await;
        if recorded.is_ok() {
            break;
        }
        assert!(tries < 5, "{recorded:?}");
        recorder = Some(again);
    }
    assert_eq!(counts(&mut db.read().await.unwrap()).await, (2, 0));
}

/// Records batches of one click for each link, again and again.
fn record_rounds(mut recorder: BatchRecorder, rounds: Vec<Vec<NewClick>>) -> Result<(), StoreError> {
    rounds.iter().try_for_each(|batch| recorder.begin()?.record(&batch.iter().collect::<Vec<_>>(), &[]).map(drop))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recorders_that_write_at_once_lose_nothing_and_never_wait_in_a_circle() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let links = [&shop.link, &rival.link];
        // The two meet the same links and the same new texts, in opposite orders.
        let batch = |round: usize, backwards: bool| {
            let mut batch = Vec::new();
            for n in 0..20 {
                let agent = domain::UserAgent::from_header(format!("agent {round} {n}").as_bytes());
                batch.push(NewClick { user_agent: agent, kind: ClickKind::Bot, ..visit(links[n % 2]) });
            }
            if backwards {
                batch.reverse();
            }
            batch
        };
        let mut threads = Vec::new();
        for backwards in [false, true] {
            let recorder = db.recorder().unwrap();
            let rounds = (0..20).map(|round| batch(round, backwards)).collect();
            threads.push(tokio::task::spawn_blocking(move || record_rounds(recorder, rounds)));
        }
        for thread in threads {
            thread.await.unwrap().unwrap();
        }
        assert_eq!(counts(conn).await, (800, 0));
        assert_sound(conn).await;
    })
    .await;
}
