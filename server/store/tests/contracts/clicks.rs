//! Clicks: those of live links are stored and counted, in batches; what a slug stands for decides.

use domain::{ApplicationStatus, ClickKind, ClickRow, Day, OfferStatus, Referer, Slug, Timestamp, UserAgent};
use store::{
    Conn, Db, Scope, applications, audit,
    clicks::{self, NewClick},
    offers,
};

use store::reports::HeaderClasses as _;

use crate::{
    counted::last_days,
    in_transaction,
    lists::Plain,
    network::{
        DAY, DESTINATION, Link, NOW, Network, add_affiliate, add_visit, apply, change, id_at, new_id, record, restore,
        set_application, suspend, visit, visit_at,
    },
    queries::all,
    with_recording,
};

async fn is_live(conn: &mut Conn, link: &Link) -> bool {
    clicks::find_link(conn, &link.slug).await.unwrap().unwrap().rules.is_live()
}

#[tokio::test]
async fn a_slug_stands_for_its_link_and_an_unknown_one_for_nothing() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        for network in [&shop, &rival] {
            let link = clicks::find_link(conn, &network.link.slug).await.unwrap().unwrap();
            assert_eq!((link.id, link.offer_id), (network.link.id, network.offer));
            assert_eq!((link.partner_id, link.affiliate_id), (network.partner.id, network.affiliate.id));
            assert_eq!((link.destination.as_str(), link.rules.is_live()), (DESTINATION, true));
        }
        let unknown = Slug::parse("unknown000").unwrap();
        assert!(clicks::find_link(conn, &unknown).await.unwrap().is_none());
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
            set_application(conn, shop.link.application, status).await.unwrap();
            assert_eq!(is_live(conn, &shop.link).await, status == ApplicationStatus::Approved, "{status:?}");
        }
        let approved = ApplicationStatus::Approved;
        set_application(conn, shop.link.application, approved).await.unwrap();
        for user in [shop.partner.user, shop.affiliate.user] {
            suspend(conn, user).await;
            // Whoever was suspended already is so still, and one restoring is enough.
            suspend(conn, user).await;
            assert!(!is_live(conn, &shop.link).await);
            restore(conn, user).await;
            assert!(is_live(conn, &shop.link).await);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_group_the_clicks_of_live_links_are_stored_and_each_is_answered_in_order() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let forum = change(db, async |conn: &mut Conn| add_affiliate(conn, "Forum").await).await;
        let waiting = change(db, async |conn: &mut Conn| apply(conn, shop.offer, &forum).await).await;
        let known = visit(&shop.link);
        let unknown = NewClick { id: new_id(), slug: Slug::parse("unknown000").unwrap(), ..known.clone() };
        let (not_live, known_again) = (visit(&waiting), visit(&shop.link));
        let answers = record(db, &[&unknown, &known, &not_live, &known_again], &[]).await;
        assert!(answers.conversions.is_empty());
        let links: Vec<_> =
            answers.links.iter().map(|link| link.as_ref().map(|link| (link.id, link.rules.is_live()))).collect();
        let live = Some((shop.link.id, true));
        assert_eq!(links, [None, live, Some((waiting.id, false)), live]);
        let stored = crate::lists::clicks(conn, Scope::Network, &all()).await.unwrap().rows;
        let stored: Vec<_> = stored.iter().map(|row| row.id).collect();
        assert_eq!(stored, [known_again.id, known.id]);
        let waiting_links = applications::list_links(conn, forum.id, &all()).await.unwrap().rows;
        assert_eq!(waiting_links[0].clicks, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_click_is_answered_with_all_that_its_link_stands_for() {
    with_recording(async |db: &Db, _: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let answers = record(db, &[&visit(&shop.link)], &[]).await;
        let link = answers.links[0].as_ref().unwrap();
        assert_eq!((link.id, link.offer_id), (shop.link.id, shop.offer));
        assert_eq!((link.partner_id, link.affiliate_id), (shop.partner.id, shop.affiliate.id));
        assert_eq!((link.destination.as_str(), link.rules.is_live()), (DESTINATION, true));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_of_a_link_that_was_stopped_since_is_answered_and_not_stored() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        for user in [shop.partner.user, shop.affiliate.user] {
            change(db, async |conn: &mut Conn| suspend(conn, user).await).await;
            let answers = record(db, &[&visit(&shop.link)], &[]).await;
            assert!(!answers.links[0].as_ref().unwrap().rules.is_live());
            change(db, async |conn: &mut Conn| restore(conn, user).await).await;
        }
        assert_eq!(audit::count_rows(conn).await.unwrap(), (0, 0));
        let answers = record(db, &[&visit(&shop.link)], &[]).await;
        assert!(answers.links[0].as_ref().unwrap().rules.is_live());
        assert_eq!(audit::count_rows(conn).await.unwrap(), (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_are_counted_by_link_and_by_day_and_visits_apart() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let today = NOW.day();
        let of = |kind, at: Timestamp| NewClick { kind, id: id_at(at), ..visit(&shop.link) };
        let last_moment = of(ClickKind::Human, today.start().plus_millis(-1));
        let prefetch = of(ClickKind::Prefetch, NOW.plus_millis(-DAY));
        let first_moment = of(ClickKind::Bot, today.start());
        let (now, others) = (visit(&shop.link), visit(&rival.link));
        record(db, &[&last_moment, &others, &prefetch, &first_moment, &now], &[]).await;
        // A second batch adds to what is there.
        add_visit(db, &shop.link).await;
        let links = applications::list_links(conn, shop.affiliate.id, &all()).await.unwrap().rows;
        assert_eq!((links[0].clicks, links[0].visits), (5, 3));
        let scope = Scope::Affiliate(shop.affiliate.id);
        let (days, total) = last_days(conn, scope, today, 2).await;
        let days: Vec<(Day, i64)> = days.iter().map(|(day, of)| (*day, of.clicks())).collect();
        assert_eq!(days, [(today.minus_days(1), 2), (today, 3)]);
        assert_eq!((total.clicks(), total.human_clicks), (5, 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_is_listed_as_it_was_recorded_whatever_its_texts_hold() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let agent = "it's \"quoted\" \\u0041 {json, 'array'} \u{1f45f}\tä";
        let referer = "https://blog.example/?q=%00&x=\\N";
        let at = NOW.plus_millis(-7);
        let click = NewClick {
            kind: ClickKind::Bot,
            ip: "2001:db8::7".to_owned(),
            user_agent: UserAgent::from_header(agent.as_bytes()),
            referer: Referer::from_header(referer.as_bytes()),
            country: None,
            ..visit_at(&shop.link, at)
        };
        record(db, &[&click], &[]).await;
        let wanted = ClickRow {
            id: click.id,
            at,
            kind: ClickKind::Bot,
            slug: shop.link.slug.clone(),
            offer_id: shop.offer,
            offer_name: "Shoes".to_owned(),
            affiliate_id: shop.affiliate.id,
            country: None,
            agent: Plain.agent(agent),
            affiliate_name: "Blog".to_owned(),
            referer: referer.to_owned(),
            user_agent: agent.to_owned(),
            ip: Some("2001:db8::7".to_owned()),
        };
        let partner = Scope::Partner(shop.partner.id);
        assert_eq!(crate::lists::clicks(conn, partner, &all()).await.unwrap().rows, [wanted.clone()]);
        assert_eq!(crate::lists::clicks(conn, Scope::Network, &all()).await.unwrap().rows, [wanted.clone()]);
        // Address and user agent are nothing that an affiliate sees.
        let affiliate = Scope::Affiliate(shop.affiliate.id);
        let wanted = ClickRow { ip: None, user_agent: String::new(), ..wanted };
        assert_eq!(crate::lists::clicks(conn, affiliate, &all()).await.unwrap().rows, [wanted]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_of_both_kinds_are_listed_as_they_came() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let addresses = ["0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8:0:1:1:1:1:1", "::ffff:192.0.2.1"];
        let batch = addresses.map(|ip| NewClick { ip: ip.to_owned(), ..visit(&shop.link) });
        record(db, &batch.iter().collect::<Vec<_>>(), &[]).await;
        let mut listed = crate::lists::clicks(conn, Scope::Network, &all()).await.unwrap().rows;
        listed.reverse();
        let listed: Vec<_> = listed.into_iter().filter_map(|row| row.ip).collect();
        assert_eq!(listed, addresses);
    })
    .await;
}
