//! What is done from time to time: visitors are forgotten, and the parts of coming months are there before their clicks.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{Action, ActivityActor, Actor, ClickId, ClickRow, ListQuery, Role, Timestamp};
use store::{
    Conn, Db, Scope, StoreError,
    activity::{NewActivity, insert_activity, list_activity},
    audit,
    clicks::NewClick,
    conversions::ConversionOutcome,
    maintenance,
};

use crate::{
    in_transaction,
    network::{DAY, NOW, Network, add_user, change, id_at, record, sale, visit_at},
    queries::all,
    with_recording,
};

const MONTH: i64 = 31 * DAY;

/// By which the first part was measured.
fn machine_time() -> Timestamp {
    Timestamp::from_millis(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap())
}

pub async fn erase(db: &Db, until: Timestamp, most: u32) -> bool {
    change(db, async |conn: &mut Conn| maintenance::erase_visitors(conn, until, most).await.unwrap()).await
}

/// As the program does: what meets somebody who takes his time is tried again. Nothing else is.
async fn prepare(db: &Db, now: Timestamp) {
    let mut tries = 0;
    loop {
        match change(db, async |conn: &mut Conn| maintenance::prepare_months(conn, now).await).await {
            Err(StoreError::Unavailable(_)) if tries < 20 => tries += 1,
            prepared => return prepared.unwrap(),
        }
    }
}

pub async fn listed(conn: &mut Conn) -> Vec<ClickRow> {
    crate::lists::clicks(conn, Scope::Network, &all()).await.unwrap().rows
}

/// Ids of clicks of which something is known, newest first.
async fn known(conn: &mut Conn) -> Vec<ClickId> {
    let rows = listed(conn).await.into_iter();
    let (known, erased): (Vec<_>, Vec<_>) = rows.partition(|row| !row.user_agent.is_empty());
    assert!(erased.iter().all(|row| row.ip.as_deref() == Some("") && !row.referer.is_empty()), "{erased:?}");
    assert!(known.iter().all(|row| row.ip.as_deref() == Some("192.0.2.1")), "{known:?}");
    known.into_iter().map(|row| row.id).collect()
}

pub async fn assert_sound(conn: &mut Conn) {
    let findings = audit::check_invariants(conn).await.unwrap();
    assert!(findings.iter().all(|finding| finding.broken == 0), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn visitors_are_forgotten_step_by_step_and_the_click_stays_convertible() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let at = |days: i64| visit_at(&shop.link, NOW.plus_millis(-days * DAY));
        let made = [at(5), at(4), at(3), at(2), at(1)];
        record(db, &made.iter().collect::<Vec<_>>(), &[]).await;
        let before = listed(conn).await;
        let three_days_ago = NOW.plus_millis(-3 * DAY + 1);

        assert!(erase(db, three_days_ago, 2).await, "there is a third");
        assert_eq!(known(conn).await, [made[4].id, made[3].id, made[2].id], "the oldest first");
        assert!(!erase(db, three_days_ago, 2).await);
        assert_eq!(known(conn).await, [made[4].id, made[3].id]);
        assert!(!erase(db, three_days_ago, 2).await, "again is nothing");
        assert!(!erase(db, NOW.plus_millis(-9 * DAY), 2).await, "a longer retention brings nothing back");
        assert_eq!(known(conn).await, [made[4].id, made[3].id]);

        let after = listed(conn).await;
        let but_visitor = |row: &ClickRow| (row.id, row.at, row.kind, row.offer_name.clone(), row.referer.clone());
        assert!(before.iter().map(but_visitor).eq(after.iter().map(but_visitor)), "nothing else has changed");
        let sold = record(db, &[], &[&sale(&shop.partner, made[0].id, "late")]).await.conversions;
        assert!(matches!(sold[..], [ConversionOutcome::Stored { duplicate: false, .. }]), "{sold:?}");
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_as_asked_for_are_not_more() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let made = [-2, -1].map(|days| visit_at(&shop.link, NOW.plus_millis(days * DAY)));
        record(db, &made.iter().collect::<Vec<_>>(), &[]).await;
        assert!(!erase(db, NOW, 2).await);
        assert_eq!(known(conn).await, []);
        let later = visit_at(&shop.link, NOW);
        record(db, &[&later], &[]).await;
        assert!(!erase(db, NOW, 2).await);
        assert_eq!(known(conn).await, [later.id]);
    })
    .await;
}

/// The parts of `clicks` that hold something, and how much.
async fn parts(db: &Db) -> Vec<(String, i64)> {
    let Db::Postgres { read, .. } = db else { return Vec::new() };
    let sql = "select tableoid::regclass::text, count(*) from clicks group by 1 order by 1";
    sqlx::query_as(sql).fetch_all(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_parts_of_coming_months_are_made_ahead() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let start = machine_time().plus_millis(6 * MONTH);
        prepare(db, start).await;
        prepare(db, start).await;
        let months = [0, 1, 2].map(|months| visit_at(&shop.link, start.plus_millis(months * 28 * DAY)));
        record(db, &months.iter().collect::<Vec<_>>(), &[]).await;
        if db.is_shared() {
            let parts = parts(db).await;
            assert!(parts.iter().all(|(name, _)| name.starts_with("clicks_20")), "{parts:?}");
            assert!(parts.len() >= 2, "{parts:?}");
        }
        assert_eq!(listed(conn).await.len(), 3);
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_of_a_wrong_clock_are_kept_and_moved_where_they_belong() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let now = machine_time();
        let at = [Timestamp::from_millis(0), now, now.plus_millis(8 * MONTH), now.plus_millis(900 * MONTH)];
        let made = at.map(|at| visit_at(&shop.link, at));
        record(db, &made.iter().collect::<Vec<_>>(), &[]).await;
        let sales: Vec<_> = made.iter().map(|click| sale(&shop.partner, click.id, "order")).collect();
        let sold = record(db, &[], &sales.iter().collect::<Vec<_>>()).await.conversions;
        assert!(sold.iter().all(|one| matches!(one, ConversionOutcome::Stored { duplicate: false, .. })), "{sold:?}");
        let wanted = |parts: &[(&str, i64)]| parts.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect::<Vec<_>>();
        if db.is_shared() {
            assert_eq!(parts(db).await, wanted(&[("clicks_default", 2), ("clicks_first", 2)]));
        }
        prepare(db, now.plus_millis(8 * MONTH)).await;
        if db.is_shared() {
            let parts = parts(db).await;
            assert_eq!(parts.len(), 3, "{parts:?}");
            assert!(parts.contains(&("clicks_default".to_owned(), 1)), "{parts:?}");
        }
        assert_eq!(listed(conn).await.len(), 4);
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_ages_ahead_makes_few_parts() {
    with_recording(async |db: &Db, _: &mut Conn| {
        prepare(db, NOW.plus_millis(9_000 * MONTH)).await;
        let Db::Postgres { read, .. } = db else { return };
        let sql = "select count(*) from pg_inherits where inhparent = 'clicks'::regclass";
        let parts: i64 = sqlx::query_scalar(sql).fetch_one(read).await.unwrap();
        assert!((3..=26).contains(&parts), "{parts}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_ahead_does_not_end_the_erasing() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let at = |days: i64| visit_at(&shop.link, NOW.plus_millis(days * DAY));
        let (first, second, third) = (at(-9), at(-8), at(-7));
        record(db, &[&first], &[]).await;
        assert!(!erase(db, NOW.plus_millis(900 * DAY), 10).await);
        record(db, &[&second, &third], &[]).await;
        assert_eq!(known(conn).await, [third.id, second.id]);
        assert!(!erase(db, NOW.plus_millis(-7 * DAY), 10).await);
        assert_eq!(known(conn).await, [third.id]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_month_is_made_while_its_clicks_arrive() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let now = machine_time();
        let (later, done) = (now.plus_millis(8 * MONTH), Arc::new(AtomicBool::new(false)));
        let recorded = Arc::new(AtomicI64::new(0));
        let recorders = [(); 3].map(|()| {
            let (mut recorder, done, recorded) = (db.recorder().unwrap(), Arc::clone(&done), Arc::clone(&recorded));
            let click = visit_at(&shop.link, later);
            tokio::task::spawn_blocking(move || {
                while !done.load(Ordering::Relaxed) {
                    let click = NewClick { id: id_at(later), ..click.clone() };
                    // What meets the making itself may be refused, and is asked for again.
                    let is_recorded = recorder.begin().unwrap().record(&[&click], &[]).is_ok();
                    recorded.fetch_add(i64::from(is_recorded), Ordering::Relaxed);
                }
            })
        });
        let some_more = async || {
            let wanted = recorded.load(Ordering::Relaxed) + 6;
            let until = Instant::now() + Duration::from_secs(60);
            while recorded.load(Ordering::Relaxed) < wanted {
                if Instant::now() > until {
                    done.store(true, Ordering::Relaxed);
                    panic!("nothing is recorded");
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        some_more().await;
        prepare(db, later).await;
        some_more().await;
        done.store(true, Ordering::Relaxed);
        for recorder in recorders {
            recorder.await.unwrap();
        }
        let recorded = recorded.load(Ordering::Relaxed);
        assert_eq!(audit::count_rows(conn).await.unwrap(), (recorded, 0));
        if db.is_shared() {
            let parts = parts(db).await;
            assert!(parts.len() == 1 && parts[0].0.starts_with("clicks_20"), "{parts:?}");
        }
        assert_sound(conn).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_is_made_of_what_others_are_just_adding_too() {
    with_recording(async |db: &Db, _: &mut Conn| {
        let Db::Postgres { write, .. } = db else { return };
        // The first moment after all parts: the next part that is made is the one that the click belongs to.
        let end = "select max(substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''([0-9a-f-]{36})''\\)'))::uuid
            from pg_class c join pg_inherits i on i.inhrelid = c.oid where i.inhparent = 'clicks'::regclass";
        let end: ClickId = ClickId::from_uuid(sqlx::query_scalar(end).fetch_one(write).await.unwrap());
        let (later, click): (_, ClickId) = (end.made_at(), id_at(end.made_at()));
        // Somebody has added to the default and not committed yet: nobody else sees it.
        let mut adding = write.begin().await.unwrap();
        let add = "insert into clicks (id, link_id, user_agent, referer, kind) values ($1, $1, 1, 1, 0)";
        sqlx::query(add).bind(click.uuid()).execute(&mut *adding).await.unwrap();
        let committed = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            adding.commit().await.unwrap();
        };
        tokio::join!(prepare(db, later), committed);
        let parts = parts(db).await;
        assert!(parts.len() == 1 && parts[0].0.starts_with("clicks_20"), "{parts:?}");
    })
    .await;
}

#[tokio::test]
async fn from_where_something_was_done_is_erased_after_its_time_and_nothing_else_of_it() {
    in_transaction(async |conn: &mut Conn| {
        let admin = add_user(conn, Role::Admin, "Boss").await;
        let actor = Actor::Person { user: admin, address: IpAddr::from([192, 0, 2, 7]) };
        for day in 0..5 {
            let id = id_at(NOW.plus_millis(day * DAY));
            let (action, subject_id, subject) = (Action::SignedIn, admin.to_string(), day.to_string());
            let (changes, partner, affiliate, account) = (vec![], None, None, None);
            let new = NewActivity { id, actor, action, subject_id, subject, changes, partner, affiliate, account };
            insert_activity(conn, &new).await.unwrap();
        }
        let until = NOW.plus_millis(3 * DAY);
        assert!(maintenance::erase_addresses(conn, until, 2).await.unwrap(), "there is a third one");
        assert!(!maintenance::erase_addresses(conn, until, 2).await.unwrap());
        assert!(!maintenance::erase_addresses(conn, until, 2).await.unwrap());
        let rows = list_activity(conn, Scope::Network, admin, &ListQuery::default()).await.unwrap().rows;
        let known: Vec<_> = rows.iter().map(|row| (row.subject.as_str(), row.address.is_some())).collect();
        assert_eq!(known, [("4", true), ("3", true), ("2", false), ("1", false), ("0", false)]);
        assert!(rows.iter().all(|row| row.actor == ActivityActor::You));
    })
    .await;
}
