//! What is read of conversions: their lists, and whose a click is.

use domain::{ConversionFilter, ConversionOrder, ConversionRow, Device, ListQuery, OfferStatus};
use store::{
    Conn, Db, Scope, clicks,
    conversions::{self, NewConversion},
};

use crate::{
    lists::Plain,
    network::{
        NOW, Network, add_offer, add_visit, amount, change, currency, new_id, record, record_sale, sale, status,
    },
    queries::{all, assert_two_pages, by_offer, by_offer_and_status, by_status, by_text, page_after, read_all, sorted},
    with_recording,
};

/// The affiliates of the conversions that a list shows, in its order.
async fn names(conn: &mut Conn, scope: Scope, list: ListQuery<ConversionFilter>) -> Vec<String> {
    let page = crate::lists::conversions(conn, scope, &list).await.unwrap();
    page.rows.into_iter().map(|row| row.affiliate_name).collect()
}

/// Two networks, each with a conversion: Blog's order-1 for Shop, then Forum's order_2 for Rival.
async fn add_two(db: &Db) -> [Network; 2] {
    let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
    let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
    for (network, transaction) in [(&shop, "order-1"), (&rival, "order_2")] {
        let click = add_visit(db, &network.link).await;
        record_sale(db, &sale(&network.partner, click, transaction)).await;
    }
    [shop, rival]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_belongs_to_the_partner_of_its_offer() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let networks = add_two(db).await;
        for network in &networks {
            let click = add_visit(db, &network.link).await;
            assert_eq!(conversions::find_click_owner(conn, click).await.unwrap(), Some(network.partner.id));
        }
        assert_eq!(conversions::find_click_owner(conn, new_id()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversion_is_listed_as_recorded_and_its_transaction_hidden_from_the_affiliate() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        let new = NewConversion {
            at: NOW.plus_millis(-7),
            status: status("approved"),
            currency: currency("EUR"),
            ..sale(&shop.partner, click, "order-1")
        };
        record_sale(db, &new).await;
        let wanted = ConversionRow {
            id: new.id,
            at: new.at,
            click_id: click,
            transaction_id: Some("order-1".to_owned()),
            offer_id: shop.offer,
            offer_name: "Shoes".to_owned(),
            affiliate_id: shop.affiliate.id,
            country: None,
            device: Device::Desktop,
            affiliate_name: "Blog".to_owned(),
            status: status("approved"),
            amount: amount("10.50"),
            commission: amount("1.25"),
            currency: currency("EUR"),
        };
        for scope in [Scope::Partner(shop.partner.id), Scope::Network] {
            let rows = crate::lists::conversions(conn, scope, &all()).await.unwrap().rows;
            assert_eq!(rows, [wanted.clone()]);
        }
        let affiliate = Scope::Affiliate(shop.affiliate.id);
        let rows = crate::lists::conversions(conn, affiliate, &all()).await.unwrap().rows;
        assert_eq!(rows, [ConversionRow { transaction_id: None, ..wanted }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partners_and_affiliates_see_their_own_conversions_only_and_an_admin_all() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let [shop, rival] = add_two(db).await;
        assert_eq!(names(conn, Scope::Partner(shop.partner.id), all()).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Partner(rival.partner.id), all()).await, ["Forum"]);
        assert_eq!(names(conn, Scope::Affiliate(shop.affiliate.id), all()).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Affiliate(rival.affiliate.id), all()).await, ["Forum"]);
        assert_eq!(names(conn, Scope::Network, all()).await, ["Forum", "Blog"]);
        assert!(names(conn, Scope::Partner(shop.partner.id), by_offer(rival.offer)).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conversions_are_found_by_click_names_and_transaction() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let [shop, rival] = add_two(db).await;
        let rows = crate::lists::conversions(conn, Scope::Network, &all()).await.unwrap().rows;
        let click = rows[0].click_id.to_string();
        let in_capitals = click.to_uppercase();
        for text in ["hats", "FORUM", "ORDER_2", "_", click.as_str(), in_capitals.as_str()] {
            assert_eq!(names(conn, Scope::Network, by_text(text)).await, ["Forum"], "{text}");
            assert_eq!(names(conn, Scope::Partner(rival.partner.id), by_text(text)).await, ["Forum"], "{text}");
            assert!(names(conn, Scope::Partner(shop.partner.id), by_text(text)).await.is_empty(), "{text}");
        }
        assert!(names(conn, Scope::Network, by_text("%")).await.is_empty());
        // Those of one moment begin alike.
        let begun = by_text(&click[..20]);
        assert_eq!(names(conn, Scope::Network, begun).await, ["Forum", "Blog"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_affiliates_search_finds_out_nothing_of_transactions() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let [shop, _] = add_two(db).await;
        let scope = Scope::Affiliate(shop.affiliate.id);
        assert!(names(conn, scope, by_text("order-1")).await.is_empty());
        assert_eq!(names(conn, scope, by_text("shoes")).await, ["Blog"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conversions_are_filtered_by_status_in_any_case_and_by_offer() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let [shop, rival] = add_two(db).await;
        let click = add_visit(db, &rival.link).await;
        record_sale(db, &NewConversion { status: status("on hold"), ..sale(&rival.partner, click, "3") }).await;
        assert_eq!(names(conn, Scope::Network, by_status("On Hold")).await, ["Forum"]);
        assert_eq!(names(conn, Scope::Network, by_status("confirmed")).await, ["Forum", "Blog"]);
        assert!(names(conn, Scope::Network, by_status("nonsense")).await.is_empty());
        assert_eq!(names(conn, Scope::Network, by_offer(shop.offer)).await, ["Blog"]);
        let unsold =
            change(db, async |conn: &mut Conn| add_offer(conn, &shop.partner, "Boots", OfferStatus::Active).await)
                .await;
        assert!(names(conn, Scope::Network, by_offer(unsold)).await.is_empty());
        let both = by_offer_and_status(shop.offer, "on hold");
        assert!(names(conn, Scope::Network, both).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conversions_are_sorted_by_age_amount_or_commission() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        for (transaction, worth, commission) in [("old", "20", "1"), ("middle", "3", "2.5"), ("new", "100", "0.1")] {
            let order = sale(&shop.partner, click, transaction);
            let order = NewConversion { amount: amount(worth), commission: amount(commission), ..order };
            record_sale(db, &order).await;
        }
        for (sort, wanted) in [
            ("", ["new", "middle", "old"]),
            ("nonsense", ["new", "middle", "old"]),
            ("oldest", ["old", "middle", "new"]),
            ("amount", ["new", "old", "middle"]),
            ("commission", ["middle", "old", "new"]),
        ] {
            let page = crate::lists::conversions(conn, Scope::Network, &sorted(sort)).await.unwrap();
            let found: Vec<_> = page.rows.into_iter().filter_map(|row| row.transaction_id).collect();
            assert_eq!(found, wanted, "{sort}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conversions_are_listed_in_pages() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        let batch: Vec<_> = (1..=51).map(|number| sale(&shop.partner, click, &format!("order-{number}"))).collect();
        record(db, &[], &batch.iter().collect::<Vec<_>>()).await;
        let first = crate::lists::conversions(conn, Scope::Network, &all()).await.unwrap();
        let second = crate::lists::conversions(conn, Scope::Network, &page_after(&first)).await.unwrap();
        assert_two_pages(&first, &second);
        assert_eq!(second.rows[0].transaction_id.as_deref(), Some("order-1"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partners_pages_are_the_same_beside_none_few_or_many_of_others() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let add = async |network: &Network, count: usize| {
            let click = add_visit(db, &network.link).await;
            let batch: Vec<_> = (1..=count).map(|number| sale(&network.partner, click, &format!("{number}"))).collect();
            record(db, &[], &batch.iter().collect::<Vec<_>>()).await;
        };
        let scope = Scope::Partner(shop.partner.id);
        let read = async |conn: &mut Conn| {
            let mut lists = Vec::new();
            for list in [all(), sorted("oldest"), sorted("amount"), by_status("confirmed"), by_offer(shop.offer)] {
                let read = async |conn: &mut Conn, list: &ListQuery<ConversionFilter>| {
                    crate::lists::conversions(conn, scope, list).await.unwrap()
                };
                let rows = read_all(conn, &list, read).await;
                assert!(rows.len() == 60 && rows.iter().all(|row| row.offer_name == "Shoes"), "{list:?}");
                lists.push(rows);
            }
            lists
        };
        add(&shop, 60).await;
        let alone = read(conn).await;
        add(&rival, 10).await;
        assert_eq!(read(conn).await, alone);
        add(&rival, 1_500).await;
        assert_eq!(read(conn).await, alone);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_and_its_conversions_are_found_by_those_they_concern() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let click = add_visit(db, &shop.link).await;
        let other = add_visit(db, &shop.link).await;
        let sales = ["first", "second"].map(|order| sale(&shop.partner, click, order));
        for new in &sales {
            record_sale(db, new).await;
        }
        // Somebody else's order is called like the click.
        record_sale(db, &sale(&shop.partner, other, &click.to_string())).await;
        for scope in [Scope::Partner(shop.partner.id), Scope::Affiliate(shop.affiliate.id), Scope::Network] {
            let found = clicks::find_click(conn, scope, click, &Plain).await.unwrap().unwrap();
            assert_eq!((found.id, found.offer_id, found.slug), (click, shop.offer, shop.link.slug.clone()));
            let sold = conversions::conversions_of_click(conn, scope, click, &Plain).await.unwrap();
            assert_eq!(sold.iter().map(|row| row.id).collect::<Vec<_>>(), sales.each_ref().map(|new| new.id));
            let one = conversions::find_conversion(conn, scope, sales[1].id, &Plain).await.unwrap().unwrap();
            assert_eq!(one, sold[1]);
            let cursor = conversions::cursor_of(ConversionOrder::Amount, &one);
            assert_eq!((cursor.key, cursor.id), (sales[1].amount.micros().to_string(), one.id.uuid()));
        }
        for scope in [Scope::Partner(rival.partner.id), Scope::Affiliate(rival.affiliate.id)] {
            assert_eq!(clicks::find_click(conn, scope, click, &Plain).await.unwrap(), None);
            assert_eq!(conversions::find_conversion(conn, scope, sales[0].id, &Plain).await.unwrap(), None);
            assert!(conversions::conversions_of_click(conn, scope, click, &Plain).await.unwrap().is_empty());
        }
        assert_eq!(clicks::find_click(conn, Scope::Network, new_id(), &Plain).await.unwrap(), None);
    })
    .await;
}
