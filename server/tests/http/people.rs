//! Who somebody is: names, emails and passwords however they are typed, and what only their owner gets to see.

use std::net::IpAddr;

use domain::{AppError, Email, KeyScopes, ListQuery, Organisation, PersonName, Role};
use service::{Clock, Session, SignUp};
use store::{
    organisations::api_keys::{StoredKey, replace_key},
    sign_in::users::{self, NewUser},
};

use super::browser::Browser;
use crate::support::{App, Engine, HERE, PASSWORD, Response, on_both};

const EMAIL: &str = "ann@test.example";
const OTHER_PASSWORD: &str = "another good sentence";

async fn sign_up(app: &App, email: &str, name: &str, password: &str) -> Response {
    let fields = [("role", "partner"), ("email", email), ("name", name), ("password", password)];
    Browser::default().submit(app, "/signup", "sign_up", &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_is_one_account_however_its_address_is_typed() {
    on_both(|app| async move {
        assert_eq!(sign_up(&app, "user@M\u{fc}nchen.example", "Ann", PASSWORD).await.status, 303);
        // Taken, and nobody is told.
        assert_eq!(sign_up(&app, "user@xn--mnchen-3ya.example", "Bob", OTHER_PASSWORD).await.status, 303);
        for typed in ["user@m\u{fc}nchen.example", "USER@xn--mnchen-3ya.example", "user@mu\u{308}nchen.example"] {
            let response = Browser::default().sign_in(&app, typed, PASSWORD).await;
            assert_eq!((response.status, response.header("location")), (303, Some("/partner")), "{typed}");
            assert_eq!(Browser::default().sign_in(&app, typed, OTHER_PASSWORD).await.status, 401, "{typed}");
        }
    })
    .await;
}

/// An account as it was stored before emails had one spelling, with everybody's password.
async fn add_older_account(app: &App, stored: &Email) {
    app.person(Role::Partner, EMAIL).await;
    let (db, clock) = (store::Db::open(&app.database.url).await.unwrap(), Clock::default());
    let mut conn = db.begin().await.unwrap();
    let ann = users::find_credentials_by_email(&mut conn, &Email::parse(EMAIL).unwrap()).await.unwrap().unwrap();
    let (id, name, now) = (clock.new_id(), PersonName::parse("Older").unwrap(), clock.now());
    let older = NewUser { id, email: stored, name: &name, password_hash: &ann.password_hash, is_admin: true };
    users::insert_user(&mut conn, older, now).await.unwrap();
    conn.commit().await.unwrap();
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_account_signs_in_with_the_address_as_it_was_stored() {
    for typed in ["user@m\u{fc}nchen.example", "a..b@test.example", "jose\u{301}@test.example"] {
        let app = App::spawn(Engine::Sqlite).await;
        add_older_account(&app, &Email::spellings(typed)[0]).await;
        let response = sign_up(&app, typed, "Twin", OTHER_PASSWORD).await;
        assert!([303, 422].contains(&response.status), "{typed}");
        assert_eq!(Browser::default().sign_in(&app, typed, OTHER_PASSWORD).await.status, 401, "{typed}");
        let response = Browser::default().sign_in(&app, &typed.to_uppercase(), PASSWORD).await;
        assert_eq!((response.status, response.header("location")), (303, Some("/admin")), "{typed}");
        let response = Browser::default().submit(&app, "/reset", "request_reset", &[("email", typed)]).await;
        assert_eq!(response.status, 303, "{typed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_and_emails_that_look_like_others_are_refused_with_a_reason() {
    let app = App::spawn(Engine::Sqlite).await;
    let names = [
        "\u{200b}",
        "\u{2800}",
        "\u{3164}\u{ad}",
        "An\u{200d}n",
        "Ann\u{202e}",
        "\u{2066}Ann",
        "Ann\nLee",
        "Ann\u{2028}Lee",
    ];
    for name in names {
        let response = sign_up(&app, "a@test.example", name, PASSWORD).await;
        let text = response.text();
        let is_said = ["can be seen", "be seen (U+", "line break"].iter().any(|reason| text.contains(reason));
        assert!(response.status == 422 && is_said, "{name:?}: {} {text}", response.status);
    }
    for email in [
        "ad\u{200d}min@test.example",
        "admin@te\u{ad}st.example",
        ".a@test.example",
        "a..b@test.example",
        "a@127.0.0.1",
    ] {
        assert_eq!(sign_up(&app, email, "Ann", PASSWORD).await.status, 422, "{email:?}");
    }
    assert!(!app.service.has_users().await.unwrap());
    let (hebrew, persian) = ("\u{5d0}\u{5d1}", "\u{645}\u{6cc}\u{200c}\u{62e}");
    assert_eq!(sign_up(&app, "b@test.example", &format!("{hebrew} & {persian}"), PASSWORD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_the_same_from_every_keyboard() {
    let app = App::spawn(Engine::Sqlite).await;
    let (composed, decomposed) = ("cr\u{e8}me br\u{fb}l\u{e9}e", "cre\u{300}me bru\u{302}le\u{301}e");
    for (email, chosen) in [("a@test.example", composed), ("b@test.example", decomposed)] {
        assert_eq!(sign_up(&app, email, "Ann", chosen).await.status, 303);
        for typed in [composed, decomposed] {
            assert_eq!(Browser::default().sign_in(&app, email, typed).await.status, 303, "{chosen:?} {typed:?}");
        }
        assert_eq!(Browser::default().sign_in(&app, email, "creme brulee").await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn next_accepts_only_pages_of_this_site() {
    let app = App::spawn(Engine::Sqlite).await;
    let net = app.network().await;
    app.person(Role::Partner, EMAIL).await;
    let link = format!("/t/{}", net.slug);
    for (next, location) in [
        ("/partner/offers?page=2", "/partner/offers?page=2"),
        ("/docs/tracking", "/docs/tracking"),
        (link.as_str(), "/partner"),
        ("/partner/../t/x", "/partner"),
        ("/rpc/sign_out", "/partner"),
        ("/api/postback", "/partner"),
        ("/events", "/partner"),
        ("//evil.example", "/partner"),
    ] {
        let fields = [("email", EMAIL), ("password", PASSWORD), ("next", next)];
        let response = Browser::default().submit(&app, "/signin", "sign_in", &fields).await;
        assert_eq!((response.status, response.header("location")), (303, Some(location)), "{next}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_changes_name_and_password() {
    let app = App::spawn(Engine::Sqlite).await;
    let (_, token) = app.person(Role::Admin, EMAIL).await;
    let mut boss = Browser::with_session(&token);
    assert!(boss.open(&app, "/admin").await.text().contains("href=\"/admin/settings\""));
    let page = boss.open(&app, "/admin/settings").await;
    assert!(page.status == 200 && page.text().contains("New password"), "{}", page.text());

    assert_eq!(boss.submit(&app, "/admin/settings", "change_name", &[("name", "The boss")]).await.status, 303);
    assert!(boss.open(&app, "/admin/settings").await.text().contains("The boss"));
    let fields = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
    let response = boss.submit(&app, "/admin/settings", "change_password", &fields).await;
    let location = response.header("location").unwrap();
    assert_eq!((response.status, location), (303, "/admin/settings?done=password"));
    let page = boss.open(&app, location).await;
    assert!(page.status == 200 && page.text().contains("Your password is changed"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_is_on_a_page_only_once_it_is_asked_for() {
    let app = App::spawn(Engine::Sqlite).await;
    let (Session::Partner(session), token) = app.person(Role::Partner, EMAIL).await else { unreachable!() };
    let key = app.service.find_api_key(&session).await.unwrap();
    let partner = Browser::with_session(&token);
    for page in ["/partner", "/partner/settings", "/partner/settings?done=key", "/docs/tracking"] {
        let response = partner.open(&app, page).await;
        assert!(response.status == 200 && !response.text().contains(key.expose()), "{page}");
    }
    let page = partner.open(&app, "/partner/settings").await.text();
    assert!(page.contains("href=\"/partner/settings?key=shown#api\""), "without scripts a link reveals it: {page}");
    let page = partner.open(&app, "/partner/settings?key=shown").await.text();
    assert!(page.contains(&format!("value=\"{}\"", key.expose())), "{page}");
    assert!(page.contains(&format!("api_key={}&amp;click_id=", key.expose())), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_whose_key_cannot_be_unsealed_is_told_the_way_out() {
    let app = App::spawn(Engine::Sqlite).await;
    let (Session::Partner(session), token) = app.person(Role::Partner, EMAIL).await else { unreachable!() };
    let db = store::Db::open(&app.database.url).await.unwrap();
    let mut conn = db.begin().await.unwrap();
    let (clock, scopes) = (Clock::default(), KeyScopes::of_partner());
    let (name, sealed) = ("Default".to_owned(), vec![7; 64]);
    let lost = StoredKey { id: clock.new_id(), name, scopes, hash: [7; 32], sealed };
    let owner = Organisation::Partner(session.partner_id());
    replace_key(&mut conn, owner, &lost, clock.now()).await.unwrap();
    conn.commit().await.unwrap();
    db.close().await;
    assert_eq!(app.service.find_api_key(&session).await.err(), Some(AppError::KeyUnreadable));

    let mut partner = Browser::with_session(&token);
    let page = partner.open(&app, "/partner/settings?key=shown").await.text();
    assert!(!page.contains("The database"), "{page}");
    for part in ["Ask the operator of this site", "Regenerate key", "New password"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert_eq!(partner.submit(&app, "/partner/settings", "regenerate_api_key", &[]).await.status, 303);
    let page = partner.open(&app, "/partner/settings?key=shown").await;
    assert!(page.status == 200 && page.text().contains("value=\"sp_live_"), "{}", page.text());
}

/// Makes the first admin with a printed address.
async fn make_admin(app: &App, address: &str, email: &str) -> Result<Session, AppError> {
    let token = address.split("token=").nth(1).unwrap();
    let password = PASSWORD.to_owned();
    let sign_up = SignUp { role: Role::Admin, email: email.to_owned(), name: "Boss".to_owned(), password };
    let signed_in = app.service.set_up(token, sign_up, IpAddr::from([127, 0, 0, 1])).await?;
    Ok(app.service.authenticate(&signed_in.token, HERE).await?.0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_who_set_up_at_once_one_is_the_admin() {
    on_both(|app| async move {
        let mut printed = Vec::new();
        for _ in 0..4 {
            printed.push(app.service.setup_address().await.unwrap().unwrap());
            // Which was printed last is told by the clock.
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let oldest = make_admin(&app, &printed[0], "oldest@test.example").await;
        assert_eq!(oldest.err(), Some(AppError::NotFound), "three are good at a time");
        let (a, b, c) = tokio::join!(
            make_admin(&app, &printed[1], "a@test.example"),
            make_admin(&app, &printed[2], "b@test.example"),
            make_admin(&app, &printed[3], "c@test.example"),
        );
        let (made, refused): (Vec<_>, Vec<_>) = [a, b, c].into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refused.len()), (1, 2));
        assert!(refused.into_iter().all(|refused| refused.err() == Some(AppError::NotFound)));
        let Some(Ok(Session::Admin(admin))) = made.into_iter().next() else { unreachable!() };
        assert_eq!(app.service.list_users(&admin, &ListQuery::default()).await.unwrap().rows.len(), 1);
        for address in &printed {
            let token = address.split("token=").nth(1).unwrap();
            assert_eq!(app.service.check_setup(token).await.unwrap_err(), AppError::NotFound);
        }
    })
    .await;
}
