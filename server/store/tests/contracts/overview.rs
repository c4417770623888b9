//! Totals: of a link, of a period, and the number that open pages watch.

use domain::{BestAffiliate, ClickKind, Day, DayPoint, Earnings, Overview, Total};
use store::{Conn, Scope, clicks::NewClick, conversions::NewConversion, overview};

use crate::{
    in_transaction,
    network::{
        DAY, NOW, Network, add_affiliate, add_link, add_partner, add_visit, amount, currency, record_click,
        record_sale, sale, status, visit,
    },
};

async fn read(conn: &mut Conn, scope: Scope, days: u32) -> Overview {
    overview::read_overview(conn, scope, NOW.day(), days).await.unwrap()
}

#[tokio::test]
async fn a_link_without_conversions_has_no_totals() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        assert_eq!(overview::conversions_of_link(conn, shop.link.id).await.unwrap(), (0, 0, vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_links_totals_are_of_all_its_days_and_of_no_other_link() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let forum = add_affiliate(conn, "Forum").await;
        let other_link = add_link(conn, shop.offer, &forum).await;
        let (click, others) = (add_visit(conn, &shop.link).await, add_visit(conn, &other_link).await);
        let long_ago = NewConversion { at: NOW.plus_millis(-400 * DAY), ..sale(&shop.partner, click, "order-1") };
        record_sale(conn, &long_ago).await;
        record_sale(conn, &sale(&shop.partner, click, "order-2")).await;
        record_sale(conn, &sale(&shop.partner, others, "order-3")).await;
        let wanted = Earnings {
            currency: currency("USD"),
            amount: Total::from(amount("21")),
            earned: Total::from(amount("2.50")),
            pending: Total::default(),
        };
        assert_eq!(overview::conversions_of_link(conn, shop.link.id).await.unwrap(), (2, 0, vec![wanted]));
    })
    .await;
}

#[tokio::test]
async fn an_overview_adds_up_its_days_and_nothing_before_or_after() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let (today, first_day) = (NOW.day(), NOW.day().minus_days(2));
        let first_moment = NewClick { kind: ClickKind::Bot, at: first_day.start(), ..visit(&shop.link) };
        for at in [first_day.start().plus_millis(-1), NOW, today.start().plus_millis(DAY)] {
            record_click(conn, &NewClick { at, ..visit(&shop.link) }).await;
        }
        record_click(conn, &first_moment).await;
        let order = |transaction| sale(&shop.partner, first_moment.id, transaction);
        let too_old = NewConversion { at: first_day.start().plus_millis(-1), ..order("1") };
        let euros = NewConversion { at: first_day.start(), currency: currency("EUR"), ..order("2") };
        let pending = NewConversion { status: status("pending"), ..order("3") };
        for new in [too_old, euros, pending, order("4")] {
            record_sale(conn, &new).await;
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

#[tokio::test]
async fn an_overview_of_one_day_is_of_today() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        add_visit(conn, &shop.link).await;
        record_click(conn, &NewClick { at: NOW.plus_millis(-DAY), ..visit(&shop.link) }).await;
        let today = read(conn, Scope::Network, 1).await;
        assert_eq!((today.clicks, today.points.len(), today.points[0].day), (1, 1, NOW.day()));
    })
    .await;
}

#[tokio::test]
async fn partners_and_affiliates_overview_their_own_and_an_admin_the_network() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        let idle = add_partner(conn, "Idle").await;
        // Blog brings something to both, Forum to Rival only.
        let blogs_hats = add_link(conn, rival.offer, &shop.affiliate).await;
        let (shoes, hats) = (add_visit(conn, &shop.link).await, add_visit(conn, &blogs_hats).await);
        for _ in 0..3 {
            add_visit(conn, &rival.link).await;
        }
        record_sale(conn, &sale(&shop.partner, shoes, "1")).await;
        record_sale(conn, &sale(&rival.partner, hats, "1")).await;
        record_sale(conn, &sale(&rival.partner, hats, "2")).await;
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
            assert_eq!(overview::read_version(conn, scope).await.unwrap(), wanted, "{scope:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_five_best_affiliates_have_the_most_conversions_then_the_most_clicks() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "idle").await;
        for (name, clicks, orders) in
            [("fourth", 2, 0), ("first", 1, 2), ("sixth", 1, 0), ("third", 9, 0), ("second", 2, 1), ("fifth", 1, 0)]
        {
            // The sixth brought its one click before the period.
            let at = if name == "sixth" { NOW.plus_millis(-30 * DAY) } else { NOW };
            let affiliate = add_affiliate(conn, name).await;
            let link = add_link(conn, shop.offer, &affiliate).await;
            let mut last = visit(&link);
            for _ in 0..clicks {
                last = NewClick { at, ..visit(&link) };
                record_click(conn, &last).await;
            }
            for number in 0..orders {
                record_sale(conn, &sale(&shop.partner, last.id, &format!("order-{number}"))).await;
            }
        }
        let more = add_affiliate(conn, "more").await;
        let link = add_link(conn, shop.offer, &more).await;
        for scope in [Scope::Partner(shop.partner.id), Scope::Network] {
            let best = read(conn, scope, 30).await.best;
            let names: Vec<_> = best.iter().map(|affiliate| affiliate.name.as_str()).collect();
            assert_eq!(names, ["first", "second", "third", "fourth", "fifth"]);
            assert_eq!((best[1].clicks, best[1].conversions), (2, 1));
        }
        // A sixth one with something to show pushes the least out.
        for _ in 0..3 {
            add_visit(conn, &link).await;
        }
        let best = read(conn, Scope::Network, 30).await.best;
        let names: Vec<_> = best.iter().map(|affiliate| affiliate.name.as_str()).collect();
        assert_eq!(names, ["first", "second", "third", "more", "fourth"]);
    })
    .await;
}

#[tokio::test]
async fn the_version_changes_with_every_click_and_conversion_of_the_scope() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        let scopes = [Scope::Partner(shop.partner.id), Scope::Affiliate(shop.affiliate.id), Scope::Network];
        let others = [Scope::Partner(rival.partner.id), Scope::Affiliate(rival.affiliate.id)];
        let click = visit(&shop.link);
        for wanted in [(0, 0), (1, 0), (1, 1)] {
            match wanted {
                (1, 0) => record_click(conn, &click).await,
                (1, 1) => record_sale(conn, &sale(&shop.partner, click.id, "order-1")).await,
                _ => {}
            }
            for scope in scopes {
                assert_eq!(overview::read_version(conn, scope).await.unwrap(), wanted, "{scope:?}");
            }
            for scope in others {
                assert_eq!(overview::read_version(conn, scope).await.unwrap(), (0, 0), "{scope:?}");
            }
        }
    })
    .await;
}
