//! Applications as partners and admins see them: one per affiliate and offer, decided, listed waiting ones first.

use domain::{
    Application, ApplicationFilter, ApplicationMessage, ApplicationStatus, DecisionReason, ListQuery, Profile,
    Timestamp,
};
use store::{
    Conn, Db, Scope,
    applications::{self, LockedApplication},
};
use testkit::TestDatabase;

use crate::{
    assert_duplicate, assert_refused, assert_waits_for, in_transaction,
    network::{
        NOW, Network, add_affiliate, add_offer, add_visit, apply, new_application, new_id, record_sale, sale,
        set_application,
    },
    on_both,
    queries::{all, assert_two_pages, by_offer, by_status, by_text, page_after},
    with_recording,
};

/// Who applied, in the order of the list.
async fn names(conn: &mut Conn, scope: Scope, list: ListQuery<ApplicationFilter>) -> Vec<String> {
    let page = applications::list_applications(conn, scope, &list).await.unwrap();
    page.rows.into_iter().map(|row| row.affiliate_name).collect()
}

#[tokio::test]
async fn a_new_application_waits_and_brings_its_link() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let forum = add_affiliate(conn, "Forum").await;
        let new = new_application(shop.offer, &forum);
        applications::insert_application(conn, &new).await.unwrap();
        let list = by_status("pending");
        let page = applications::list_applications(conn, Scope::Partner(shop.partner.id), &list).await.unwrap();
        let wanted = Application {
            id: new.id,
            offer_id: shop.offer,
            offer_name: "Shoes".to_owned(),
            affiliate_id: forum.id,
            affiliate_name: "Forum".to_owned(),
            message: "I have a blog".to_owned(),
            status: ApplicationStatus::Pending,
            reason: String::new(),
            created_at: NOW,
            slug: new.slug.to_string(),
            clicks: 0,
            conversions: 0,
            profile: Profile::default(),
        };
        assert_eq!(page.rows, [wanted]);
        let links = applications::list_links(conn, forum.id, &all()).await.unwrap().rows;
        assert_eq!((links.len(), links[0].id, &links[0].slug), (1, new.link_id, &new.slug));
    })
    .await;
}

#[tokio::test]
async fn an_affiliate_applies_once_for_an_offer_and_a_slug_is_one_links() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        let shop = Network::add(&mut conn, "Shop", "Shoes", "Blog").await;
        let forum = add_affiliate(&mut conn, "Forum").await;
        conn.commit().await.unwrap();

        let mut conn = db.begin().await.unwrap();
        let again = new_application(shop.offer, &shop.affiliate);
        assert_duplicate(applications::insert_application(&mut conn, &again).await);
        drop(conn);

        let mut conn = db.begin().await.unwrap();
        let mut same_slug = new_application(shop.offer, &forum);
        same_slug.slug = shop.link.slug.clone();
        assert_duplicate(applications::insert_application(&mut conn, &same_slug).await);
        drop(conn);

        let mut conn = db.begin().await.unwrap();
        assert_eq!(names(&mut conn, Scope::Network, all()).await, ["Blog"], "nothing is left of what was refused");
    })
    .await;
}

#[tokio::test]
async fn only_an_offer_that_is_there_is_applied_for() {
    in_transaction(async |conn: &mut Conn| {
        let blog = add_affiliate(conn, "Blog").await;
        assert_refused(applications::insert_application(conn, &new_application(new_id(), &blog)).await);
    })
    .await;
}

#[tokio::test]
async fn only_the_offers_partner_can_decide_about_an_application() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        let (own, others) = (shop.link.application, rival.link.application);
        let owner = shop.partner.id;
        let locked = applications::lock_application(conn, owner, own).await.unwrap();
        let (affiliate_id, offer_name) = (shop.affiliate.id, "Shoes".to_owned());
        let wanted = LockedApplication { status: ApplicationStatus::Approved, affiliate_id, offer_name };
        assert_eq!(locked, Some(wanted));
        assert_eq!(applications::lock_application(conn, owner, others).await.unwrap(), None);
        assert_eq!(applications::lock_application(conn, owner, new_id()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_locked_application_stays_as_it_is_until_the_transaction_ends() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        let shop = Network::add(&mut conn, "Shop", "Shoes", "Blog").await;
        conn.commit().await.unwrap();
        let (partner, id) = (shop.partner.id, shop.link.application);
        let mut locked = db.begin().await.unwrap();
        applications::lock_application(&mut locked, partner, id).await.unwrap().unwrap();
        let change = async {
            let mut conn = db.begin().await.unwrap();
            set_application(&mut conn, id, ApplicationStatus::Revoked).await.unwrap();
            conn.commit().await.unwrap();
        };
        assert_waits_for(locked, change).await;
        let mut conn = db.begin().await.unwrap();
        let after = applications::lock_application(&mut conn, partner, id).await.unwrap();
        assert_eq!(after.map(|locked| locked.status), Some(ApplicationStatus::Revoked));
    })
    .await;
}

#[tokio::test]
async fn a_decision_moves_one_application() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let forum = add_affiliate(conn, "Forum").await;
        let waiting = apply(conn, shop.offer, &forum).await.application;
        for status in ApplicationStatus::ALL {
            set_application(conn, waiting, status).await.unwrap();
            let moved = applications::lock_application(conn, shop.partner.id, waiting).await.unwrap();
            assert_eq!(moved.map(|locked| locked.status), Some(status));
        }
        let other = applications::lock_application(conn, shop.partner.id, shop.link.application).await.unwrap();
        assert_eq!(other.map(|locked| locked.status), Some(ApplicationStatus::Approved));
    })
    .await;
}

#[tokio::test]
async fn applications_that_wait_come_first_then_the_newest() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "oldest").await;
        for (name, status) in [
            ("waits", ApplicationStatus::Pending),
            ("refused", ApplicationStatus::Rejected),
            ("waits too", ApplicationStatus::Pending),
            ("newest", ApplicationStatus::Revoked),
        ] {
            let affiliate = add_affiliate(conn, name).await;
            let application = apply(conn, shop.offer, &affiliate).await.application;
            set_application(conn, application, status).await.unwrap();
        }
        let wanted = ["waits too", "waits", "newest", "refused", "oldest"];
        assert_eq!(names(conn, Scope::Partner(shop.partner.id), all()).await, wanted);
        assert_eq!(names(conn, Scope::Network, by_status("rejected")).await, ["refused"]);
    })
    .await;
}

#[tokio::test]
async fn a_partner_sees_the_applications_for_their_own_offers_and_an_admin_all() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        assert_eq!(names(conn, Scope::Partner(shop.partner.id), all()).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Partner(rival.partner.id), all()).await, ["Forum"]);
        assert_eq!(names(conn, Scope::Network, all()).await, ["Forum", "Blog"]);
        assert!(names(conn, Scope::Partner(shop.partner.id), by_offer(rival.offer)).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_affiliate_sees_their_own_applications_only() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        apply(conn, rival.offer, &shop.affiliate).await;
        let idle = add_affiliate(conn, "Idle").await;
        let (blog, forum) = (Scope::Affiliate(shop.affiliate.id), Scope::Affiliate(rival.affiliate.id));
        assert_eq!(names(conn, blog, all()).await, ["Blog", "Blog"]);
        assert_eq!(names(conn, blog, by_status("pending")).await, ["Blog"]);
        assert_eq!(names(conn, blog, by_offer(rival.offer)).await, ["Blog"]);
        assert_eq!(names(conn, forum, all()).await, ["Forum"]);
        assert!(names(conn, forum, by_offer(shop.offer)).await.is_empty());
        assert!(names(conn, forum, by_text("blog")).await.is_empty());
        assert!(names(conn, Scope::Affiliate(idle.id), all()).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn applications_are_filtered_by_offer_and_by_text() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let hats = add_offer(conn, &shop.partner, "Hats", domain::OfferStatus::Active).await;
        let forum = add_affiliate(conn, "Forum_1").await;
        apply(conn, hats, &forum).await;
        assert_eq!(names(conn, Scope::Network, by_offer(hats)).await, ["Forum_1"]);
        assert!(names(conn, Scope::Network, by_offer(new_id())).await.is_empty());
        assert_eq!(names(conn, Scope::Network, by_text("BLOG")).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Network, by_text("hat")).await, ["Forum_1"]);
        assert_eq!(names(conn, Scope::Network, by_text("_")).await, ["Forum_1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_counts_the_clicks_and_conversions_of_its_link() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        add_visit(db, &shop.link).await;
        record_sale(db, &sale(&shop.partner, click, "order-1")).await;
        let page = applications::list_applications(conn, Scope::Network, &all()).await.unwrap();
        assert_eq!((page.rows[0].clicks, page.rows[0].conversions), (2, 1));
    })
    .await;
}

#[tokio::test]
async fn applications_are_listed_in_pages() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Number 1").await;
        for number in 2..=51 {
            let affiliate = add_affiliate(conn, &format!("Number {number}")).await;
            apply(conn, shop.offer, &affiliate).await;
        }
        let scope = Scope::Partner(shop.partner.id);
        let first = applications::list_applications(conn, scope, &all()).await.unwrap();
        let second = applications::list_applications(conn, scope, &page_after(&first)).await.unwrap();
        assert_two_pages(&first, &second);
        assert_eq!(second.rows[0].affiliate_name, "Number 1", "the only one that doesn't wait");
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_application_is_none_that_waits_or_was_rejected_and_can_be_sent_again() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let (affiliate, offer, id) = (shop.affiliate.id, shop.offer, shop.link.application);
        let own = applications::lock_own_application(conn, affiliate, offer).await.unwrap().unwrap();
        assert_eq!((own.id, own.status, own.partner_id), (id, ApplicationStatus::Approved, shop.partner.id));
        assert_eq!((own.slug, own.offer_name.as_str()), (shop.link.slug.clone(), "Shoes"));
        let nobody = add_affiliate(conn, "Nobody").await.id;
        assert_eq!(applications::lock_own_application(conn, nobody, offer).await.unwrap(), None);

        set_application(conn, id, ApplicationStatus::Withdrawn).await.unwrap();
        let scope = Scope::Partner(shop.partner.id);
        assert_eq!(names(conn, scope, by_status("withdrawn")).await, ["Blog"]);
        assert_eq!(names(conn, scope, by_status("rejected")).await, [""; 0]);
        let links = applications::list_links(conn, affiliate, &by_status("withdrawn")).await.unwrap().rows;
        assert_eq!(links[0].rules.application, ApplicationStatus::Withdrawn);

        let why = DecisionReason::parse("No traffic from there").unwrap();
        applications::set_application_status(conn, id, ApplicationStatus::Rejected, &why, NOW).await.unwrap();
        assert_eq!(names(conn, scope, by_status("withdrawn")).await, [""; 0]);
        let links = applications::list_links(conn, affiliate, &by_status("rejected")).await.unwrap().rows;
        assert_eq!(links[0].reason, "No traffic from there");

        let (message, later) = (ApplicationMessage::parse("Now from there").unwrap(), Timestamp::from_millis(7));
        applications::renew_application(conn, id, &message, later).await.unwrap();
        let again = applications::list_applications(conn, scope, &by_status("pending")).await.unwrap().rows;
        assert_eq!((again[0].message.as_str(), again[0].reason.as_str()), ("Now from there", ""));
        assert_eq!((again[0].id, again[0].created_at), (id, later));
    })
    .await;
}
