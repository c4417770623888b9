//! The matrix of rights: every server function, called as nobody, as each role, and as the right role but the wrong
//! owner. A function that is missing from the table fails the test.

use std::collections::BTreeSet;

use crate::support::{App, Network, on_both};
use domain::{ListQuery, OfferStatus, Role, UserRow, report::ReportQuery};
use service::Session;

/// Who may call a function.
#[derive(Clone, Copy, PartialEq)]
enum May {
    Anybody,
    SignedIn,
    Partner,
    Affiliate,
    Admin,
}

struct Row {
    name: &'static str,
    may: May,
    /// Arguments; `{offer}`, `{application}`, `{affiliate}` and `{user}` are filled in with things of the first partner's.
    body: &'static str,
    /// Whether the arguments name something that has an owner.
    owned: bool,
}

const fn row(name: &'static str, may: May, body: &'static str, owned: bool) -> Row {
    Row { name, may, body, owned }
}

const TABLE: [Row; 59] = [
    row("sign_up", May::Anybody, "role=partner&email=x&name=x&password=x", false),
    row("sign_in", May::Anybody, "email=nobody@test.example&password=wrong", false),
    row("sign_out", May::Anybody, "", false),
    row("request_reset", May::Anybody, "email=nobody@test.example", false),
    row("reset_password", May::Anybody, "token=x&new_password=long+enough+password", false),
    row("check_setup", May::Anybody, "token=x", false),
    row("set_up", May::Anybody, "token=x&email=x@x.example&name=x&password=long+enough+password", false),
    row("change_password", May::SignedIn, "current_password=wrong&new_password=long+enough+password", false),
    row("change_name", May::SignedIn, "name=", false),
    row("find_profile", May::SignedIn, "", false),
    row("read_news", May::SignedIn, "", false),
    row("mark_news_read", May::SignedIn, "", false),
    row("list_sessions", May::SignedIn, "", false),
    row("end_sessions", May::SignedIn, "id=0123456789abcdef", false),
    row("request_email_change", May::SignedIn, "current_password=wrong&email=new@test.example", false),
    row("confirm_email", May::Anybody, "token=x", false),
    row("set_time_zone", May::SignedIn, "time_zone=Nowhere", false),
    row("delete_account", May::SignedIn, "current_password=wrong", false),
    row("save_profile", May::SignedIn, "website=nowhere", false),
    row("choose_columns", May::SignedIn, "list=clicks&all=country", false),
    row("list_clicks", May::SignedIn, "", false),
    row("list_conversions", May::SignedIn, "", false),
    row("read_click", May::SignedIn, "id={click}", true),
    row("read_conversion", May::SignedIn, "id={conversion}", true),
    row("list_activity", May::SignedIn, "", false),
    row("read_report", May::SignedIn, "", false),
    row("save_report", May::SignedIn, "name=", false),
    row("delete_saved_report", May::SignedIn, "id={report}", true),
    row("choose_saved_report", May::SignedIn, "place=pinned&id={report}", true),
    row("list_offers", May::Partner, "", false),
    row("read_partner_screen", May::Partner, "address=range%3D30d", false),
    row("find_offer", May::Partner, "id={offer}", true),
    row("create_offer", May::Partner, "name=&destination=", false),
    row("edit_offer", May::Partner, "id={offer}&name=N&destination=https://shop.example/", true),
    row("change_offer", May::Partner, "id={offer}&action=pause", true),
    row("list_applications", May::Partner, "", false),
    row("decide_application", May::Partner, "id={application}&decision=revoke", true),
    row("list_affiliates", May::Partner, "", false),
    row("read_affiliate", May::Partner, "id={affiliate}", true),
    row("note_affiliate", May::Partner, "id={affiliate}&note=Hm", true),
    row("find_api_key", May::Partner, "", false),
    row("regenerate_api_key", May::Partner, "", false),
    row("list_marketplace", May::Affiliate, "", false),
    row("find_marketplace_offer", May::Affiliate, "id={offer}", false),
    row("withdraw_application", May::Affiliate, "offer={offer}", false),
    row("apply", May::Affiliate, "offer={offer}", false),
    row("read_affiliate_screen", May::Affiliate, "address=range%3D30d", false),
    row("list_links", May::Affiliate, "", false),
    row("read_admin_screen", May::Admin, "address=range%3D30d", false),
    row("list_reviews", May::Admin, "", false),
    row("approve_offer", May::Admin, "id={offer}&seen=1", false),
    row("reject_offer", May::Admin, "id={offer}&seen=1&reason=x", false),
    row("reject_waiting_offers", May::Admin, "partner=par_00000000000000000000000000&reason=x", false),
    row("keep_offer_change", May::Admin, "id={offer}&seen=1", false),
    row("take_back_offer_change", May::Admin, "id={offer}&seen=1&reason=x", false),
    row("list_all_offers", May::Admin, "", false),
    row("find_any_offer", May::Admin, "id={offer}", false),
    row("find_organisation", May::Admin, "id={affiliate}", false),
    row("suspend_user", May::Admin, "id={user}&is_suspended=true", false),
];
/// Lists for admins that stand beside the table only for want of arguments.
const PLAIN_ADMIN: [&str; 2] = ["list_all_links", "list_users"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_server_function_is_in_the_table() {
    let listed: BTreeSet<String> =
        TABLE.iter().map(|row| row.name).chain(PLAIN_ADMIN).map(|name| format!("/rpc/{name}")).collect();
    let registered: BTreeSet<String> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(registered, listed);
}

async fn call(app: &App, name: &str, body: &str, cookie: Option<&str>) -> u16 {
    let cookie = cookie.map(|token| format!("session={token}")).unwrap_or_default();
    let mut headers = vec![
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "application/json"),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    if !cookie.is_empty() {
        headers.push(("Cookie", cookie.as_str()));
    }
    app.request("POST", &format!("/rpc/{name}"), &headers, body.as_bytes()).await.status
}

fn fill(body: &str, network: &Network, user: &str) -> String {
    let body = body.replace("{offer}", &network.offer.to_string()).replace("{user}", user);
    let body = body.replace("{affiliate}", &network.affiliate.affiliate_id().to_string());
    body.replace("{application}", &network.application.to_string())
}

/// A click of the first partner's offer, its conversion, and a report that they keep, in place of their names.
fn fill_own(body: &str, click: &str, conversion: &str, report: &str) -> String {
    body.replace("{click}", click).replace("{conversion}", conversion).replace("{report}", report)
}

/// The first partner's user.
async fn owner(app: &App, network: &Network) -> UserRow {
    let users = app.service.list_users(&network.admin, &ListQuery::default()).await.unwrap().rows;
    users.into_iter().find(|user| user.email == "partner@test.example").unwrap()
}

/// Fails if anything that the table's arguments name is not as [`App::network`] left it.
async fn assert_unchanged(app: &App, network: &Network) {
    assert_eq!(owner(app, network).await.suspended_at, None);
    let offer = app.service.find_offer(&network.partner.session, network.offer).await.unwrap();
    assert_eq!((offer.name.as_str(), offer.status), ("Starter set", OfferStatus::Active));
    let key = app.service.find_api_key(&network.partner.session).await.unwrap();
    assert_eq!(key.expose(), network.partner.key);
    // The link is live only while the application is approved, and nobody is suspended.
    app.click(&network.slug).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_may_do_what_the_table_says_and_nothing_else() {
    on_both(|app| async move {
        let network = app.network().await;
        let user = owner(&app, &network).await.id.to_string();
        let (_, partner) = app.person(Role::Partner, "p@test.example").await;
        let (_, affiliate) = app.person(Role::Affiliate, "a@test.example").await;
        let (_, admin) = app.person(Role::Admin, "ad@test.example").await;
        let plain = PLAIN_ADMIN.iter().map(|name| row(name, May::Admin, "", false)).collect::<Vec<_>>();
        for row in TABLE.iter().chain(&plain).filter(|row| row.may != May::Anybody) {
            let body = fill(row.body, &network, &user);
            assert_eq!(call(&app, row.name, &body, None).await, 401, "{} as nobody", row.name);
            assert_eq!(call(&app, row.name, &body, Some("forged")).await, 401, "{} with a forged session", row.name);
            for (role, cookie) in [(May::Partner, &partner), (May::Affiliate, &affiliate), (May::Admin, &admin)] {
                if row.may == May::SignedIn || row.may == role {
                    continue;
                }
                let status = call(&app, row.name, &body, Some(cookie)).await;
                assert_eq!(status, 404, "{} as the wrong role: not found, never forbidden", row.name);
            }
        }
        assert_unchanged(&app, &network).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_ones_own_is_not_found() {
    on_both(|app| async move {
        let network = app.network().await;
        let user = owner(&app, &network).await.id.to_string();
        let (_, stranger) = app.person(Role::Partner, "stranger@test.example").await;
        let (_, admin) = app.person(Role::Admin, "ad@test.example").await;
        let click = app.click(&network.slug).await;
        let postback = format!("/api/postback?api_key={}&click_id={click}", network.partner.key);
        let conversion = app.get(&postback).await.json()["conversion_id"].as_str().unwrap().to_owned();
        let owner = Session::Partner(network.partner.session.clone());
        app.service.save_report(&owner, "Mine", ReportQuery::default()).await.unwrap();
        let saved = app.service.list_saved_reports(&owner).await.unwrap();
        let report = saved[0].id.to_string();
        for name in ["read_click", "read_conversion"] {
            let body = fill_own(TABLE.iter().find(|row| row.name == name).unwrap().body, &click, &conversion, &report);
            assert_eq!(call(&app, name, &body, Some(&admin)).await, 200, "{name}");
        }
        for row in TABLE.iter().filter(|row| row.owned) {
            let body = fill_own(&fill(row.body, &network, &user), &click, &conversion, &report);
            let status = call(&app, row.name, &body, Some(&stranger)).await;
            assert_eq!(status, 404, "{} of another partner", row.name);
        }
        assert_eq!(app.service.list_saved_reports(&owner).await.unwrap(), saved);
        assert_unchanged(&app, &network).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_suspends_whom_nobody_else_could() {
    on_both(|app| async move {
        let network = app.network().await;
        let user = owner(&app, &network).await;
        let (_, admin) = app.person(Role::Admin, "ad@test.example").await;
        let body = format!("id={}&is_suspended=true", user.id);
        assert_eq!(call(&app, "suspend_user", &body, Some(&admin)).await, 200);
        assert!(owner(&app, &network).await.suspended_at.is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_right_role_is_let_in() {
    on_both(|app| async move {
        let (_, partner) = app.person(Role::Partner, "p@test.example").await;
        let (_, affiliate) = app.person(Role::Affiliate, "a@test.example").await;
        let (_, admin) = app.person(Role::Admin, "ad@test.example").await;
        for (cookie, names) in [
            (
                &partner,
                vec![
                    "read_partner_screen",
                    "read_report",
                    "list_offers",
                    "list_applications",
                    "find_api_key",
                    "list_clicks",
                    "list_conversions",
                ],
            ),
            (
                &affiliate,
                vec![
                    "read_affiliate_screen",
                    "read_report",
                    "list_marketplace",
                    "list_links",
                    "list_clicks",
                    "list_conversions",
                ],
            ),
            (
                &admin,
                vec![
                    "read_admin_screen",
                    "read_report",
                    "list_reviews",
                    "list_all_offers",
                    "list_all_links",
                    "list_users",
                    "list_conversions",
                ],
            ),
        ] {
            for name in names {
                assert_eq!(call(&app, name, "", Some(cookie)).await, 200, "{name}");
            }
        }
        assert_eq!(call(&app, "create_offer", "name=&destination=", Some(&partner)).await, 422);
        assert_eq!(call(&app, "sign_in", "email=nobody@test.example&password=wrong", None).await, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_from_another_site_change_nothing() {
    let app = App::spawn(crate::support::Engine::Sqlite).await;
    let (_, cookie) = app.person(Role::Partner, "p@test.example").await;
    let cookie = format!("session={cookie}");
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    for (path, body) in [("/rpc/regenerate_api_key", ""), ("/partner/settings", "__action=regenerate_api_key")] {
        for hostile in [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")] {
            let headers = [form, ("Cookie", cookie.as_str()), hostile];
            assert_eq!(app.request("POST", path, &headers, body.as_bytes()).await.status, 403, "{path} {hostile:?}");
        }
        let silent = [form, ("Cookie", cookie.as_str()), ("Origin", ""), ("Sec-Fetch-Site", "")];
        for silent in [&silent[..2], &silent[..]] {
            let status = app.request("POST", path, silent, body.as_bytes()).await.status;
            assert_eq!(status, 403, "{path}: a session, and no word of where it comes from");
        }
        let headers = [form, ("Cookie", cookie.as_str()), ("Sec-Fetch-Site", "same-origin")];
        assert!(app.request("POST", path, &headers, body.as_bytes()).await.status < 400, "{path}");
    }
}
