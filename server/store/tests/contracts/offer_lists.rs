//! Lists of offers, for their partner and the admins.

use domain::{ListQuery, OfferFilter, OfferStatus};
use store::{Conn, Db, Scope, offers};

use crate::{
    in_transaction,
    network::{add_affiliate, add_link, add_offer, add_partner, add_visit, change},
    queries::{all, assert_two_pages, by_status, by_text, page_after, sorted},
    with_recording,
};

async fn names(conn: &mut Conn, scope: Scope, list: ListQuery<OfferFilter>) -> Vec<String> {
    offers::list_offers(conn, scope, &list).await.unwrap().rows.into_iter().map(|offer| offer.name).collect()
}

#[tokio::test]
async fn a_partner_lists_their_own_offers_only_and_an_admin_all() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, rival) = (add_partner(conn, "Shop").await, add_partner(conn, "Rival").await);
        add_offer(conn, &shop, "Shoes", OfferStatus::Active).await;
        add_offer(conn, &rival, "Hats", OfferStatus::Active).await;
        assert_eq!(names(conn, Scope::Partner(shop.id), all()).await, ["Shoes"]);
        assert_eq!(names(conn, Scope::Partner(rival.id), all()).await, ["Hats"]);
        assert_eq!(names(conn, Scope::Network, all()).await, ["Hats", "Shoes"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offers_are_sorted_by_age_name_or_clicks() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let make = async |conn: &mut Conn| (add_partner(conn, "Shop").await, add_affiliate(conn, "Blog").await);
        let (shop, blog) = change(db, make).await;
        for (name, clicks) in [("banana", 2), ("Apple", 0), ("cherry", 1)] {
            let link = change(db, async |conn: &mut Conn| {
                let offer = add_offer(conn, &shop, name, OfferStatus::Active).await;
                add_link(conn, offer, &blog).await
            });
            let link = link.await;
            for _ in 0..clicks {
                add_visit(db, &link).await;
            }
        }
        assert_eq!(names(conn, Scope::Network, all()).await, ["cherry", "Apple", "banana"]);
        assert_eq!(names(conn, Scope::Network, sorted("nonsense")).await, ["cherry", "Apple", "banana"]);
        assert_eq!(names(conn, Scope::Network, sorted("name")).await, ["Apple", "banana", "cherry"]);
        assert_eq!(names(conn, Scope::Network, sorted("clicks")).await, ["banana", "cherry", "Apple"]);
    })
    .await;
}

#[tokio::test]
async fn offers_are_filtered_by_status_and_by_text() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, rival) = (add_partner(conn, "Shop").await, add_partner(conn, "Rival").await);
        for status in OfferStatus::ALL {
            add_offer(conn, &shop, &format!("{status:?} shoes"), status).await;
        }
        add_offer(conn, &rival, "100% hats", OfferStatus::Active).await;
        for status in OfferStatus::ALL {
            let found = names(conn, Scope::Partner(shop.id), by_status(status.as_str())).await;
            assert_eq!(found, [format!("{status:?} shoes")]);
        }
        assert_eq!(names(conn, Scope::Network, by_text("PAUSED S")).await, ["Paused shoes"]);
        assert_eq!(names(conn, Scope::Network, by_text("rival")).await, ["100% hats"]);
        assert_eq!(names(conn, Scope::Network, by_text("%")).await, ["100% hats"]);
    })
    .await;
}

#[tokio::test]
async fn offers_are_listed_in_pages() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        for number in 1..=51 {
            add_offer(conn, &shop, &format!("Number {number}"), OfferStatus::Active).await;
        }
        let first = offers::list_offers(conn, Scope::Partner(shop.id), &all()).await.unwrap();
        let second = offers::list_offers(conn, Scope::Partner(shop.id), &page_after(&first)).await.unwrap();
        assert_two_pages(&first, &second);
    })
    .await;
}
