//! What partners may publish, and what an admin decides about it.

use domain::{AppError, ListQuery, Offer, OfferAction, OfferId, OfferInput, OfferReview, OfferStatus, Role};
use service::Session;

use super::browser::{Browser, FORM};
use super::input;
use crate::support::{App, Network, on_both, on_both_with};

/// The field that a refusal names, and what it says.
fn refused_field<T: std::fmt::Debug>(result: Result<T, AppError>) -> (String, String) {
    match result {
        Err(AppError::Invalid { fields }) => (fields[0].field.clone(), fields[0].message.clone()),
        other => panic!("{other:?}"),
    }
}

async fn find(app: &App, net: &Network) -> Offer {
    app.service.find_offer(&net.partner.session, net.offer).await.unwrap()
}

async fn reviews(app: &App, net: &Network) -> Vec<OfferReview> {
    let queue = app.service.list_reviews(&net.admin, &ListQuery::default()).await.unwrap();
    assert_eq!(queue.total, i64::try_from(queue.page.rows.len()).unwrap());
    queue.page.rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destination_on_this_very_site_is_refused_with_the_reason() {
    let sites = |settings: &mut server::config::Settings| {
        settings.public_url = Some("https://network.example".to_owned());
        settings.tracking_url = Some("https://go.example:8443".to_owned());
    };
    on_both_with(sites, |app| async move {
        let net = app.network().await;
        let partner = &net.partner.session;
        for destination in
            ["https://network.example/t/abcdefghij", "http://GO.example./", "https://network.example:99/partner"]
        {
            let created = app.service.create_offer(partner, &input(destination)).await;
            let (field, message) = refused_field(created);
            assert!(field == "destination" && message.contains("this very network"), "{destination}: {message}");
            let edited = app.service.edit_offer(partner, net.offer, &input(destination)).await;
            assert_eq!(refused_field(edited).0, "destination", "{destination}");
        }
        assert_eq!(find(&app, &net).await.destination, super::DESTINATION);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_loopback_a_shop_on_another_port_is_no_page_of_this_site() {
    on_both(|app| async move {
        let net = app.network().await;
        let port = app.address.port();
        for host in ["127.0.0.1", "localhost"] {
            let own = input(&format!("http://{host}:{port}/t/{}", net.slug));
            assert_eq!(refused_field(app.service.create_offer(&net.partner.session, &own).await).0, "destination");
        }
        let shop = input("http://127.0.0.1:1/p");
        app.service.create_offer(&net.partner.session, &shop).await.unwrap();
    })
    .await;
}

/// Posts the form of a new offer, as a browser without scripts does.
async fn post(app: &App, browser: &mut Browser, destination: &str, confirmed: Option<&str>) -> (u16, String) {
    let mut fields = vec![("name", "Shoes"), ("destination", destination)];
    fields.extend(confirmed.map(|confirmed| ("confirmed_destination", confirmed)));
    let response = browser.submit(app, "/partner/offers/new", "create_offer", &fields).await;
    (response.status, response.text())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_rarely_meant_in_a_destination_is_asked_about_before_it_is_saved() {
    on_both(|app| async move {
        let (session, cookie) = app.person(Role::Partner, "partner@test.example").await;
        let Session::Partner(session) = session else { unreachable!() };
        let mut browser = Browser::with_session(&cookie);
        let plain = "https://shop.example/p?utm_source=a&utm_source=b";
        assert_eq!(post(&app, &mut browser, &format!(" {plain}\u{200b} "), None).await.0, 303);
        for (destination, question) in [
            ("https://shop.example/p?a=1&amp;b=2", "Did you mean https://shop.example/p?a=1&amp;b=2?"),
            ("https://shop.example/p?sub={click_id}", "Contains {click_id}, which looks like a macro"),
        ] {
            for confirmed in [None, Some(plain)] {
                let (status, html) = post(&app, &mut browser, destination, confirmed).await;
                assert_eq!(status, 422, "{destination}");
                assert!(html.contains(question), "{destination}: {html}");
                assert!(html.contains("name=\"confirmed_destination\""), "{destination}: {html}");
            }
            assert_eq!(post(&app, &mut browser, destination, Some(destination)).await.0, 303, "{destination}");
            let list = app.service.list_offers(&session, &ListQuery::default()).await.unwrap();
            let stored = list.rows.into_iter().find(|offer| offer.destination == destination).unwrap();
            // What was confirmed once isn't asked about with every other edit.
            app.service.edit_offer(&session, stored.id, &input(destination)).await.unwrap();
        }
        let list = app.service.list_offers(&session, &ListQuery::default()).await.unwrap();
        assert!(list.rows.iter().any(|offer| offer.destination == plain), "trimmed, and each parameter kept");
        assert_eq!(list.rows.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_offers_of_a_partner_may_wait_and_a_script_is_slowed_down() {
    on_both(|app| async move {
        let net = app.network().await;
        let (service, partner) = (&app.service, &net.other.session);
        let make = async || service.create_offer(partner, &input("https://shop.example/")).await;
        let mut made: Vec<OfferId> = Vec::new();
        for _ in 0..50 {
            made.push(make().await.unwrap());
        }
        assert_eq!(make().await, Err(AppError::TooManyWaiting { most: 50 }));
        service.reject_offer(&net.admin, made[0], 1, "No").await.unwrap();
        make().await.unwrap();
        let again = service.change_offer(partner, made[0], OfferAction::Submit).await;
        assert_eq!(again, Err(AppError::TooManyWaiting { most: 50 }));
        // Others find room, and their own turn.
        service.create_offer(&net.partner.session, &input("https://honest.example/")).await.unwrap();
        let queue = service.list_reviews(&net.admin, &ListQuery::default()).await.unwrap();
        assert_eq!((queue.total, queue.page.next.is_some()), (51, true));
        assert!(queue.page.rows[..2].iter().any(|review| review.offer.destination == "https://honest.example/"));

        let rejected = service.reject_waiting_offers(&net.admin, net.other.session.partner_id(), "Too many").await;
        assert_eq!(rejected, Ok(50));
        make().await.unwrap();
        let mut tries = Vec::new();
        for _ in 0..20 {
            tries.push(make().await);
        }
        assert!(tries.iter().any(|tried| matches!(tried, Err(AppError::TooManyAttempts { .. }))), "{tries:?}");
        service.change_offer(&net.partner.session, net.offer, OfferAction::Pause).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_form_behind_a_question_is_open_and_says_why() {
    on_both(|app| async move {
        let net = app.network().await;
        let (_, token) = app.person(Role::Admin, "boss@test.example").await;
        let mut made = Vec::new();
        for _ in 0..2 {
            made.push(app.service.create_offer(&net.partner.session, &input("https://shop.example/")).await.unwrap());
        }
        let open = |html: &str| {
            let tags = html.split("<details").skip(1).filter_map(|rest| rest.split_once('>'));
            tags.filter(|(tag, _)| tag.contains(" open")).map(|(_, inside)| inside.to_owned()).collect::<Vec<_>>()
        };
        let page = Browser::with_session(&token).open(&app, "/admin/reviews").await;
        assert_eq!(open(&page.text()), Vec::<String>::new());
        let partner = net.partner.session.partner_id();
        let form = format!("__action=reject_waiting_offers&__key={}&partner={partner}&reason=+++", made[1]);
        let cookie = format!("session={token}");
        let headers = [("Content-Type", FORM), ("Sec-Fetch-Site", "same-origin"), ("Cookie", cookie.as_str())];
        let page = app.request("POST", "/admin/reviews", &headers, form.as_bytes()).await;
        let open = open(&page.text());
        assert_eq!((page.status, open.len()), (422, 1), "{}", page.text());
        let form = open[0].split("</details>").next().unwrap();
        assert!(form.contains(&made[1].to_string()) && form.contains("Must be filled in."), "{form}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_that_was_edited_meanwhile_is_neither_let_out_nor_refused_unseen() {
    on_both(|app| async move {
        let net = app.network().await;
        let partner = &net.partner.session;
        let offer = app.service.create_offer(partner, &input("https://shop.example/new")).await.unwrap();
        let edited =
            OfferInput { description: "Not what was looked at".to_owned(), ..input("https://shop.example/new") };
        app.service.edit_offer(partner, offer, &edited).await.unwrap();
        let approved = app.service.approve_offer(&net.admin, offer, 1).await;
        assert!(matches!(approved, Err(AppError::WrongState { .. })), "{approved:?}");
        let rejected = app.service.reject_offer(&net.admin, offer, 1, "Not this").await;
        assert!(matches!(rejected, Err(AppError::WrongState { .. })), "{rejected:?}");
        app.service.approve_offer(&net.admin, offer, 2).await.unwrap();
        assert!(reviews(&app, &net).await.is_empty(), "what was edited before the approval is approved");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_an_approved_offer_is_shown_to_the_admin_afterwards_and_can_be_kept() {
    on_both(|app| async move {
        let net = app.network().await;
        let before = find(&app, &net).await;
        let renamed = OfferInput { name: "Renamed".to_owned(), ..input(super::DESTINATION) };
        app.service.edit_offer(&net.partner.session, net.offer, &renamed).await.unwrap();
        assert_eq!(find(&app, &net).await.name, "Renamed", "live at once");
        let review = reviews(&app, &net).await.remove(0);
        assert!(!review.awaits_approval());
        let fields = review.change.unwrap().changed_fields(&review.offer);
        let name = fields.iter().find(|(label, ..)| *label == "Name").unwrap();
        assert_eq!((name.1.as_str(), name.2.as_str()), (before.name.as_str(), "Renamed"));
        assert!(fields.iter().all(|(label, ..)| *label != "Destination"));

        let stale = app.service.keep_offer_change(&net.admin, net.offer, 1).await;
        assert!(matches!(stale, Err(AppError::WrongState { .. })), "{stale:?}");
        let stale = app.service.take_back_offer_change(&net.admin, net.offer, 1, "Not this").await;
        assert!(matches!(stale, Err(AppError::WrongState { .. })), "{stale:?}");
        assert_eq!(find(&app, &net).await.name, "Renamed");
        app.service.keep_offer_change(&net.admin, net.offer, review.offer.version).await.unwrap();
        assert!(reviews(&app, &net).await.is_empty());
        let twice = app.service.take_back_offer_change(&net.admin, net.offer, review.offer.version, "No").await;
        assert!(matches!(twice, Err(AppError::WrongState { .. })), "{twice:?}");
        assert_eq!(find(&app, &net).await.name, "Renamed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_is_taken_back_leaves_what_was_approved_and_tells_the_partner_why() {
    on_both(|app| async move {
        let net = app.network().await;
        let before = find(&app, &net).await;
        for destination in ["https://shop.example/other", "https://shop.example/third"] {
            app.service.edit_offer(&net.partner.session, net.offer, &input(destination)).await.unwrap();
        }
        let location = app.get(&format!("/t/{}", net.slug)).await.header("location").unwrap().to_owned();
        assert!(location.starts_with("https://shop.example/third?click_id="), "{location}");
        // Another host waits beside it, and goes on waiting.
        let host = "https://elsewhere.example/";
        app.service.edit_offer(&net.partner.session, net.offer, &input(host)).await.unwrap();
        let review = reviews(&app, &net).await.remove(0);
        assert!(review.awaits_approval() && review.change.is_some());
        let seen = review.offer.version;
        app.service.take_back_offer_change(&net.admin, net.offer, seen, "Not what I approved").await.unwrap();
        let after = find(&app, &net).await;
        assert_eq!((&after.name, &after.description), (&before.name, &before.description));
        assert_eq!((&after.commission_terms, &after.destination), (&before.commission_terms, &before.destination));
        assert_eq!((after.status, after.pending_destination.as_deref()), (OfferStatus::Active, Some(host)));
        assert_eq!(after.rejection_reason.as_deref(), Some("Not what I approved"));
        let location = app.get(&format!("/t/{}", net.slug)).await.header("location").unwrap().to_owned();
        assert!(location.starts_with("https://shop.example/p?a=1"), "{location}");
        app.assert_audit_is_clean().await;
    })
    .await;
}
