//! A network of the first schema, opened by this program: everything is where it was.

use domain::{ClickKind, ClickRow, Day, Referer, Timestamp, Total, UserAgent};
use store::{
    Conn, Db, Scope, applications, audit,
    clicks::{self, NewClick},
    conversions::{self, ConversionOutcome, NewConversion},
};
use testkit::{Engine, TestDatabase};

use store::reports::HeaderClasses as _;

use crate::{
    counted::last_days,
    first_schema::Old,
    lists::Plain,
    network::{DAY, NOW, Network, add_visit, amount, change, id_at, record, restore, sale, visit, visit_at},
    queries::{all, asked, by_status, page_after},
};

/// What was there before: a live network, and two that are stopped.
struct Before {
    shop: Network,
    of_stopped_partner: Network,
    of_stopped_affiliate: Network,
    /// The live network's clicks.
    clicks: Vec<NewClick>,
    orders: Vec<NewConversion>,
}

/// The live network's clicks, each with the moment that the first version took for it.
fn old_clicks(shop: &Network) -> Vec<(NewClick, Timestamp)> {
    let of = |at: Timestamp, kind, ip: &str, agent: &str, referer: &str| NewClick {
        id: id_at(at),
        kind,
        ip: ip.to_owned(),
        user_agent: UserAgent::from_header(agent.as_bytes()),
        referer: Referer::from_header(referer.as_bytes()),
        country: None,
        ..visit(&shop.link)
    };
    let blog = "https://blog.example/";
    let long_ago = NOW.plus_millis(-400 * DAY);
    let midnight = NOW.day().minus_days(9).start();
    let mut old = vec![
        (of(long_ago, ClickKind::Human, "192.0.2.1", "Firefox", blog), long_ago),
        // The id was made at the very end of a day, and the moment taken at the beginning of the next.
        (of(midnight.plus_millis(-1), ClickKind::Bot, "2001:db8::7", "it's \"ä\"", &"x".repeat(2_048)), midnight),
        (of(NOW, ClickKind::Prefetch, "::ffff:192.0.2.1", "", ""), NOW.plus_millis(1)),
        (of(NOW, ClickKind::Human, "192.0.2.2", blog, "Firefox"), NOW),
    ];
    old.extend((0..60).map(|n| NOW.plus_millis(-DAY + n)).map(|at| (visit_at(&shop.link, at), at)));
    old
}

async fn fill(database: &TestDatabase) -> Before {
    let mut old = Old::create(database).await;
    let since = Some(NOW.as_millis());
    let shop = old.add_network(["Shop", "Shoes", "Blog"], [None, None]).await;
    let of_stopped_partner = old.add_network(["Rival", "Hats", "Forum"], [since, None]).await;
    let of_stopped_affiliate = old.add_network(["Store", "Coats", "Magazine"], [None, since]).await;
    let mut clicks = Vec::new();
    for (click, at) in old_clicks(&shop) {
        old.add_click(&shop, &click, at).await;
        clicks.push(click);
    }
    old.add_click(&of_stopped_partner, &visit(&of_stopped_partner.link), NOW).await;
    let orders = vec![sale(&shop.partner, clicks[0].id, "order-1"), sale(&shop.partner, clicks[1].id, "order-1")];
    for (order, days) in orders.iter().zip([300, 0]) {
        old.add_sale(&shop, &NewConversion { at: NOW.plus_millis(-days * DAY), ..order.clone() }).await;
    }
    old.close().await;
    clicks.sort_by_key(|click| click.id);
    Before { shop, of_stopped_partner, of_stopped_affiliate, clicks, orders }
}

/// Runs a contract on a database of each engine that was filled by the first version and opened by this one.
async fn on_both_migrated(contract: impl AsyncFn(&Db, &mut Conn, Before)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::create(engine).await else { continue };
        println!("on {engine:?}");
        let before = fill(&database).await;
        // Twice: what was migrated stays as it is.
        Db::open(&database.url).await.unwrap().close().await;
        let db = Db::open(&database.url).await.unwrap();
        let mut conn = db.read().await.unwrap();
        contract(&db, &mut conn, before).await;
        drop(conn);
        db.close().await;
    }
}

async fn assert_sound(conn: &mut Conn) {
    let broken = audit::check_invariants(conn).await.unwrap();
    assert!(broken.iter().all(|finding| finding.broken == 0), "{broken:?}");
}

fn row(shop: &Network, click: &NewClick) -> ClickRow {
    ClickRow {
        id: click.id,
        at: click.id.made_at(),
        kind: click.kind,
        slug: shop.link.slug.clone(),
        offer_id: shop.offer,
        affiliate_id: shop.affiliate.id,
        country: None,
        agent: Plain.agent(click.user_agent.as_str()),
        offer_name: "Shoes".to_owned(),
        affiliate_name: "Blog".to_owned(),
        referer: click.referer.as_str().to_owned(),
        user_agent: click.user_agent.as_str().to_owned(),
        ip: Some(click.ip.clone()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_click_is_listed_as_it_was_and_once() {
    on_both_migrated(async |_: &Db, conn: &mut Conn, before: Before| {
        let scope = Scope::Partner(before.shop.partner.id);
        let mut wanted: Vec<ClickRow> = before.clicks.iter().map(|click| row(&before.shop, click)).collect();
        wanted.reverse();
        let first = crate::lists::clicks(conn, scope, &all()).await.unwrap();
        let second = crate::lists::clicks(conn, scope, &page_after(&first)).await.unwrap();
        assert!(first.next.is_some() && second.next.is_none());
        let found: Vec<ClickRow> = first.rows.into_iter().chain(second.rows).collect();
        assert_eq!(found, wanted);
        for kind in [ClickKind::Bot, ClickKind::Prefetch] {
            let found = crate::lists::clicks(conn, scope, &by_status(kind.as_str())).await.unwrap().rows;
            let wanted: Vec<_> = wanted.iter().filter(|row| row.kind == kind).cloned().collect();
            assert_eq!(found, wanted);
        }
        let oldest = asked(&[("sort", "oldest"), ("status", "human")]);
        let oldest = crate::lists::clicks(conn, scope, &oldest).await.unwrap().rows;
        assert_eq!(oldest[0], row(&before.shop, &before.clicks[0]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_count_is_what_it_was_and_the_audit_is_silent() {
    on_both_migrated(async |_: &Db, conn: &mut Conn, before: Before| {
        assert_sound(conn).await;
        assert_eq!(audit::count_rows(conn).await.unwrap(), (65, 2));
        let links = applications::list_links(conn, before.shop.affiliate.id, &all()).await.unwrap().rows;
        assert_eq!((links[0].clicks, links[0].visits, links[0].conversions), (64, 62, 2));
        assert_eq!(links[0].earnings[0].amount, Total::from(amount("21")));
        let affiliate = before.of_stopped_partner.affiliate.id;
        let links = applications::list_links(conn, affiliate, &all()).await.unwrap().rows;
        assert_eq!((links[0].clicks, links[0].visits, links[0].conversions), (1, 1, 0));
        let scope = Scope::Partner(before.shop.partner.id);
        let (days, total) = last_days(conn, scope, NOW.day(), 401).await;
        assert_eq!((total.clicks(), total.human_clicks, total.conversions()), (64, 62, 2));
        let busy: Vec<(Day, i64)> =
            days.iter().map(|(day, of)| (*day, of.clicks())).filter(|(_, clicks)| *clicks > 0).collect();
        let day = |back| NOW.day().minus_days(back);
        assert_eq!(busy, [(day(400), 1), (day(10), 1), (day(1), 60), (day(0), 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_suspended_still_is_until_they_are_restored() {
    on_both_migrated(async |db: &Db, conn: &mut Conn, before: Before| {
        assert!(clicks::find_link(conn, &before.shop.link.slug).await.unwrap().unwrap().rules.is_live());
        let (partners, affiliates) = (&before.of_stopped_partner, &before.of_stopped_affiliate);
        for (network, user) in [(partners, partners.partner.user), (affiliates, affiliates.affiliate.user)] {
            assert!(!clicks::find_link(conn, &network.link.slug).await.unwrap().unwrap().rules.is_live());
            change(db, async |conn: &mut Conn| restore(conn, user).await).await;
            assert!(clicks::find_link(conn, &network.link.slug).await.unwrap().unwrap().rules.is_live());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recording_goes_on_where_it_stopped() {
    on_both_migrated(async |db: &Db, conn: &mut Conn, before: Before| {
        let shop = &before.shop;
        let old = before.clicks[0].id;
        assert_eq!(conversions::find_click_owner(conn, old).await.unwrap(), Some(shop.partner.id));
        // Texts that were there before and new ones.
        let click = NewClick { user_agent: UserAgent::from_header(b"Firefox"), ..visit(&shop.link) };
        let newer = NewClick { user_agent: UserAgent::from_header(b"Chrome"), ..visit(&shop.link) };
        let again = sale(&shop.partner, old, "order-1");
        let late = sale(&shop.partner, old, "order-2");
        let answers = record(db, &[&click, &newer], &[&again, &late]).await;
        let [
            ConversionOutcome::Stored { duplicate: true, conversion, .. },
            ConversionOutcome::Stored { duplicate: false, .. },
        ] = &answers.conversions[..]
        else {
            panic!("{answers:?}");
        };
        assert_eq!(conversion.id, before.orders[0].id);
        add_visit(db, &shop.link).await;
        let rows = crate::lists::clicks(conn, Scope::Network, &all()).await.unwrap().rows;
        assert!(rows.contains(&row(shop, &click)) && rows.contains(&row(shop, &newer)));
        assert_sound(conn).await;
        assert_eq!(audit::count_rows(conn).await.unwrap(), (68, 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_database_is_whole_and_keeps_minding_its_keys() {
    on_both_migrated(async |db: &Db, _: &mut Conn, _: Before| {
        let Db::Sqlite { write, .. } = db else { return };
        let check: Vec<String> = sqlx::query_scalar("pragma integrity_check").fetch_all(write).await.unwrap();
        assert_eq!(check, ["ok"]);
        let strays = sqlx::query("pragma foreign_key_check").fetch_all(write).await.unwrap();
        assert!(strays.is_empty());
        let minds: i64 = sqlx::query_scalar("pragma foreign_keys").fetch_one(write).await.unwrap();
        assert_eq!(minds, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_of_the_far_future_keeps_no_month_from_being_made() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::create(engine).await else { continue };
        let mut old = Old::create(&database).await;
        let shop = old.add_network(["Shop", "Shoes", "Blog"], [None, None]).await;
        let far = NOW.plus_millis(100_000 * DAY);
        let clicks = [visit(&shop.link), visit_at(&shop.link, far)];
        for (click, at) in clicks.iter().zip([NOW, far]) {
            old.add_click(&shop, click, at).await;
        }
        old.close().await;
        let db = Db::open(&database.url).await.unwrap();
        if let Db::Postgres { read, .. } = &db {
            let sql = "select tableoid::regclass::text from clicks order by id";
            let parts: Vec<String> = sqlx::query_scalar(sql).fetch_all(read).await.unwrap();
            assert_eq!(parts, ["clicks_first", "clicks_default"]);
        }
        let mut conn = db.read().await.unwrap();
        assert_eq!(audit::count_rows(&mut conn).await.unwrap(), (2, 0));
        assert_sound(&mut conn).await;
        drop(conn);
        db.close().await;
    }
}
