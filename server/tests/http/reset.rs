//! A forgotten password, by the link in a mail.

use std::{net::IpAddr, time::Duration};

use domain::{AppError, ListQuery, Role};
use service::Session;
use testkit::{Mail, Mailbox};

use super::accounts::ahead;
use super::browser::Browser;
use crate::support::{App, Engine, PASSWORD, Response, on_both_with};

const EMAIL: &str = "ann@test.example";
const NEW_PASSWORD: &str = "another good sentence";

/// The oldest mail to somebody.
fn mail(mailbox: &Mailbox, to: &str) -> Mail {
    tokio::task::block_in_place(|| mailbox.take(to))
}

/// Asks for a link.
async fn request(app: &App, email: &str) {
    let response = Browser::default().submit(app, "/reset", "request_reset", &[("email", email)]).await;
    assert_eq!((response.status, response.header("location")), (303, Some("/reset?done=sent")));
}

/// Asks for a link; the token in the mail.
async fn token(app: &App, mailbox: &Mailbox, email: &str) -> String {
    request(app, email).await;
    let address = mail(mailbox, email).address("/reset?");
    let page = address.strip_prefix(app.service.settings().public_url.as_str()).unwrap();
    page.strip_prefix("/reset?token=").unwrap().to_owned()
}

/// Posts the form on the page behind the link.
async fn reset(app: &App, browser: &mut Browser, token: &str, password: &str) -> Response {
    let fields = [("token", token), ("new_password", password)];
    browser.submit(app, &format!("/reset?token={token}"), "reset_password", &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_link_in_the_mail_sets_a_new_password_once() {
    let mailbox = &Mailbox::open();
    on_both_with(
        |settings| settings.smtp_url = Some(mailbox.url()),
        |app| async move {
            let (_, session) = app.person(Role::Partner, EMAIL).await;
            let token = token(&app, mailbox, EMAIL).await;
            assert!(token.len() >= 43, "{token}");
            let mut browser = Browser::default();
            let page = browser.open(&app, &format!("/reset?token={token}")).await;
            assert!(page.status == 200 && page.text().contains(&format!("value=\"{token}\"")), "{}", page.text());
            assert_eq!(page.header("referrer-policy"), Some("same-origin"), "the token is told to no other site");
            assert_eq!(page.header("cache-control"), Some("no-store"));

            assert_eq!(reset(&app, &mut browser, &token, "too short").await.status, 422);
            assert_eq!(reset(&app, &mut browser, "wrong", NEW_PASSWORD).await.status, 400);
            assert!(Browser::with_session(&session).is_signed_in(&app, "/partner").await, "nothing has happened yet");

            let response = reset(&app, &mut browser, &token, NEW_PASSWORD).await;
            assert_eq!((response.status, response.header("location")), (303, Some("/partner")));
            assert!(browser.is_signed_in(&app, "/partner").await);
            assert!(!Browser::with_session(&session).is_signed_in(&app, "/partner").await, "old sessions have ended");

            let mut thief = Browser::default();
            let response = reset(&app, &mut thief, &token, "yet another sentence").await;
            assert!(response.status == 400 && response.text().contains("no longer valid"), "{}", response.text());
            assert_eq!(thief.cookie(), "");
            assert!(browser.is_signed_in(&app, "/partner").await);
            assert_eq!(Browser::default().sign_in(&app, EMAIL, PASSWORD).await.status, 401);
            assert_eq!(Browser::default().sign_in(&app, EMAIL, NEW_PASSWORD).await.status, 303);
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_use_a_link_at_once_one_sets_the_password() {
    let mailbox = &Mailbox::open();
    on_both_with(
        |settings| settings.smtp_url = Some(mailbox.url()),
        |app| async move {
            app.person(Role::Partner, EMAIL).await;
            let token = token(&app, mailbox, EMAIL).await;
            let (mut a, mut b, mut c) = (Browser::default(), Browser::default(), Browser::default());
            let (a, b, c) = tokio::join!(
                reset(&app, &mut a, &token, "the sentence of the first"),
                reset(&app, &mut b, &token, "the sentence of the second"),
                reset(&app, &mut c, &token, "the sentence of the third"),
            );
            let mut statuses = [a.status, b.status, c.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [303, 400, 400]);
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_link_or_a_changed_password_voids_a_link() {
    let mailbox = &Mailbox::open();
    on_both_with(
        |settings| settings.smtp_url = Some(mailbox.url()),
        |app| async move {
            let (_, session) = app.person(Role::Affiliate, EMAIL).await;
            let first = token(&app, mailbox, EMAIL).await;
            let second = token(&app, mailbox, EMAIL).await;
            assert_eq!(reset(&app, &mut Browser::default(), &first, NEW_PASSWORD).await.status, 400);

            let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
            let mut ann = Browser::with_session(&session);
            assert_eq!(ann.submit(&app, "/affiliate/settings", "change_password", &fields).await.status, 303);
            assert_eq!(reset(&app, &mut Browser::default(), &second, "yet another sentence").await.status, 400);
            let third = token(&app, mailbox, EMAIL).await;
            assert_eq!(reset(&app, &mut Browser::default(), &third, "yet another sentence").await.status, 303);
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_works_for_an_hour() {
    let mailbox = &Mailbox::open();
    on_both_with(
        |settings| settings.smtp_url = Some(mailbox.url()),
        |app| async move {
            app.person(Role::Partner, EMAIL).await;
            let token = token(&app, mailbox, EMAIL).await;
            let from = IpAddr::from([127, 0, 0, 1]);
            let late = ahead(&app, 61).await;
            assert_eq!(late.reset_password(&token, NEW_PASSWORD, from).await.unwrap_err(), AppError::LinkExpired);
            late.close().await;
            assert_eq!(Browser::default().sign_in(&app, EMAIL, PASSWORD).await.status, 303, "nothing was changed");
            let in_time = ahead(&app, 59).await;
            in_time.reset_password(&token, NEW_PASSWORD, from).await.unwrap();
            in_time.close().await;
            assert_eq!(Browser::default().sign_in(&app, EMAIL, NEW_PASSWORD).await.status, 303);
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_account_gets_no_link_and_an_older_one_is_void() {
    let mailbox = &Mailbox::open();
    on_both_with(
        |settings| settings.smtp_url = Some(mailbox.url()),
        |app| async move {
            app.person(Role::Partner, EMAIL).await;
            app.person(Role::Partner, "bob@test.example").await;
            let older = token(&app, mailbox, EMAIL).await;
            let (Session::Admin(admin), _) = app.person(Role::Admin, "boss@test.example").await else { unreachable!() };
            let users = app.service.list_users(&admin, &ListQuery::default()).await.unwrap().rows;
            let ann = users.iter().find(|user| user.email == EMAIL).unwrap().id;
            app.service.suspend_user(&admin, ann).await.unwrap();
            assert_eq!(reset(&app, &mut Browser::default(), &older, NEW_PASSWORD).await.status, 400);

            request(&app, EMAIL).await;
            request(&app, "nobody@test.example").await;
            token(&app, mailbox, "bob@test.example").await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(mailbox.count(), 0, "neither a suspended nor an unknown account gets a mail");
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_of_an_email_hears_that_somebody_tried_to_sign_up_with_it() {
    let mailbox = &Mailbox::open();
    let app = App::spawn_with(Engine::Sqlite, |settings| settings.smtp_url = Some(mailbox.url())).await;
    app.person(Role::Partner, EMAIL).await;
    for email in ["new@test.example", EMAIL] {
        let fields = [("role", "partner"), ("name", "Ann"), ("email", email), ("password", NEW_PASSWORD)];
        assert_eq!(Browser::default().submit(&app, "/signup", "sign_up", &fields).await.status, 303);
    }
    let mail = mail(mailbox, EMAIL);
    assert!(mail.body.contains("has one already") && !mail.body.contains(NEW_PASSWORD), "{}", mail.body);
    assert_eq!(mailbox.count(), 0, "who is new gets none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_plain_text_in_utf_8_from_the_site() {
    let mailbox = &Mailbox::open();
    let app = App::spawn_with(Engine::Sqlite, |settings| {
        settings.smtp_url = Some(mailbox.url());
        settings.site_name = "Café Réseau".to_owned();
        settings.public_url = Some("https://network.example".to_owned());
    })
    .await;
    app.person(Role::Partner, EMAIL).await;
    request(&app, EMAIL).await;
    let mail = mail(mailbox, EMAIL);
    assert!(mail.body.contains("Café Réseau") && mail.body.contains("https://network.example/reset?token="));
    let head = mail.head.to_ascii_lowercase();
    for part in ["mime-version: 1.0", "content-type: text/plain; charset=utf-8", "no-reply@network.example", EMAIL] {
        assert!(head.contains(part), "{part} is not in:\n{}", mail.head);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strangers_requests_use_up_their_own_mails_and_not_the_owners() {
    let mailbox = &Mailbox::open();
    let app = App::spawn_with(Engine::Sqlite, |settings| {
        settings.smtp_url = Some(mailbox.url());
        settings.trusted_proxies = "127.0.0.1".parse().unwrap();
    })
    .await;
    app.person(Role::Partner, EMAIL).await;
    let mut last = 0;
    for _ in 0..5 {
        let mut stranger = Browser::at("203.0.113.1");
        let response = stranger.submit(&app, "/reset", "request_reset", &[("email", EMAIL)]).await;
        last = response.status;
    }
    assert_eq!(last, 429);
    let mut owner = Browser::at("198.51.100.1");
    let response = owner.submit(&app, "/reset", "request_reset", &[("email", EMAIL)]).await;
    assert_eq!((response.status, response.header("location")), (303, Some("/reset?done=sent")));
    for _ in 0..4 {
        mail(mailbox, EMAIL);
    }

    // From everywhere at once: the mailbox isn't flooded, nobody is told, and the last link is good.
    let mut tokens = Vec::new();
    for n in 0..20 {
        let mut stranger = Browser::at(&format!("203.0.114.{n}"));
        let response = stranger.submit(&app, "/reset", "request_reset", &[("email", EMAIL)]).await;
        assert_eq!((response.status, response.header("location")), (303, Some("/reset?done=sent")));
    }
    for _ in 0..2 {
        tokens.push(mail(mailbox, EMAIL).address("/reset?token=").split("token=").nth(1).unwrap().to_owned());
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(mailbox.count(), 0, "the others were not sent");
    let mut statuses = Vec::new();
    for token in &tokens {
        statuses.push(reset(&app, &mut Browser::at("198.51.100.1"), token, NEW_PASSWORD).await.status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 400], "mails may overtake each other, but one has the newest link");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_up_leaves_the_same_number_of_links_for_known_and_unknown_emails() {
    let app = App::spawn(Engine::Sqlite).await;
    app.person(Role::Partner, EMAIL).await;
    let mut answers = Vec::new();
    for email in [EMAIL, "new@test.example"] {
        let fields = [("role", "partner"), ("name", "Ann"), ("email", email), ("password", NEW_PASSWORD)];
        let mut statuses = vec![Browser::default().submit(&app, "/signup", "sign_up", &fields).await.status];
        for _ in 0..4 {
            statuses.push(Browser::default().submit(&app, "/reset", "request_reset", &fields[2..3]).await.status);
        }
        answers.push(statuses);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].last(), Some(&429));
}
