//! Clicks: those of live links are stored and counted, in groups; lists show them to whom they belong.

use domain::{ApplicationStatus, ClickKind, ClickRow, Day, ListQuery, OfferStatus, Referer, Slug, UserAgent};
use store::{
    Conn, Scope, applications, audit,
    clicks::{self, NewClick},
    offers, overview,
};

use crate::{
    assert_duplicate, in_transaction,
    network::{
        DAY, DESTINATION, Link, NOW, Network, add_affiliate, add_offer, add_visit, apply, new_id, record_click,
        restore, suspend, visit,
    },
    queries::{all, assert_two_pages, by_offer, by_status, on_page, sorted},
};

async fn is_live(conn: &mut Conn, link: &Link) -> bool {
    clicks::resolve_slugs(conn, &[link.slug.as_str()]).await.unwrap()[link.slug.as_str()].live
}

async fn count_stored(conn: &mut Conn) -> i64 {
    audit::count_rows(conn).await.unwrap().0
}

/// The affiliates of the clicks that a list shows, in its order.
async fn names(conn: &mut Conn, scope: Scope, list: ListQuery) -> Vec<String> {
    let page = clicks::list_clicks(conn, scope, &list).await.unwrap();
    page.rows.into_iter().map(|row| row.affiliate_name).collect()
}

#[tokio::test]
async fn a_slug_stands_for_its_link_and_an_unknown_one_for_nothing() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        let slugs = [shop.link.slug.as_str(), "unknown000", rival.link.slug.as_str()];
        let links = clicks::resolve_slugs(conn, &slugs).await.unwrap();
        assert_eq!(links.len(), 2);
        for network in [&shop, &rival] {
            let link = &links[network.link.slug.as_str()];
            assert_eq!((link.id, link.offer_id), (network.link.id, network.offer));
            assert_eq!((link.partner_id, link.affiliate_id), (network.partner.id, network.affiliate.id));
            assert_eq!((link.destination.as_str(), link.live), (DESTINATION, true));
        }
        assert!(clicks::resolve_slugs(conn, &[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_link_is_live_while_offer_application_partner_and_affiliate_allow_it() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        for status in OfferStatus::ALL {
            offers::set_offer_status(conn, shop.offer, status, None).await.unwrap();
            assert_eq!(is_live(conn, &shop.link).await, status == OfferStatus::Active, "{status:?}");
        }
        offers::set_offer_status(conn, shop.offer, OfferStatus::Active, None).await.unwrap();
        for status in ApplicationStatus::ALL {
            applications::set_application_status(conn, shop.link.application, status).await.unwrap();
            assert_eq!(is_live(conn, &shop.link).await, status == ApplicationStatus::Approved, "{status:?}");
        }
        let approved = ApplicationStatus::Approved;
        applications::set_application_status(conn, shop.link.application, approved).await.unwrap();
        for user in [shop.partner.user, shop.affiliate.user] {
            suspend(conn, user).await;
            assert!(!is_live(conn, &shop.link).await);
            restore(conn, user).await;
            assert!(is_live(conn, &shop.link).await);
        }
    })
    .await;
}

#[tokio::test]
async fn of_a_group_the_clicks_of_live_links_are_stored_and_each_is_answered_in_order() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let forum = add_affiliate(conn, "Forum").await;
        let waiting = apply(conn, shop.offer, &forum).await;
        let known = visit(&shop.link);
        let unknown = NewClick { id: new_id(), slug: Slug::parse("unknown000").unwrap(), ..known.clone() };
        let (not_live, known_again) = (visit(&waiting), visit(&shop.link));
        let group = [&unknown, &known, &not_live, &known_again];
        let answers = clicks::record_clicks(conn, &group).await.unwrap();
        let answers: Vec<_> = answers.iter().map(|link| link.as_ref().map(|link| (link.id, link.live))).collect();
        let live = Some((shop.link.id, true));
        assert_eq!(answers, [None, live, Some((waiting.id, false)), live]);
        let stored = clicks::list_clicks(conn, Scope::Network, &all()).await.unwrap().rows;
        let stored: Vec<_> = stored.iter().map(|row| row.id).collect();
        assert_eq!(stored, [known_again.id, known.id]);
        let waiting_links = applications::list_links(conn, forum.id, &all()).await.unwrap().rows;
        assert_eq!(waiting_links[0].clicks, 0);
    })
    .await;
}

#[tokio::test]
async fn an_empty_group_is_answered_with_nothing() {
    in_transaction(async |conn: &mut Conn| {
        assert!(clicks::record_clicks(conn, &[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn clicks_are_counted_by_link_and_by_day_and_visits_apart() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        let today = NOW.day();
        let last_moment = NewClick { at: today.start().plus_millis(-1), ..visit(&shop.link) };
        let prefetch = NewClick { kind: ClickKind::Prefetch, at: NOW.plus_millis(-DAY), ..visit(&shop.link) };
        let first_moment = NewClick { kind: ClickKind::Bot, at: today.start(), ..visit(&shop.link) };
        let (now, others) = (visit(&shop.link), visit(&rival.link));
        let group = [&last_moment, &others, &prefetch, &first_moment, &now];
        clicks::record_clicks(conn, &group).await.unwrap();
        // A second group adds to what is there.
        add_visit(conn, &shop.link).await;
        let links = applications::list_links(conn, shop.affiliate.id, &all()).await.unwrap().rows;
        assert_eq!((links[0].clicks, links[0].visits), (5, 3));
        let scope = Scope::Affiliate(shop.affiliate.id);
        let days = overview::read_overview(conn, scope, today, 2).await.unwrap();
        let points: Vec<(Day, i64)> = days.points.iter().map(|point| (point.day, point.clicks)).collect();
        assert_eq!(points, [(today.minus_days(1), 2), (today, 3)]);
        assert_eq!((days.clicks, days.visits), (5, 3));
    })
    .await;
}

#[tokio::test]
async fn a_click_is_stored_once() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let click = visit(&shop.link);
        record_click(conn, &click).await;
        assert_eq!(count_stored(conn).await, 1);
        assert_duplicate(clicks::record_clicks(conn, &[&click]).await);
    })
    .await;
}

#[tokio::test]
async fn a_click_is_listed_as_it_was_recorded_whatever_its_texts_hold() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let agent = "it's \"quoted\" \\u0041 {json, 'array'} \u{1f45f}\tä";
        let referer = "https://blog.example/?q=%00&x=\\N";
        let click = NewClick {
            kind: ClickKind::Bot,
            at: NOW.plus_millis(-7),
            ip: "2001:db8::7".to_owned(),
            user_agent: UserAgent::from_header(agent.as_bytes()),
            referer: Referer::from_header(referer.as_bytes()),
            ..visit(&shop.link)
        };
        record_click(conn, &click).await;
        let wanted = ClickRow {
            id: click.id,
            at: click.at,
            kind: ClickKind::Bot,
            offer_name: "Shoes".to_owned(),
            affiliate_name: "Blog".to_owned(),
            referer: referer.to_owned(),
            user_agent: agent.to_owned(),
            ip: Some("2001:db8::7".to_owned()),
        };
        let partner = Scope::Partner(shop.partner.id);
        assert_eq!(clicks::list_clicks(conn, partner, &all()).await.unwrap().rows, [wanted.clone()]);
        assert_eq!(clicks::list_clicks(conn, Scope::Network, &all()).await.unwrap().rows, [wanted.clone()]);
        // The address is nothing that an affiliate sees.
        let affiliate = Scope::Affiliate(shop.affiliate.id);
        let wanted = ClickRow { ip: None, ..wanted };
        assert_eq!(clicks::list_clicks(conn, affiliate, &all()).await.unwrap().rows, [wanted]);
    })
    .await;
}

#[tokio::test]
async fn partners_and_affiliates_see_their_own_clicks_only_and_an_admin_all() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        add_visit(conn, &shop.link).await;
        add_visit(conn, &rival.link).await;
        assert_eq!(names(conn, Scope::Partner(shop.partner.id), all()).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Partner(rival.partner.id), all()).await, ["Forum"]);
        assert_eq!(names(conn, Scope::Affiliate(shop.affiliate.id), all()).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Affiliate(rival.affiliate.id), all()).await, ["Forum"]);
        assert_eq!(names(conn, Scope::Network, all()).await, ["Forum", "Blog"]);
        assert!(names(conn, Scope::Partner(shop.partner.id), by_offer(rival.offer)).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn clicks_are_sorted_by_age_and_filtered_by_kind_and_offer() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        add_visit(conn, &shop.link).await;
        record_click(conn, &NewClick { kind: ClickKind::Bot, ..visit(&rival.link) }).await;
        let unclicked = add_offer(conn, &shop.partner, "Boots", OfferStatus::Active).await;
        assert_eq!(names(conn, Scope::Network, sorted("oldest")).await, ["Blog", "Forum"]);
        assert_eq!(names(conn, Scope::Network, sorted("nonsense")).await, ["Forum", "Blog"]);
        assert_eq!(names(conn, Scope::Network, by_status("visit")).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Network, by_status("bot")).await, ["Forum"]);
        assert!(names(conn, Scope::Network, by_status("prefetch")).await.is_empty());
        assert_eq!(names(conn, Scope::Network, by_offer(shop.offer)).await, ["Blog"]);
        assert!(names(conn, Scope::Network, by_offer(unclicked)).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn clicks_are_listed_in_pages() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let group: Vec<_> = (0..51).map(|_| visit(&shop.link)).collect();
        clicks::record_clicks(conn, &group.iter().collect::<Vec<_>>()).await.unwrap();
        let first = clicks::list_clicks(conn, Scope::Network, &on_page(1)).await.unwrap();
        let second = clicks::list_clicks(conn, Scope::Network, &on_page(2)).await.unwrap();
        assert_two_pages(&first, &second);
        assert_eq!(second.rows[0].id, group[0].id);
    })
    .await;
}
