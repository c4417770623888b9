//! Accounts and sessions, by forms as people post them.

use std::collections::BTreeSet;

use domain::{AppError, ListQuery, Role};
use service::{Clock, Mailer, Sealer, Service, Session, SessionToken};

use super::browser::{Browser, FORM, visible};
use crate::support::{App, Engine, HERE, PASSWORD, Response, on_both};

const EMAIL: &str = "ann@test.example";
const NEW_PASSWORD: &str = "another good sentence";

/// The use cases on the same database, by a clock that is this many minutes ahead.
pub(super) async fn ahead(app: &App, minutes: i64) -> Service {
    let now = Clock::default().now().plus_millis(minutes * 60_000);
    let db = store::Db::open(&app.database.url).await.unwrap();
    let sealer = Sealer::from_file(&app.database.folder.path().join("secret.key")).unwrap();
    Service::new(db, Clock::manual(now), sealer, Mailer::Log, app.service.settings().clone()).unwrap()
}

/// Name, value and attributes of the cookie that an answer sets.
fn cookie_of(response: &Response) -> (String, String, BTreeSet<String>) {
    let cookie = response.header("set-cookie").unwrap();
    let mut parts = cookie.split("; ");
    let (name, value) = parts.next().unwrap().split_once('=').unwrap();
    (name.to_owned(), value.to_owned(), parts.map(str::to_owned).collect())
}

fn attributes(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|attribute| (*attribute).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_session_cookie_is_kept_from_scripts_and_from_other_sites() {
    let app = App::spawn(Engine::Sqlite).await;
    app.person(Role::Partner, EMAIL).await;
    let mut browser = Browser::default();
    let response = browser.sign_in(&app, EMAIL, PASSWORD).await;
    assert_eq!((response.status, response.header("location")), (303, Some("/partner")));
    let (name, value, set) = cookie_of(&response);
    assert!(name == "session" && value.len() >= 43, "{name}={value}");
    assert_eq!(set, attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"]));
    let (name, value, set) = cookie_of(&browser.submit(&app, "/partner", "sign_out", &[]).await);
    assert_eq!((name.as_str(), value.as_str()), ("session", ""));
    assert_eq!(set, attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=0"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_https_the_cookie_is_one_that_only_this_host_can_set() {
    let public_url = Some("https://network.example".to_owned());
    let app = App::spawn_with(Engine::Sqlite, |settings| settings.public_url = public_url).await;
    app.person(Role::Partner, EMAIL).await;
    let mut browser = Browser::default();
    let (name, value, set) = cookie_of(&browser.sign_in(&app, EMAIL, PASSWORD).await);
    assert_eq!(name, "__Host-session");
    assert_eq!(set, attributes(&["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000", "Secure"]));
    assert!(browser.is_signed_in(&app, "/partner").await);
    assert!(!Browser::with_session(&value).is_signed_in(&app, "/partner").await, "a plain page could have set that");
    let (name, _, set) = cookie_of(&browser.submit(&app, "/partner", "sign_out", &[]).await);
    assert!(name == "__Host-session" && set.contains("Secure") && set.contains("Max-Age=0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_ends_the_session_on_the_server() {
    on_both(|app| async move {
        app.person(Role::Affiliate, EMAIL).await;
        let (mut browser, mut other) = (Browser::default(), Browser::default());
        browser.sign_in(&app, EMAIL, PASSWORD).await;
        other.sign_in(&app, EMAIL, PASSWORD).await;
        let copy = browser.clone();
        assert!(copy.is_signed_in(&app, "/affiliate").await);
        let response = browser.submit(&app, "/affiliate", "sign_out", &[]).await;
        assert_eq!((response.status, response.header("location")), (303, Some("/")));
        assert_eq!(browser.cookie(), "");
        assert!(!copy.is_signed_in(&app, "/affiliate").await, "the cookie, sent again, is worth nothing");
        assert!(other.is_signed_in(&app, "/affiliate").await, "another session of the same person goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_by_itself_after_30_days() {
    let app = App::spawn(Engine::Sqlite).await;
    let (_, token) = app.person(Role::Partner, EMAIL).await;
    let token = SessionToken::new(token);
    for (days, lasts) in [(29, true), (31, false)] {
        let later = ahead(&app, days * 24 * 60).await;
        let ended = later.authenticate(&token, HERE).await.err();
        assert_eq!(ended, (!lasts).then_some(AppError::SignedOut), "after {days} days");
        later.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_password_ends_every_other_session() {
    on_both(|app| async move {
        app.person(Role::Partner, EMAIL).await;
        let (_, token) = app.person(Role::Partner, "bob@test.example").await;
        let (mut here, mut there) = (Browser::default(), Browser::default());
        here.sign_in(&app, EMAIL, PASSWORD).await;
        there.sign_in(&app, EMAIL, PASSWORD).await;
        let before = here.clone();
        for (current, new) in [("not my password", NEW_PASSWORD), (PASSWORD, "too short")] {
            let fields = [("current_password", current), ("new_password", new)];
            let response = here.submit(&app, "/partner/settings", "change_password", &fields).await;
            assert_eq!(response.status, 422);
            assert!(!response.text().contains(new), "a password is not shown again");
        }
        assert!(here.is_signed_in(&app, "/partner").await && there.is_signed_in(&app, "/partner").await);

        let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
        let response = here.submit(&app, "/partner/settings", "change_password", &fields).await;
        assert_eq!((response.status, response.header("location")), (303, Some("/partner/settings?done=password")));
        assert!(here.is_signed_in(&app, "/partner").await, "whoever changed it stays");
        assert!(!there.is_signed_in(&app, "/partner").await);
        assert!(!before.is_signed_in(&app, "/partner").await, "the own session has got a new cookie");
        assert!(Browser::with_session(&token).is_signed_in(&app, "/partner").await, "nobody else is concerned");
        assert_eq!(Browser::default().sign_in(&app, EMAIL, PASSWORD).await.status, 401);
        assert_eq!(Browser::default().sign_in(&app, EMAIL, NEW_PASSWORD).await.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_account_is_signed_out_and_cannot_sign_in() {
    on_both(|app| async move {
        let (_, token) = app.person(Role::Affiliate, EMAIL).await;
        let ann = Browser::with_session(&token);
        let (Session::Admin(session), token) = app.person(Role::Admin, "boss@test.example").await else {
            unreachable!()
        };
        let mut boss = Browser::with_session(&token);
        let users = app.service.list_users(&session, &ListQuery::default()).await.unwrap().rows;
        let id = users.iter().find(|user| user.email == EMAIL).unwrap().id.to_string();
        assert!(ann.is_signed_in(&app, "/affiliate").await);

        let suspend = [("id", id.as_str()), ("is_suspended", "true")];
        assert_eq!(boss.submit(&app, "/admin/users", "suspend_user", &suspend).await.status, 303);
        assert!(!ann.is_signed_in(&app, "/affiliate").await);
        assert_eq!(Browser::default().sign_in(&app, EMAIL, PASSWORD).await.status, 401);

        let restore = [("id", id.as_str()), ("is_suspended", "false")];
        assert_eq!(boss.submit(&app, "/admin/users", "suspend_user", &restore).await.status, 303);
        assert!(!ann.is_signed_in(&app, "/affiliate").await, "what has ended stays ended");
        assert_eq!(Browser::default().sign_in(&app, EMAIL, PASSWORD).await.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_answers_the_same_for_known_and_unknown_emails() {
    on_both(|app| async move {
        app.person(Role::Partner, "known@test.example").await;
        app.person(Role::Affiliate, "ended@test.example").await;
        let (Session::Admin(admin), _) = app.person(Role::Admin, "boss@test.example").await else { unreachable!() };
        let users = app.service.list_users(&admin, &ListQuery::default()).await.unwrap().rows;
        let ended = users.iter().find(|user| user.email == "ended@test.example").unwrap();
        app.service.suspend_user(&admin, ended.id).await.unwrap();

        let mut answers = BTreeSet::new();
        for (email, password) in [
            ("known@test.example", "not my password"),
            ("nobod@test.example", "not my password"),
            ("ended@test.example", PASSWORD),
        ] {
            let response = Browser::default().sign_in(&app, email, password).await;
            assert_eq!(response.status, 401, "{email}");
            assert!(!response.text().contains(password), "a password is not shown again");
            answers.insert(visible(&response, email));
        }
        assert_eq!(answers.len(), 1, "{answers:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_up_and_asking_for_a_link_answer_the_same_for_known_and_unknown_emails() {
    on_both(|app| async move {
        app.person(Role::Partner, "known@test.example").await;
        for (page, action) in [("/signup", "sign_up"), ("/reset", "request_reset")] {
            let mut answers = BTreeSet::new();
            for email in ["known@test.example", "other@test.example"] {
                let all = [("role", "affiliate"), ("name", "Ann"), ("email", email), ("password", NEW_PASSWORD)];
                let fields = if action == "sign_up" { &all[..] } else { &all[2..3] };
                let response = Browser::default().submit(&app, page, action, fields).await;
                assert_eq!(response.status, 303, "{action} {email}");
                answers.insert(visible(&response, email));
            }
            assert_eq!(answers.len(), 1, "{answers:#?}");
        }
        assert_eq!(Browser::default().sign_in(&app, "known@test.example", NEW_PASSWORD).await.status, 401);
        assert_eq!(Browser::default().sign_in(&app, "known@test.example", PASSWORD).await.status, 303);
        let response = Browser::default().sign_in(&app, "other@test.example", NEW_PASSWORD).await;
        assert_eq!((response.status, response.header("location")), (303, Some("/affiliate")));
    })
    .await;
}

async fn set_up(app: &App, browser: &mut Browser, page: &str, token: &str, password: &str) -> Response {
    let fields = [("token", token), ("name", "Boss"), ("email", "boss@test.example"), ("password", password)];
    browser.submit(app, page, "set_up", &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_setup_page_is_there_for_the_printed_token_until_there_is_an_admin() {
    on_both(|app| async move {
        let address = app.service.setup_address().await.unwrap().unwrap();
        let page = address.strip_prefix(app.service.settings().public_url.as_str()).unwrap();
        let token = page.strip_prefix("/setup?token=").unwrap();
        let mut browser = Browser::default();
        for wrong in ["/setup", "/setup?token=", "/setup?token=wrong"] {
            assert_eq!(browser.open(&app, wrong).await.status, 404, "{wrong}");
        }
        assert_eq!(browser.open(&app, page).await.status, 200);
        assert_eq!(set_up(&app, &mut browser, "/setup?token=wrong", "wrong", PASSWORD).await.status, 404);
        assert_eq!(set_up(&app, &mut browser, page, token, "too short").await.status, 422);
        assert!(!app.service.has_users().await.unwrap());

        let response = set_up(&app, &mut browser, page, token, PASSWORD).await;
        assert_eq!((response.status, response.header("location")), (303, Some("/admin")));
        assert!(browser.is_signed_in(&app, "/admin").await);
        assert_eq!(browser.open(&app, page).await.status, 404);
        assert_eq!(set_up(&app, &mut Browser::default(), page, token, PASSWORD).await.status, 404);
        assert_eq!(app.service.setup_address().await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_site_signs_nobody_in_or_out_but_its_links_are_followed() {
    let app = App::spawn(Engine::Sqlite).await;
    let net = app.network().await;
    let (_, token) = app.person(Role::Partner, EMAIL).await;
    let browser = Browser::with_session(&token);
    let sign_in = format!("__action=sign_in&email=ann%40test.example&password={}", PASSWORD.replace(' ', "+"));
    for hostile in [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "null")] {
        let headers = [("Content-Type", FORM), ("Cookie", browser.cookie()), hostile];
        for (page, form) in [("/signin", sign_in.as_str()), ("/partner", "__action=sign_out"), ("/rpc/sign_out", "")] {
            let response = app.request("POST", page, &headers, form.as_bytes()).await;
            assert_eq!((response.status, response.header("set-cookie")), (403, None), "{page} {hostile:?}");
        }
        assert!(browser.is_signed_in(&app, "/partner").await);
        for (page, status) in [("/", 200), ("/partner", 200), (format!("/t/{}", net.slug).as_str(), 302)] {
            assert_eq!(app.request("GET", page, &headers, b"").await.status, status, "{page} {hostile:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_ahead_for_a_moment_has_ended_no_session() {
    on_both(|app| async move {
        let (_, token) = app.person(Role::Partner, EMAIL).await;
        let ahead = ahead(&app, 40 * 24 * 60).await;
        ahead.sign_in(EMAIL, PASSWORD.to_owned(), std::net::IpAddr::from([127, 0, 0, 1])).await.unwrap();
        ahead.close().await;
        app.service.authenticate(&SessionToken::new(token), HERE).await.unwrap();
    })
    .await;
}
