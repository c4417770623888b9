//! Offers as their partner and the admins see them: added, edited, moved, settled.

use domain::{Category, Offer, OfferId, OfferStatus, PartnerId};
use store::{Conn, Db, Scope, offers};
use testkit::TestDatabase;

use crate::{
    assert_refused, assert_waits_for, in_transaction,
    network::{
        DESTINATION, ELSEWHERE, NOW, Network, add_affiliate, add_link, add_offer, add_partner, add_visit, apply,
        change, draft, new_id, record_sale, sale,
    },
    on_both,
    queries::all,
    with_recording,
};

async fn find(conn: &mut Conn, id: OfferId) -> Offer {
    offers::find_offer(conn, Scope::Network, id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_new_offer_awaits_an_admin_and_is_as_its_partner_wrote_it() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, id) = (add_partner(conn, "Shop").await, new_id());
        offers::insert_offer(conn, id, shop.id, &draft("Shoes"), NOW).await.unwrap();
        let wanted = Offer {
            id,
            partner_id: shop.id,
            partner_name: "Shop".to_owned(),
            name: "Shoes".to_owned(),
            description: "What it is".to_owned(),
            destination: DESTINATION.to_owned(),
            pending_destination: None,
            commission_terms: "5 % of every order".to_owned(),
            category: Some(Category::Fashion),
            status: OfferStatus::Pending,
            rejection_reason: None,
            created_at: NOW,
            version: 1,
            clicks: 0,
            conversions: 0,
            affiliates: 0,
            waiting_applications: 0,
        };
        assert_eq!(find(conn, id).await, wanted);
        assert_eq!(offers::list_offers(conn, Scope::Partner(shop.id), &all()).await.unwrap().rows, [wanted]);
    })
    .await;
}

#[tokio::test]
async fn only_a_partner_who_is_there_has_an_offer() {
    in_transaction(async |conn: &mut Conn| {
        let nobody: PartnerId = new_id();
        assert_refused(offers::insert_offer(conn, new_id(), nobody, &draft("Shoes"), NOW).await);
    })
    .await;
}

#[tokio::test]
async fn a_partner_finds_their_own_offers_only_and_an_admin_all() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, rival) = (add_partner(conn, "Shop").await, add_partner(conn, "Rival").await);
        let shoes = add_offer(conn, &shop, "Shoes", OfferStatus::Active).await;
        let (shops, rivals) = (Scope::Partner(shop.id), Scope::Partner(rival.id));
        assert!(offers::find_offer(conn, rivals, shoes).await.unwrap().is_none());
        assert!(offers::lock_offer(conn, rivals, shoes).await.unwrap().is_none());
        for scope in [shops, Scope::Network] {
            assert!(offers::find_offer(conn, scope, shoes).await.unwrap().is_some());
            assert!(offers::lock_offer(conn, scope, shoes).await.unwrap().is_some());
            assert!(offers::find_offer(conn, scope, new_id()).await.unwrap().is_none());
            assert!(offers::lock_offer(conn, scope, new_id()).await.unwrap().is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn an_affiliate_finds_no_offer_to_manage_not_even_one_they_promote() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let blog = Scope::Affiliate(shop.affiliate.id);
        assert!(offers::find_offer(conn, blog, shop.offer).await.unwrap().is_none());
        assert!(offers::lock_offer(conn, blog, shop.offer).await.unwrap().is_none());
        assert!(offers::list_offers(conn, blog, &all()).await.unwrap().rows.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_counts_its_clicks_conversions_affiliates_and_waiting_applications() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        Network::commit(db, "Rival", "Hats", "Forum").await;
        let second_link = change(db, async |conn: &mut Conn| {
            let waiting = add_affiliate(conn, "Newcomer").await;
            apply(conn, shop.offer, &waiting).await;
            let forum = add_affiliate(conn, "Another forum").await;
            add_link(conn, shop.offer, &forum).await
        });
        let second_link = second_link.await;
        add_visit(db, &shop.link).await;
        add_visit(db, &shop.link).await;
        let click = add_visit(db, &second_link).await;
        record_sale(db, &sale(&shop.partner, click, "order-1")).await;
        let offer = find(conn, shop.offer).await;
        assert_eq!((offer.clicks, offer.conversions), (3, 1));
        assert_eq!((offer.affiliates, offer.waiting_applications), (2, 1));
    })
    .await;
}

#[tokio::test]
async fn a_locked_offer_stays_as_it_is_until_the_transaction_ends() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        let shop = add_partner(&mut conn, "Shop").await;
        let shoes = add_offer(&mut conn, &shop, "Shoes", OfferStatus::Active).await;
        offers::set_offer_draft(&mut conn, shoes, &draft("Shoes"), DESTINATION, Some(ELSEWHERE)).await.unwrap();
        conn.commit().await.unwrap();
        let mut conn = db.begin().await.unwrap();
        let locked = offers::lock_offer(&mut conn, Scope::Partner(shop.id), shoes).await.unwrap().unwrap();
        assert_eq!((locked.status, locked.destination.as_str()), (OfferStatus::Active, DESTINATION));
        assert_eq!(locked.pending_destination.as_deref(), Some(ELSEWHERE));
        assert_eq!((locked.version, locked.content.name.as_str()), (2, "Shoes"));
        let change = async {
            let mut conn = db.begin().await.unwrap();
            offers::set_offer_status(&mut conn, shoes, OfferStatus::Paused, None).await.unwrap();
            conn.commit().await.unwrap();
        };
        assert_waits_for(conn, change).await;
        assert_eq!(find(&mut db.read().await.unwrap(), shoes).await.status, OfferStatus::Paused);
    })
    .await;
}

#[tokio::test]
async fn an_edit_changes_the_words_and_the_destinations_of_one_offer() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        let shoes = add_offer(conn, &shop, "Shoes", OfferStatus::Active).await;
        let hats = add_offer(conn, &shop, "Hats", OfferStatus::Active).await;
        let (mut wanted, other) = (find(conn, shoes).await, find(conn, hats).await);
        offers::set_offer_draft(conn, shoes, &draft("Boots"), DESTINATION, Some(ELSEWHERE)).await.unwrap();
        wanted.name = "Boots".to_owned();
        (wanted.pending_destination, wanted.version) = (Some(ELSEWHERE.to_owned()), 2);
        assert_eq!(find(conn, shoes).await, wanted);
        offers::set_offer_draft(conn, shoes, &draft("Boots"), ELSEWHERE, None).await.unwrap();
        (wanted.destination, wanted.pending_destination, wanted.version) = (ELSEWHERE.to_owned(), None, 3);
        assert_eq!(find(conn, shoes).await, wanted);
        assert_eq!(find(conn, hats).await, other);
    })
    .await;
}

#[tokio::test]
async fn a_reason_stays_until_the_next_move() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        let shoes = add_offer(conn, &shop, "Shoes", OfferStatus::Pending).await;
        let hats = add_offer(conn, &shop, "Hats", OfferStatus::Pending).await;
        let other = find(conn, hats).await;
        offers::set_offer_status(conn, shoes, OfferStatus::Rejected, Some("No shoes")).await.unwrap();
        let refused = find(conn, shoes).await;
        assert_eq!((refused.status, refused.rejection_reason.as_deref()), (OfferStatus::Rejected, Some("No shoes")));
        offers::set_offer_status(conn, shoes, OfferStatus::Pending, None).await.unwrap();
        let submitted = find(conn, shoes).await;
        assert_eq!((submitted.status, submitted.rejection_reason), (OfferStatus::Pending, None));
        assert_eq!(find(conn, hats).await, other);
    })
    .await;
}

#[tokio::test]
async fn a_settled_destination_no_longer_waits() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        for (settled, reason) in [(ELSEWHERE, None), (DESTINATION, Some("Not ours to sell"))] {
            let shoes = add_offer(conn, &shop, "Shoes", OfferStatus::Active).await;
            offers::set_offer_draft(conn, shoes, &draft("Shoes"), DESTINATION, Some(ELSEWHERE)).await.unwrap();
            offers::settle_destination(conn, shoes, settled, reason).await.unwrap();
            let offer = find(conn, shoes).await;
            assert_eq!((offer.destination.as_str(), offer.pending_destination), (settled, None));
            assert_eq!((offer.status, offer.rejection_reason.as_deref()), (OfferStatus::Active, reason));
        }
        assert!(offers::list_reviews(conn, &all()).await.unwrap().rows.is_empty());
    })
    .await;
}
