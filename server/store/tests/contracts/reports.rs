//! Totals: of a link, and of the days of a period.

use domain::{ClickKind, Earnings, Total, report::Money};
use store::{Conn, Db, Scope, clicks::NewClick, conversions::NewConversion, reports};

use crate::{
    counted::last_days,
    in_transaction,
    network::{
        DAY, Link, NOW, Network, add_affiliate, add_link, add_partner, add_visit, amount, change, currency, record,
        record_sale, sale, status, visit_at,
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
async fn a_period_adds_up_its_days_and_nothing_before_or_after() {
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
        let sold = |conversions, human_clicks| Money { conversions, human_clicks, ..Money::default() };
        let euros = Money { amount: worth, amount_approved: worth, commission, earnings: commission, ..sold(1, 1) };
        let dollars = Money {
            amount: worth + worth,
            amount_approved: worth,
            amount_pending: worth,
            commission: commission + commission,
            earnings: commission,
            commission_pending: commission,
            ..sold(2, 1)
        };
        for scope in [Scope::Network, Scope::Partner(shop.partner.id), Scope::Affiliate(shop.affiliate.id)] {
            let (days, total) = last_days(conn, scope, today, 3).await;
            assert_eq!((total.clicks(), total.human_clicks, total.conversions(), total.pending), (2, 1, 3, 1));
            assert_eq!(
                total.money.into_iter().collect::<Vec<_>>(),
                [(currency("EUR"), euros), (currency("USD"), dollars)]
            );
            let days: Vec<_> = days.iter().map(|(day, of)| (*day, of.clicks(), of.conversions())).collect();
            assert_eq!(days, [(first_day, 1, 1), (today, 1, 2)], "{scope:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_period_of_one_day_is_of_today() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        add_visit(db, &shop.link).await;
        record(db, &[&visit_at(&shop.link, NOW.plus_millis(-DAY))], &[]).await;
        let (days, total) = last_days(conn, Scope::Network, NOW.day(), 1).await;
        assert_eq!((total.clicks(), days.len(), days[0].0), (1, 1, NOW.day()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partners_and_affiliates_count_their_own_and_an_admin_the_network() {
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
            let (days, total) = last_days(conn, scope, NOW.day(), 30).await;
            assert_eq!((total.clicks(), total.conversions()), wanted, "{scope:?}");
            let today = days.last().map_or((0, 0), |(_, of)| (of.clicks(), of.conversions()));
            assert_eq!(today, wanted, "{scope:?}");
        }
    })
    .await;
}
