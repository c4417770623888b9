//! Totals: of a link, of a period, and the number that open pages watch.

use domain::{BestAffiliate, ClickKind, Day, DayPoint, Earnings, Overview, Total};
use store::{Conn, Db, Scope, clicks::NewClick, conversions::NewConversion, reports};

use crate::{
    in_transaction,
    network::{
        DAY, Link, NOW, Network, add_affiliate, add_link, add_partner, add_visit, amount, change, currency, record,
        record_sale, sale, status, visit, visit_at,
    },
    with_recording,
};

/// A live link of another affiliate to the network's offer.
async fn add_promoter(db: &Db, network: &Network, name: &str) -> Link {
    let adding = change(db, async |conn: &mut Conn| {
        let affiliate = add_affiliate(conn, name).await;
        add_link(conn, network.offer, &affiliate).await
    });
    adding.await
}

async fn read(conn: &mut Conn, scope: Scope, days: u32) -> Overview {
    reports::read_overview(conn, scope, NOW.day(), days).await.unwrap()
}

#[tokio::test]
async fn a_link_without_conversions_has_no_totals() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        assert_eq!(reports::conversions_of_link(conn, shop.link.id).await.unwrap(), (0, 0, vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_links_totals_are_of_all_its_days_and_of_no_other_link() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let other_link = add_promoter(db, &shop, "Forum").await;
        let (click, others) = (add_visit(db, &shop.link).await, add_visit(db, &other_link).await);
        let long_ago = NewConversion { at: NOW.plus_millis(-400 * DAY), ..sale(&shop.partner, click, "order-1") };
        record_sale(db, &long_ago).await;
        record_sale(db, &sale(&shop.partner, click, "order-2")).await;
        record_sale(db, &sale(&shop.partner, others, "order-3")).await;
        let wanted = Earnings {
            currency: currency("USD"),
            amount: Total::from(amount("21")),
            earned: Total::from(amount("2.50")),
            pending: Total::default(),
        };
        assert_eq!(reports::conversions_of_link(conn, shop.link.id).await.unwrap(), (2, 0, vec![wanted]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overview_adds_up_its_days_and_nothing_before_or_after() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let (today, first_day) = (NOW.day(), NOW.day().minus_days(2));
        let first_moment = NewClick { kind: ClickKind::Bot, ..visit_at(&shop.link, first_day.start()) };
        for at in [first_day.start().plus_millis(-1), NOW, today.start().plus_millis(DAY)] {
            record(db, &[&visit_at(&shop.link, at)], &[]).await;
        }
        record(db, &[&first_moment], &[]).await;
        let order = |transaction| sale(&shop.partner, first_moment.id, transaction);
        let too_old = NewConversion { at: first_day.start().plus_millis(-1), ..order("1") };
        let euros = NewConversion { at: first_day.start(), currency: currency("EUR"), ..order("2") };
        let pending = NewConversion { status: status("pending"), ..order("3") };
        for new in [too_old, euros, pending, order("4")] {
            record_sale(db, &new).await;
        }
        let [worth, commission] = [amount("10.50"), amount("1.25")].map(Total::from);
        let (usd, eur, none) = (currency("USD"), currency("EUR"), Total::default());
        let point = |day: Day, clicks, conversions| DayPoint { day, clicks, conversions };
        let wanted = Overview {
            days: 3,
            clicks: 2,
            visits: 1,
            conversions: 3,
            pending: 1,
            money: vec![
                Earnings { currency: eur, amount: worth, earned: commission, pending: none },
                Earnings { currency: usd, amount: worth + worth, earned: commission, pending: commission },
            ],
            points: vec![point(first_day, 1, 1), point(today.minus_days(1), 0, 0), point(today, 1, 2)],
            best: vec![BestAffiliate { id: shop.affiliate.id, name: "Blog".to_owned(), clicks: 2, conversions: 3 }],
        };
        assert_eq!(read(conn, Scope::Network, 3).await, wanted);
        assert_eq!(read(conn, Scope::Partner(shop.partner.id), 3).await, wanted);
        let affiliate = Scope::Affiliate(shop.affiliate.id);
        assert_eq!(read(conn, affiliate, 3).await, Overview { best: vec![], ..wanted });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overview_of_one_day_is_of_today() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        add_visit(db, &shop.link).await;
        record(db, &[&visit_at(&shop.link, NOW.plus_millis(-DAY))], &[]).await;
        let today = read(conn, Scope::Network, 1).await;
        assert_eq!((today.clicks, today.points.len(), today.points[0].day), (1, 1, NOW.day()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partners_and_affiliates_overview_their_own_and_an_admin_the_network() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let idle = change(db, async |conn: &mut Conn| add_partner(conn, "Idle").await).await;
        // Blog brings something to both, Forum to Rival only.
        let blogs_hats = change(db, async |conn: &mut Conn| add_link(conn, rival.offer, &shop.affiliate).await).await;
        let (shoes, hats) = (add_visit(db, &shop.link).await, add_visit(db, &blogs_hats).await);
        for _ in 0..3 {
            add_visit(db, &rival.link).await;
        }
        record_sale(db, &sale(&shop.partner, shoes, "1")).await;
        record_sale(db, &sale(&rival.partner, hats, "1")).await;
        record_sale(db, &sale(&rival.partner, hats, "2")).await;
        for (scope, wanted) in [
            (Scope::Partner(shop.partner.id), (1, 1)),
            (Scope::Partner(rival.partner.id), (4, 2)),
            (Scope::Partner(idle.id), (0, 0)),
            (Scope::Affiliate(shop.affiliate.id), (2, 3)),
            (Scope::Affiliate(rival.affiliate.id), (3, 0)),
            (Scope::Network, (5, 3)),
        ] {
            let found = read(conn, scope, 30).await;
            assert_eq!((found.clicks, found.conversions), wanted, "{scope:?}");
            let today = found.points.last().map(|point| (point.clicks, point.conversions));
            assert_eq!(today, Some(wanted), "{scope:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_five_best_affiliates_have_the_most_conversions_then_the_most_clicks() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "idle").await;
        for (name, clicks, orders) in
            [("fourth", 2, 0), ("first", 1, 2), ("sixth", 1, 0), ("third", 9, 0), ("second", 2, 1), ("fifth", 1, 0)]
        {
            // The sixth brought its one click before the period.
            let at = if name == "sixth" { NOW.plus_millis(-30 * DAY) } else { NOW };
            let link = add_promoter(db, &shop, name).await;
            let mut last = visit(&link);
            for _ in 0..clicks {
                last = visit_at(&link, at);
                record(db, &[&last], &[]).await;
            }
            for number in 0..orders {
                record_sale(db, &sale(&shop.partner, last.id, &format!("order-{number}"))).await;
            }
        }
        let link = add_promoter(db, &shop, "more").await;
        for scope in [Scope::Partner(shop.partner.id), Scope::Network] {
            let best = read(conn, scope, 30).await.best;
            let names: Vec<_> = best.iter().map(|affiliate| affiliate.name.as_str()).collect();
            assert_eq!(names, ["first", "second", "third", "fourth", "fifth"]);
            assert_eq!((best[1].clicks, best[1].conversions), (2, 1));
        }
        // A sixth one with something to show pushes the least out.
        for _ in 0..3 {
            add_visit(db, &link).await;
        }
        let best = read(conn, Scope::Network, 30).await.best;
        let names: Vec<_> = best.iter().map(|affiliate| affiliate.name.as_str()).collect();
        assert_eq!(names, ["first", "second", "third", "more", "fourth"]);
    })
    .await;
}
