//! Where a request comes from, where an answer may lead, and what pages of another build are told.

use domain::Role;
use serde_json::json;

use super::browser::{Browser, FORM};
use crate::support::{App, Engine, PASSWORD};

const EMAIL: &str = "ann@test.example";
const SITE: &str = "https://network.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_leads_to_a_page_of_this_site_only() {
    let app = App::spawn(Engine::Sqlite).await;
    let (_, token) = app.person(Role::Partner, EMAIL).await;
    for page in ["//evil.example/", "//evil.example/?a=1", "/\\evil.example", "///evil.example"] {
        let mut browser = Browser::with_session(&token);
        let response = browser.submit(&app, page, "change_name", &[("name", "Ann")]).await;
        let location = response.header("location").unwrap_or("/");
        assert!(location.starts_with('/') && !location[1..].starts_with(['/', '\\']), "{page}: {location}");
    }
    let mut browser = Browser::with_session(&token);
    let response = browser.submit(&app, "/partner/settings?x=1", "change_name", &[("name", "Ann")]).await;
    assert_eq!((response.status, response.header("location")), (303, Some("/partner/settings?x=1")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_server_function_is_said_to_be_of_another_build() {
    let app = App::spawn(Engine::Sqlite).await;
    let (_, token) = app.person(Role::Partner, EMAIL).await;
    let cookie = format!("session={token}");
    let headers = [("Content-Type", FORM), ("Cookie", cookie.as_str()), ("Sec-Fetch-Site", "same-origin")];
    for name in ["no_such_function", "list_clicks/", "list_clicks9f3a", "a/b"] {
        let response = app.request("POST", &format!("/rpc/{name}"), &headers, b"").await;
        assert_eq!((response.status, response.json()), (404, json!({"code": "outdated"})), "{name}");
        assert_eq!(response.header("cache-control"), Some("no-store"));
    }
    // An argument that this build wants and that one doesn't know.
    let response = app.request("POST", "/rpc/find_offer", &headers, b"weeks=1").await;
    assert_eq!((response.status, response.json()), (400, json!({"code": "outdated"})));
    let response = Browser::with_session(&token).submit(&app, "/partner", "no_such_function", &[]).await;
    assert_eq!(response.status, 404);
    assert!(response.text().contains("This page is older than the server: reload it."), "{}", response.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_form_names_the_address_it_came_from_and_the_sites() {
    let app = App::spawn_with(Engine::Sqlite, |settings| settings.public_url = Some(SITE.to_owned())).await;
    let headers = [("Content-Type", FORM), ("Origin", "https://other.example")];
    let response = app.request("POST", "/signin", &headers, b"__action=sign_out").await;
    assert_eq!(response.status, 403);
    let text = response.text();
    assert!(text.contains("https://other.example") && text.contains(SITE), "{text}");
    let response = app.request("POST", "/rpc/sign_out", &headers, b"").await;
    let wanted = json!({"code": "cross_site", "sent": "https://other.example", "site": SITE});
    assert_eq!((response.status, response.json()), (403, wanted));
    // What looks like no origin is not repeated.
    let headers = [("Content-Type", FORM), ("Origin", "https://x/?sp_live_secret")];
    let response = app.request("POST", "/signin", &headers, b"__action=sign_out").await;
    assert!(response.status == 403 && !response.text().contains("sp_live_"), "{}", response.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_where_no_session_can_be_kept_says_where_to_do_it() {
    let app = App::spawn_with(Engine::Sqlite, |settings| settings.public_url = Some(SITE.to_owned())).await;
    app.person(Role::Partner, EMAIL).await;
    let opened = format!("http://{}", app.address);
    let sentence = format!("You opened {opened}, but this site is {SITE}.");
    let page = app.get("/signin").await;
    assert!(page.status == 200 && page.text().contains(&sentence), "{}", page.text());
    // The link keeps where one wants to go, and what a mail let one do.
    for page in ["/signin?next=%2Fpartner%2Fclicks", "/reset?token=abc"] {
        let html = app.get(page).await.text();
        assert!(html.contains(&format!("href=\"{SITE}{page}\"")), "{page}: {html}");
    }

    // By its number a browser says where the page was, and the cookie would be thrown away.
    let form = format!("__action=sign_in&__key=&email=ann%40test.example&password={}", PASSWORD.replace(' ', "+"));
    for opened in ["http://192.0.2.7:3000", "http://network.example"] {
        let host = opened.strip_prefix("http://").unwrap();
        let raw = format!(
            "POST /signin HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nOrigin: {opened}\r\nContent-Type: {FORM}\r\n\
             Content-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let response = app.send(raw.into_bytes()).await;
        assert_eq!((response.status, response.header("set-cookie")), (403, None), "{opened}");
        let sentence = format!("You opened {opened}, but this site is {SITE}.");
        assert!(response.text().contains(&sentence), "{}", response.text());
    }

    // By its name, as a proxy passes it on.
    let headers = [("Sec-Fetch-Site", "none")];
    let page = app.request("GET", "/signin", &headers, b"").await;
    assert!(!page.text().contains("You opened"), "{}", page.text());
    let headers = [("Content-Type", FORM), ("Origin", SITE), ("Sec-Fetch-Site", "same-origin")];
    let response = app.request("POST", "/signin", &headers, form.as_bytes()).await;
    assert_eq!((response.status, response.header("location")), (303, Some("/partner")));
}
