//! Tracking links as their affiliate sees them.

use domain::{ApplicationStatus, Earnings, LinkFilter, LinkRules, ListQuery, OfferStatus, Total, TrackingLink};
use store::{Conn, Db, applications, clicks::NewClick, conversions::NewConversion, offers};

use crate::{
    in_transaction,
    network::{
        Affiliate, Network, add_affiliate, add_link, add_offer, add_partner, add_visit, amount, apply, currency,
        record, record_sale, restore, sale, set_application, status, suspend, visit,
    },
    queries::{all, assert_two_pages, by_status, by_text, page_after},
    with_recording,
};

async fn only_link(conn: &mut Conn, affiliate: &Affiliate) -> TrackingLink {
    let page = applications::list_links(conn, affiliate.id, &all()).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    page.rows.into_iter().next().unwrap()
}

async fn offer_names(conn: &mut Conn, affiliate: &Affiliate, list: ListQuery<LinkFilter>) -> Vec<String> {
    let page = applications::list_links(conn, affiliate.id, &list).await.unwrap();
    page.rows.into_iter().map(|link| link.offer_name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_shows_what_it_brought() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        record(db, &[&NewClick { kind: domain::ClickKind::Bot, ..visit(&shop.link) }], &[]).await;
        record_sale(db, &sale(&shop.partner, click, "order-1")).await;
        let pending = NewConversion { status: status("pending"), ..sale(&shop.partner, click, "order-2") };
        record_sale(db, &pending).await;
        let wanted = TrackingLink {
            id: shop.link.id,
            slug: shop.link.slug.clone(),
            offer_id: shop.offer,
            offer_name: "Shoes".to_owned(),
            partner_name: "Shop".to_owned(),
            reason: String::new(),
            rules: LinkRules {
                offer: OfferStatus::Active,
                application: ApplicationStatus::Approved,
                partner_suspended: false,
                affiliate_suspended: false,
            },
            clicks: 2,
            visits: 1,
            conversions: 2,
            pending: 1,
            earnings: vec![Earnings {
                currency: currency("USD"),
                amount: Total::from(amount("21.00")),
                earned: Total::from(amount("1.25")),
                pending: Total::from(amount("1.25")),
            }],
        };
        assert_eq!(only_link(conn, &shop.affiliate).await, wanted);
    })
    .await;
}

#[tokio::test]
async fn a_link_says_whether_it_is_live() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        let offer = add_offer(conn, &shop, "Shoes", OfferStatus::Active).await;
        let blog = add_affiliate(conn, "Blog").await;
        let application = apply(conn, offer, &blog).await.application;
        for status in ApplicationStatus::ALL {
            set_application(conn, application, status).await.unwrap();
            let link = only_link(conn, &blog).await;
            assert_eq!(link.rules.application, status);
            assert_eq!(link.rules.is_live(), status == ApplicationStatus::Approved, "{status:?}");
        }
        set_application(conn, application, ApplicationStatus::Approved).await.unwrap();
        for status in OfferStatus::ALL {
            offers::set_offer_status(conn, offer, status, None).await.unwrap();
            let link = only_link(conn, &blog).await;
            assert_eq!(link.rules.offer, status);
            assert_eq!(link.rules.is_live(), status == OfferStatus::Active, "{status:?}");
        }
        offers::set_offer_status(conn, offer, OfferStatus::Active, None).await.unwrap();
        suspend(conn, shop.user).await;
        assert!(!only_link(conn, &blog).await.rules.is_live());
        restore(conn, shop.user).await;
        assert!(only_link(conn, &blog).await.rules.is_live());
    })
    .await;
}

#[tokio::test]
async fn an_affiliate_lists_their_own_links_newest_first_filtered_by_status_and_text() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats_1", "Forum").await;
        apply(conn, rival.offer, &shop.affiliate).await;
        let blog = &shop.affiliate;
        assert_eq!(offer_names(conn, blog, all()).await, ["Hats_1", "Shoes"]);
        assert_eq!(offer_names(conn, &rival.affiliate, all()).await, ["Hats_1"]);
        assert_eq!(offer_names(conn, blog, by_status("approved")).await, ["Shoes"]);
        assert_eq!(offer_names(conn, blog, by_status("pending")).await, ["Hats_1"]);
        assert_eq!(offer_names(conn, blog, by_text("SHOE")).await, ["Shoes"]);
        assert_eq!(offer_names(conn, blog, by_text("rival")).await, ["Hats_1"]);
        assert_eq!(offer_names(conn, blog, by_text("_")).await, ["Hats_1"]);
    })
    .await;
}

#[tokio::test]
async fn links_are_listed_in_pages() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, blog) = (add_partner(conn, "Shop").await, add_affiliate(conn, "Blog").await);
        for number in 1..=51 {
            let offer = add_offer(conn, &shop, &format!("Number {number}"), OfferStatus::Active).await;
            add_link(conn, offer, &blog).await;
        }
        let first = applications::list_links(conn, blog.id, &all()).await.unwrap();
        let second = applications::list_links(conn, blog.id, &page_after(&first)).await.unwrap();
        assert_two_pages(&first, &second);
        assert_eq!(second.rows[0].offer_name, "Number 1");
    })
    .await;
}
