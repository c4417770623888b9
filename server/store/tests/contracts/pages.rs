//! Pages by key: whatever is added between two of them, no row is on both and none on neither; and the way back leads
//! over the same pages as the way forth, in every order, with many rows of one key.

use domain::{
    Application, ApplicationFilter, ApplicationStatus, ClickFilter, ClickRow, ConversionFilter, ConversionRow,
    LinkFilter, ListQuery, MarketplaceFilter, MarketplaceOffer, Offer, OfferFilter, OfferStatus, Page, Role,
    TrackingLink, UserFilter, UserRow,
};
use store::{Conn, Db, Scope, applications, conversions::NewConversion, offers, sign_in::users};

use crate::{
    network::{
        Affiliate, Network, Partner, add_affiliate, add_link, add_offer, add_partner, add_user, add_visit, amount,
        apply, change, record, record_sale, sale, set_application, visit,
    },
    queries::{all, assert_goes_on, by_offer, by_status, by_text, read_all, sorted},
    with_recording,
};

/// Adds active offers in one transaction.
async fn add_offers(db: &Db, partner: &Partner, names: &[String]) {
    change(db, async |conn: &mut Conn| {
        for name in names {
            add_offer(conn, partner, name, OfferStatus::Active).await;
        }
    })
    .await;
}

/// Sixty names, of which many are the same but for case.
fn names() -> Vec<String> {
    (0..60)
        .map(|number| if number % 2 == 0 { format!("m {}", number % 5) } else { format!("M {}", number % 5) })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_offers_go_on_where_they_were() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = change(db, async |conn: &mut Conn| add_partner(conn, "Shop").await).await;
        add_offers(db, &shop, &names()).await;
        let scope = Scope::Partner(shop.id);
        let read = async |conn: &mut Conn, list: &ListQuery<OfferFilter>| -> Page<Offer> {
            offers::list_offers(conn, scope, list).await.unwrap()
        };
        for (sort, first) in [("", "ac"), ("name", "ab"), ("clicks", "aa")] {
            let ends = [first.to_owned(), "z".to_owned()];
            assert_goes_on(conn, &sorted(sort), &read, async || add_offers(db, &shop, &ends).await).await;
        }
        let found = read_all(conn, &sorted("name"), &read).await;
        assert!(found.is_sorted_by_key(|offer| (offer.name.to_lowercase(), offer.id)));
        let ends = ["m".to_owned(), "M 7".to_owned()];
        assert_goes_on(conn, &by_text("M "), &read, async || add_offers(db, &shop, &ends).await).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offers_with_the_same_number_of_clicks_are_each_on_one_page() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        add_offers(db, &shop.partner, &names()).await;
        let hats = change(db, async |conn: &mut Conn| {
            let hats = add_offer(conn, &shop.partner, "Hats", OfferStatus::Active).await;
            add_link(conn, hats, &shop.affiliate).await
        });
        let hats = hats.await;
        for link in [&shop.link, &shop.link, &hats, &hats, &hats] {
            add_visit(db, link).await;
        }
        let read = async |conn: &mut Conn, list: &ListQuery<OfferFilter>| -> Page<Offer> {
            offers::list_offers(conn, Scope::Network, list).await.unwrap()
        };
        let found = read_all(conn, &sorted("clicks"), read).await;
        assert_eq!(found.len(), 62);
        assert!(found.is_sorted_by(|one, next| (one.clicks, one.id) > (next.clicks, next.id)));
        assert_eq!((found[0].clicks, found[1].clicks, found[2].clicks), (3, 2, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_marketplace_goes_on_where_it_was() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let (shop, blog) =
            change(db, async |conn: &mut Conn| (add_partner(conn, "Shop").await, add_affiliate(conn, "Blog").await))
                .await;
        add_offers(db, &shop, &names()).await;
        let read = async |conn: &mut Conn, list: &ListQuery<MarketplaceFilter>| -> Page<MarketplaceOffer> {
            offers::list_marketplace(conn, blog.id, list).await.unwrap()
        };
        for (sort, first) in [("", "ab"), ("name", "aa")] {
            let ends = [first.to_owned(), "z".to_owned()];
            assert_goes_on(conn, &sorted(sort), &read, async || add_offers(db, &shop, &ends).await).await;
        }
    })
    .await;
}

/// Lets so many affiliates apply, of whom each has one of the statuses in turn.
async fn add_applications(db: &Db, shop: &Network, count: usize, statuses: &[ApplicationStatus]) {
    change(db, async |conn: &mut Conn| {
        for number in 0..count {
            let affiliate = add_affiliate(conn, "Forum").await;
            let application = apply(conn, shop.offer, &affiliate).await.application;
            let status = statuses[number % statuses.len()];
            set_application(conn, application, status).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_applications_go_on_where_they_were() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        add_applications(db, &shop, 60, &ApplicationStatus::ALL).await;
        let scope = Scope::Partner(shop.partner.id);
        let read = async |conn: &mut Conn, list: &ListQuery<ApplicationFilter>| -> Page<Application> {
            applications::list_applications(conn, scope, list).await.unwrap()
        };
        let waiting = [ApplicationStatus::Pending];
        for list in [all(), by_offer(shop.offer), by_text("FORUM")] {
            assert_goes_on(conn, &list, &read, async || add_applications(db, &shop, 3, &waiting).await).await;
        }
        let found = read_all(conn, &all(), &read).await;
        let waits = |row: &Application| row.status == ApplicationStatus::Pending;
        assert!(found.is_sorted_by(|one, next| (waits(one), one.id) > (waits(next), next.id)));
        assert!(waits(&found[0]) && !waits(&found[found.len() - 1]));
        add_applications(db, &shop, 150, &ApplicationStatus::ALL).await;
        read_all(conn, &all(), &read).await;
        read_all(conn, &by_status("pending"), &read).await;
    })
    .await;
}

/// Lets an affiliate apply for so many new offers.
async fn add_links(db: &Db, partner: &Partner, affiliate: &Affiliate, count: usize) {
    change(db, async |conn: &mut Conn| {
        for number in 0..count {
            let offer = add_offer(conn, partner, &format!("Number {number}"), OfferStatus::Active).await;
            add_link(conn, offer, affiliate).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_links_go_on_where_they_were() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        add_links(db, &shop.partner, &shop.affiliate, 59).await;
        let read = async |conn: &mut Conn, list: &ListQuery<LinkFilter>| -> Page<TrackingLink> {
            applications::list_links(conn, shop.affiliate.id, list).await.unwrap()
        };
        for list in [all(), by_status("approved"), by_text("number")] {
            let add = async || add_links(db, &shop.partner, &shop.affiliate, 3).await;
            assert_goes_on(conn, &list, &read, add).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_users_go_on_where_they_were() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let add = async |count: usize| {
            change(db, async |conn: &mut Conn| {
                for _ in 0..count {
                    add_user(conn, Role::Affiliate, "Bea").await;
                }
            })
            .await;
        };
        add(60).await;
        let read = async |conn: &mut Conn, list: &ListQuery<UserFilter>| -> Page<UserRow> {
            users::list_users(conn, list).await.unwrap()
        };
        for list in [all(), by_status("affiliate"), by_text("BEA")] {
            assert_goes_on(conn, &list, &read, async || add(3).await).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_clicks_go_on_where_they_were() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let add = async |count: usize| {
            let batch: Vec<_> = (0..count).map(|_| visit(&shop.link)).collect();
            record(db, &batch.iter().collect::<Vec<_>>(), &[]).await;
        };
        add(60).await;
        for scope in [Scope::Partner(shop.partner.id), Scope::Affiliate(shop.affiliate.id), Scope::Network] {
            let read = async |conn: &mut Conn, list: &ListQuery<ClickFilter>| -> Page<ClickRow> {
                crate::lists::clicks(conn, scope, list).await.unwrap()
            };
            for list in [all(), sorted("oldest"), by_offer(shop.offer)] {
                assert_goes_on(conn, &list, &read, async || add(3).await).await;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_conversions_go_on_where_they_were() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        let order = |number: usize, worth: &str, commission: &str| NewConversion {
            amount: amount(worth),
            commission: amount(commission),
            ..sale(&shop.partner, click, &format!("order-{number}"))
        };
        let batch: Vec<_> =
            (0..52).map(|number| order(number, ["1", "2", "3"][number % 3], ["1", "2"][number % 2])).collect();
        record(db, &[], &batch.iter().collect::<Vec<_>>()).await;
        let mut last = batch.len();
        for scope in [Scope::Partner(shop.partner.id), Scope::Affiliate(shop.affiliate.id), Scope::Network] {
            let read = async |conn: &mut Conn, list: &ListQuery<ConversionFilter>| -> Page<ConversionRow> {
                crate::lists::conversions(conn, scope, list).await.unwrap()
            };
            for list in [all(), sorted("oldest"), sorted("amount"), sorted("commission"), by_text("shoes")] {
                // One that is the largest of all, and one that is the smallest.
                let (most, least) = (format!("{}", 1_000 + last), format!("0.{}", 900 - last));
                let ends = [order(last, &most, &most), order(last + 1, &least, &least)];
                last += ends.len();
                let add = async || {
                    for end in &ends {
                        record_sale(db, end).await;
                    }
                };
                assert_goes_on(conn, &list, &read, add).await;
            }
            let found = read_all(conn, &sorted("amount"), &read).await;
            assert!(found.is_sorted_by(|one, next| (one.amount, one.id) > (next.amount, next.id)));
            let found = read_all(conn, &sorted("commission"), &read).await;
            assert!(found.is_sorted_by(|one, next| (one.commission, one.id) > (next.commission, next.id)));
        }
    })
    .await;
}
