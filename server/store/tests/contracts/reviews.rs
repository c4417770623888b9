//! The review queue: what is in it, and in which order.

use domain::{OfferStatus, PartnerId};
use store::{Conn, Scope, offers};

use crate::{
    in_transaction,
    network::{DESTINATION, ELSEWHERE, NOW, Partner, add_offer, add_partner, draft, restore, suspend},
    queries::{all, assert_two_pages, page_after},
};

async fn waiting(conn: &mut Conn) -> Vec<String> {
    offers::list_reviews(conn, &all()).await.unwrap().rows.into_iter().map(|review| review.offer.name).collect()
}

#[tokio::test]
async fn new_offers_new_destinations_and_changes_wait_for_review_longest_waiting_first() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        for (name, status, moves, is_changed) in [
            ("new", OfferStatus::Pending, false, false),
            ("moving", OfferStatus::Active, true, false),
            ("settled", OfferStatus::Active, false, false),
            ("refused", OfferStatus::Rejected, false, false),
            ("moving while paused", OfferStatus::Paused, true, true),
            ("put away while moving", OfferStatus::Archived, true, false),
            ("put away after a change", OfferStatus::Archived, false, true),
            ("changed", OfferStatus::Active, false, true),
            ("newest", OfferStatus::Pending, false, false),
        ] {
            let offer = add_offer(conn, &shop, name, status).await;
            let before = offers::lock_offer(conn, Scope::Network, offer).await.unwrap().unwrap().content;
            let pending = moves.then_some(ELSEWHERE);
            offers::set_offer_draft(conn, offer, &draft(name), DESTINATION, pending).await.unwrap();
            if is_changed {
                let after = domain::OfferContent { description: "Something else".to_owned(), ..before.clone() };
                offers::changes::record_change(conn, offer, &before, &after, NOW).await.unwrap();
            }
        }
        assert_eq!(waiting(conn).await, ["new", "moving", "moving while paused", "changed", "newest"]);
        assert_eq!(offers::count_reviews(conn).await.unwrap(), 5);
        let reviews = offers::list_reviews(conn, &all()).await.unwrap().rows;
        let changed: Vec<_> = reviews.iter().map(|review| review.change.is_some()).collect();
        assert_eq!(changed, [false, false, true, true, false]);
        // A change alone is nothing that could be refused with everything else of this partner.
        assert!(reviews.iter().all(|review| review.waiting_of_partner == 4));
    })
    .await;
}

#[tokio::test]
async fn partners_have_turns_however_many_offers_one_of_them_adds() {
    in_transaction(async |conn: &mut Conn| {
        let flood = add_partner(conn, "Flood").await;
        for number in 1..=3 {
            add_offer(conn, &flood, &format!("flood {number}"), OfferStatus::Pending).await;
        }
        let shop = add_partner(conn, "Shop").await;
        for number in 1..=2 {
            add_offer(conn, &shop, &format!("honest {number}"), OfferStatus::Pending).await;
        }
        assert_eq!(waiting(conn).await, ["flood 1", "honest 1", "flood 2", "honest 2", "flood 3"]);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_partners_offers_leave_the_queue_and_come_back() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, rival) = (add_partner(conn, "Shop").await, add_partner(conn, "Rival").await);
        add_offer(conn, &shop, "Shoes", OfferStatus::Pending).await;
        add_offer(conn, &rival, "Hats", OfferStatus::Pending).await;
        suspend(conn, shop.user).await;
        assert_eq!(waiting(conn).await, ["Hats"]);
        assert_eq!(offers::count_reviews(conn).await.unwrap(), 1);
        restore(conn, shop.user).await;
        assert_eq!(waiting(conn).await, ["Shoes", "Hats"]);
    })
    .await;
}

#[tokio::test]
async fn the_queue_has_pages_and_all_are_counted() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        for number in 1..=51 {
            add_offer(conn, &shop, &format!("Number {number}"), OfferStatus::Pending).await;
        }
        let first = offers::list_reviews(conn, &all()).await.unwrap();
        let second = offers::list_reviews(conn, &page_after(&first)).await.unwrap();
        assert_two_pages(&first, &second);
        assert_eq!(offers::count_reviews(conn).await.unwrap(), 51);
    })
    .await;
}

async fn count_waiting(conn: &mut Conn, partner: PartnerId) -> i64 {
    offers::lock_waiting_offers(conn, partner).await.unwrap()
}

async fn add_waiting(conn: &mut Conn, partner: &Partner) {
    add_offer(conn, partner, "new", OfferStatus::Pending).await;
    add_offer(conn, partner, "another", OfferStatus::Pending).await;
    let moving = add_offer(conn, partner, "moving", OfferStatus::Active).await;
    offers::set_offer_draft(conn, moving, &draft("moving"), DESTINATION, Some(ELSEWHERE)).await.unwrap();
    add_offer(conn, partner, "settled", OfferStatus::Active).await;
}

#[tokio::test]
async fn everything_of_one_partner_that_waits_is_refused_at_once() {
    in_transaction(async |conn: &mut Conn| {
        let (flood, shop) = (add_partner(conn, "Flood").await, add_partner(conn, "Shop").await);
        for partner in [&flood, &shop] {
            add_waiting(conn, partner).await;
        }
        assert_eq!((count_waiting(conn, flood.id).await, count_waiting(conn, shop.id).await), (2, 2));
        assert_eq!(offers::reject_waiting_offers(conn, flood.id, "Too many").await.unwrap(), 3);
        assert_eq!((count_waiting(conn, flood.id).await, count_waiting(conn, shop.id).await), (0, 2));
        assert_eq!(waiting(conn).await, ["new", "another", "moving"]);
        for offer in offers::list_offers(conn, Scope::Partner(flood.id), &all()).await.unwrap().rows {
            let (status, reason) = match offer.name.as_str() {
                "settled" => (OfferStatus::Active, None),
                "moving" => (OfferStatus::Active, Some("Too many")),
                _ => (OfferStatus::Rejected, Some("Too many")),
            };
            assert_eq!((offer.status, offer.rejection_reason.as_deref()), (status, reason), "{}", offer.name);
            assert_eq!((offer.destination.as_str(), offer.pending_destination), (DESTINATION, None));
        }
    })
    .await;
}
