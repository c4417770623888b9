//! Offers as affiliates see them, and the names that filters offer.

use domain::{
    ApplicationStatus, Category, ListQuery, MarketplaceFilter, MarketplaceOffer, OfferId, OfferStatus, Profile,
};
use store::{Conn, Scope, offers};

use crate::{
    in_transaction,
    network::{
        Affiliate, DESTINATION, Network, add_affiliate, add_offer, add_partner, apply, new_id, restore,
        set_application, suspend,
    },
    queries::{all, assert_two_pages, by_text, page_after, sorted},
};

async fn names(conn: &mut Conn, affiliate: &Affiliate, list: ListQuery<MarketplaceFilter>) -> Vec<String> {
    let page = offers::list_marketplace(conn, affiliate.id, &list).await.unwrap();
    page.rows.into_iter().map(|offer| offer.name).collect()
}

async fn find(conn: &mut Conn, affiliate: &Affiliate, id: OfferId) -> Option<MarketplaceOffer> {
    offers::find_marketplace_offer(conn, affiliate.id, id).await.unwrap()
}

#[tokio::test]
async fn only_active_offers_are_in_the_marketplace() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, blog) = (add_partner(conn, "Shop").await, add_affiliate(conn, "Blog").await);
        for status in OfferStatus::ALL {
            let offer = add_offer(conn, &shop, &format!("{status:?}"), status).await;
            assert_eq!(find(conn, &blog, offer).await.is_some(), status == OfferStatus::Active, "{status:?}");
        }
        assert_eq!(names(conn, &blog, all()).await, ["Active"]);
        assert_eq!(find(conn, &blog, new_id()).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_partners_offers_leave_the_marketplace_until_they_are_restored() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, blog) = (add_partner(conn, "Shop").await, add_affiliate(conn, "Blog").await);
        let shoes = add_offer(conn, &shop, "Shoes", OfferStatus::Active).await;
        suspend(conn, shop.user).await;
        assert!(names(conn, &blog, all()).await.is_empty());
        assert_eq!(find(conn, &blog, shoes).await, None);
        restore(conn, shop.user).await;
        assert_eq!(names(conn, &blog, all()).await, ["Shoes"]);
        assert!(find(conn, &blog, shoes).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn an_affiliate_sees_their_own_application_and_nobody_elses() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, blog) = (add_partner(conn, "Shop").await, add_affiliate(conn, "Blog").await);
        let forum = add_affiliate(conn, "Forum").await;
        let id = add_offer(conn, &shop, "Shoes", OfferStatus::Active).await;
        let mut wanted = MarketplaceOffer {
            id,
            name: "Shoes".to_owned(),
            partner_name: "Shop".to_owned(),
            description: "What it is".to_owned(),
            destination: DESTINATION.to_owned(),
            commission_terms: "5 % of every order".to_owned(),
            category: Some(Category::Fashion),
            application: None,
            message: String::new(),
            reason: String::new(),
            partner: Profile::default(),
        };
        let application = apply(conn, id, &forum).await.application;
        assert_eq!(find(conn, &blog, id).await, Some(wanted.clone()));
        assert_eq!(offers::list_marketplace(conn, blog.id, &all()).await.unwrap().rows, [wanted.clone()]);
        for status in ApplicationStatus::ALL {
            set_application(conn, application, status).await.unwrap();
            wanted.application = Some(status);
            wanted.message = "I have a blog".to_owned();
            assert_eq!(find(conn, &forum, id).await, Some(wanted.clone()));
            assert_eq!(offers::list_marketplace(conn, forum.id, &all()).await.unwrap().rows, [wanted.clone()]);
        }
    })
    .await;
}

#[tokio::test]
async fn the_marketplace_is_sorted_by_age_or_name_and_searched_by_offer_and_partner() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, rival) = (add_partner(conn, "Shop").await, add_partner(conn, "Rival").await);
        let blog = add_affiliate(conn, "Blog").await;
        for (partner, name) in [(&shop, "banana"), (&rival, "Apple"), (&shop, "cherry_pie")] {
            add_offer(conn, partner, name, OfferStatus::Active).await;
        }
        assert_eq!(names(conn, &blog, all()).await, ["cherry_pie", "Apple", "banana"]);
        assert_eq!(names(conn, &blog, sorted("name")).await, ["Apple", "banana", "cherry_pie"]);
        assert_eq!(names(conn, &blog, by_text("BAN")).await, ["banana"]);
        assert_eq!(names(conn, &blog, by_text("rival")).await, ["Apple"]);
        assert_eq!(names(conn, &blog, by_text("_")).await, ["cherry_pie"]);
        assert!(names(conn, &blog, by_text("durian")).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_marketplace_is_listed_in_pages() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, blog) = (add_partner(conn, "Shop").await, add_affiliate(conn, "Blog").await);
        for number in 1..=51 {
            add_offer(conn, &shop, &format!("Number {number}"), OfferStatus::Active).await;
        }
        let first = offers::list_marketplace(conn, blog.id, &all()).await.unwrap();
        let second = offers::list_marketplace(conn, blog.id, &page_after(&first)).await.unwrap();
        assert_two_pages(&first, &second);
    })
    .await;
}

#[tokio::test]
async fn a_filter_offers_the_names_of_ones_own_offers_in_their_order() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "banana", "Blog").await;
        let rival = Network::add(conn, "Rival", "cherry", "Forum").await;
        let apple = add_offer(conn, &shop.partner, "Apple", OfferStatus::Archived).await;
        let [apple, banana, cherry] =
            [(apple, "Apple".to_owned()), (shop.offer, "banana".to_owned()), (rival.offer, "cherry".to_owned())];
        for (scope, wanted) in [
            (Scope::Partner(shop.partner.id), vec![apple.clone(), banana.clone()]),
            (Scope::Partner(rival.partner.id), vec![cherry.clone()]),
            (Scope::Affiliate(shop.affiliate.id), vec![banana.clone()]),
            (Scope::Affiliate(rival.affiliate.id), vec![cherry.clone()]),
            (Scope::Network, vec![apple, banana, cherry]),
        ] {
            let names = offers::list_offer_names(conn, scope, None).await.unwrap();
            assert_eq!((names.offers, names.unlisted), (wanted, 0), "{scope:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_filter_holds_a_hundred_offers_and_the_chosen_one_and_says_how_many_it_leaves_out() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "First", "Blog").await;
        for number in 1..=101 {
            add_offer(conn, &shop.partner, &format!("Number {number}"), OfferStatus::Paused).await;
        }
        let archived = add_offer(conn, &shop.partner, "Last", OfferStatus::Archived).await;
        let rival = Network::add(conn, "Rival", "cherry", "Forum").await;
        let scope = Scope::Partner(shop.partner.id);
        for chosen in [None, Some(shop.offer), Some(archived), Some(rival.offer), Some(new_id())] {
            let names = offers::list_offer_names(conn, scope, chosen).await.unwrap();
            assert_eq!((names.offers.len(), names.unlisted), (100, 3), "{chosen:?}");
            let is_listed = |wanted: OfferId| names.offers.iter().any(|(id, _)| *id == wanted);
            assert_eq!(is_listed(archived), chosen == Some(archived), "{chosen:?}");
            assert!(!is_listed(rival.offer), "{chosen:?}");
            assert!(chosen != Some(shop.offer) || is_listed(shop.offer), "the chosen one");
        }
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_a_partner_is_counted_in_all_offers() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, rival) = (add_partner(conn, "Shop").await, add_partner(conn, "Rival").await);
        for (name, status) in [("a", OfferStatus::Active), ("b", OfferStatus::Rejected), ("c", OfferStatus::Rejected)] {
            let offer = add_offer(conn, &shop, name, status).await;
            let blog = add_affiliate(conn, &format!("Blog {name}")).await;
            apply(conn, offer, &blog).await;
        }
        add_offer(conn, &rival, "d", OfferStatus::Rejected).await;
        let counts = offers::count_offers(conn, shop.id).await.unwrap();
        assert_eq!((counts.offers, counts.rejected, counts.waiting_applications), (3, 2, 3));
    })
    .await;
}
