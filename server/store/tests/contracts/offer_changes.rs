//! Changes of approved offers, as an admin sees and decides them afterwards.

use domain::{OfferContent, OfferId, OfferStatus, Timestamp};
use store::{Conn, Db, Scope, offers, offers::changes};
use testkit::TestDatabase;

use crate::{
    assert_waits_for, in_transaction,
    network::{ELSEWHERE, NOW, add_offer, add_partner, draft},
    on_both,
    queries::all,
};

const LATER: Timestamp = Timestamp::from_millis(NOW.as_millis() + 60_000);

async fn add_approved(conn: &mut Conn) -> (OfferId, OfferContent) {
    let shop = add_partner(conn, "Shop").await;
    let offer = add_offer(conn, &shop, "Shoes", OfferStatus::Active).await;
    let content = offers::lock_offer(conn, Scope::Network, offer).await.unwrap().unwrap().content;
    (offer, content)
}

fn named(name: &str, of: &OfferContent) -> OfferContent {
    OfferContent { name: name.to_owned(), ..of.clone() }
}

async fn approved(conn: &mut Conn, offer: OfferId) -> Option<OfferContent> {
    changes::find_approved_content(conn, offer).await.unwrap()
}

#[tokio::test]
async fn what_was_approved_stays_beside_every_later_change() {
    in_transaction(async |conn: &mut Conn| {
        let (offer, before) = add_approved(conn).await;
        let (boots, hats) = (named("Boots", &before), named("Hats", &before));
        assert_eq!(approved(conn, offer).await, None);
        changes::record_change(conn, offer, &before, &before, NOW).await.unwrap();
        assert_eq!(approved(conn, offer).await, None, "nothing was changed");
        changes::record_change(conn, offer, &before, &boots, NOW).await.unwrap();
        changes::record_change(conn, offer, &boots, &hats, LATER).await.unwrap();
        assert_eq!(approved(conn, offer).await, Some(before.clone()));
        let reviews = offers::list_reviews(conn, &all()).await.unwrap().rows;
        let change = reviews[0].change.clone().unwrap();
        assert_eq!((change.before, change.changed_at), (before.clone(), LATER));
        // Changed back by its partner, there is nothing to look at.
        changes::record_change(conn, offer, &hats, &before, LATER).await.unwrap();
        assert_eq!(approved(conn, offer).await, None);
        assert_eq!(offers::count_reviews(conn).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_decided_change_is_closed_and_the_next_one_is_another() {
    in_transaction(async |conn: &mut Conn| {
        let (offer, before) = add_approved(conn).await;
        let (boots, hats) = (named("Boots", &before), named("Hats", &before));
        assert!(!changes::close_change(conn, offer, None, NOW).await.unwrap(), "there is none");
        changes::record_change(conn, offer, &before, &boots, NOW).await.unwrap();
        assert!(changes::close_change(conn, offer, None, NOW).await.unwrap());
        assert!(!changes::close_change(conn, offer, None, NOW).await.unwrap(), "it is closed");
        changes::record_change(conn, offer, &boots, &hats, NOW).await.unwrap();
        assert_eq!(approved(conn, offer).await, Some(boots));
        assert!(changes::close_change(conn, offer, Some("No hats"), LATER).await.unwrap());
        assert_eq!(approved(conn, offer).await, None);
        assert_eq!(offers::count_reviews(conn).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_approved_destination_is_no_change_any_more() {
    in_transaction(async |conn: &mut Conn| {
        let (offer, before) = add_approved(conn).await;
        let moved = OfferContent { destination: format!("{}/other", before.destination), ..before.clone() };
        changes::record_change(conn, offer, &before, &moved, NOW).await.unwrap();
        changes::approve_destination(conn, offer, ELSEWHERE).await.unwrap();
        assert_eq!(approved(conn, offer).await, None, "nothing else was changed");
        let renamed = named("Boots", &moved);
        changes::record_change(conn, offer, &before, &renamed, NOW).await.unwrap();
        changes::approve_destination(conn, offer, ELSEWHERE).await.unwrap();
        let wanted = OfferContent { destination: ELSEWHERE.to_owned(), ..before };
        assert_eq!(approved(conn, offer).await, Some(wanted));
    })
    .await;
}

#[tokio::test]
async fn what_was_approved_can_be_put_back() {
    in_transaction(async |conn: &mut Conn| {
        let (offer, before) = add_approved(conn).await;
        offers::set_offer_draft(conn, offer, &draft("Boots"), ELSEWHERE, None).await.unwrap();
        offers::set_offer_content(conn, offer, &before, "Not what was approved").await.unwrap();
        let locked = offers::lock_offer(conn, Scope::Network, offer).await.unwrap().unwrap();
        assert_eq!((locked.content, locked.version, locked.status), (before, 3, OfferStatus::Active));
        let found = offers::find_offer(conn, Scope::Network, offer).await.unwrap().unwrap();
        assert_eq!(found.rejection_reason.as_deref(), Some("Not what was approved"));
    })
    .await;
}

#[tokio::test]
async fn a_reason_is_forgotten_with_what_it_was_given_for() {
    in_transaction(async |conn: &mut Conn| {
        async fn reason(conn: &mut Conn, offer: OfferId) -> Option<String> {
            offers::lock_offer(conn, Scope::Network, offer).await.unwrap().unwrap().rejection_reason
        }
        let (offer, before) = add_approved(conn).await;
        changes::record_change(conn, offer, &before, &named("Boots", &before), NOW).await.unwrap();
        offers::set_offer_content(conn, offer, &before, "No boots").await.unwrap();
        changes::close_change(conn, offer, Some("No boots"), LATER).await.unwrap();
        // An approved destination is no answer to a change.
        offers::settle_destination(conn, offer, ELSEWHERE, None).await.unwrap();
        assert_eq!(reason(conn, offer).await.as_deref(), Some("No boots"));
        changes::forget_taken_back(conn, offer).await.unwrap();
        assert_eq!(reason(conn, offer).await, None);
        // Nor is a change that is kept one to a destination.
        offers::settle_destination(conn, offer, ELSEWHERE, Some("Not yours")).await.unwrap();
        changes::forget_taken_back(conn, offer).await.unwrap();
        assert_eq!(reason(conn, offer).await.as_deref(), Some("Not yours"));
        offers::settle_destination(conn, offer, ELSEWHERE, None).await.unwrap();
        assert_eq!(reason(conn, offer).await, None);
        offers::set_offer_content(conn, offer, &before, "No boots").await.unwrap();
        offers::forget_reason(conn, offer).await.unwrap();
        assert_eq!(reason(conn, offer).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_partners_waiting_offers_stay_as_many_until_the_transaction_ends() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        let shop = add_partner(&mut conn, "Shop").await;
        add_offer(&mut conn, &shop, "Shoes", OfferStatus::Pending).await;
        conn.commit().await.unwrap();
        let mut conn = db.begin().await.unwrap();
        assert_eq!(offers::lock_waiting_offers(&mut conn, shop.id).await.unwrap(), 1);
        add_offer(&mut conn, &shop, "Hats", OfferStatus::Pending).await;
        let next = async {
            let mut conn = db.begin().await.unwrap();
            assert_eq!(offers::lock_waiting_offers(&mut conn, shop.id).await.unwrap(), 2);
        };
        assert_waits_for(conn, next).await;
    })
    .await;
}
