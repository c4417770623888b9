//! Forms that a page's script sends: the answer says what became of them, and the page shows it.

use domain::OfferStatus;
use serde_json::json;

use super::browser::Browser;
use crate::support::{App, Engine, PASSWORD, on_both};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_is_told_that_a_form_is_done_and_what_is_shown_next() {
    on_both(|app| async move {
        let net = app.network().await;
        let mut browser = Browser::default();
        browser.sign_in(&app, "partner@test.example", PASSWORD).await;
        let page = format!("/partner/offers/{}", net.offer);
        let id = net.offer.to_string();
        let paused = browser.send(&app, &page, "change_offer", &[("id", &id), ("action", "pause")]).await;
        assert_eq!(paused.status, 200);
        assert_eq!(paused.json(), json!({ "location": null, "is_other_session": false }));
        assert_eq!(paused.header("cache-control"), Some("no-store"));
        let offer = app.service.find_offer(&net.partner.session, net.offer).await.unwrap();
        assert_eq!(offer.status, OfferStatus::Paused);

        let fields = [("name", "New"), ("destination", "https://shop.example/new")];
        let made = browser.send(&app, "/partner/offers/new", "create_offer", &fields).await.json();
        let location = made["location"].as_str().unwrap();
        assert!(location.starts_with("/partner/offers/off_"), "{made}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_is_told_of_another_session_and_gets_its_cookie() {
    let app = App::spawn(Engine::Sqlite).await;
    app.network().await;
    let browser = Browser::default();
    let fields = [("email", "partner@test.example"), ("password", PASSWORD), ("next", "/partner/clicks")];
    let signed_in = browser.send(&app, "/signin", "sign_in", &fields).await;
    assert_eq!(signed_in.json(), json!({ "location": "/partner/clicks", "is_other_session": true }));
    assert!(signed_in.header("set-cookie").unwrap().starts_with("session="));
    let fields = [("email", "partner@test.example"), ("password", PASSWORD), ("next", "//evil.example")];
    let elsewhere = browser.send(&app, "/signin", "sign_in", &fields).await;
    assert_eq!(elsewhere.json()["location"], "/partner");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_is_told_why_a_form_is_refused_as_by_the_server_function() {
    on_both(|app| async move {
        let net = app.network().await;
        let mut browser = Browser::default();
        let id = net.offer.to_string();
        let fields = [("id", id.as_str()), ("name", ""), ("destination", "https://shop.example/")];
        let page = format!("/partner/offers/{id}");
        let signed_out = browser.send(&app, &page, "edit_offer", &fields).await;
        assert_eq!((signed_out.status, signed_out.json()), (401, json!({ "code": "signed_out" })));
        browser.sign_in(&app, "partner@test.example", PASSWORD).await;
        let refused = browser.send(&app, &page, "edit_offer", &fields).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.json()["fields"][0]["field"], "name");
        let state = browser.send(&app, &page, "change_offer", &[("id", &id), ("action", "resume")]).await;
        assert_eq!((state.status, state.json()["code"].as_str()), (409, Some("wrong_state")));
        let unknown = browser.send(&app, &page, "of_yesterday", &[]).await;
        assert_eq!((unknown.status, unknown.json()), (404, json!({ "code": "outdated" })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_at_a_wrong_address_is_told_where_the_site_is() {
    let app =
        App::spawn_with(Engine::Sqlite, |settings| settings.public_url = Some("https://network.example".into())).await;
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "application/json"),
        ("Origin", "http://wrong.test"),
    ];
    let answer = app.request("POST", "/signin", &headers, b"__action=sign_in&email=x&password=x").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["code"], "cross_site");
    assert_eq!(answer.json()["site"], "https://network.example");
}
