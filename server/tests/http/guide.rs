//! The guide says what the program does.

use std::collections::BTreeSet;

use domain::{AnswerCode, AppError, Role, WarningCode};

use super::browser::Browser;
use super::{UNKNOWN_CLICK, answer, recorded, warnings};
use crate::support::{App, Engine};

/// The words of the guide as people read them.
async fn words(app: &App) -> Vec<String> {
    let page = app.get("/docs/tracking").await;
    assert_eq!(page.status, 200);
    let html = page.text();
    let article = html.split("<article").nth(1).unwrap().split("</article>").next().unwrap();
    let texts = article.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    texts.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

/// Whether a table has a row that begins with this status and this code.
fn has_row(words: &[String], status: u16, code: &str) -> bool {
    words.windows(2).any(|pair| pair[0] == status.to_string() && pair[1] == code)
}

/// Whether a warning is explained, with or without a parameter behind it.
fn has_warning(words: &[String], name: &str) -> bool {
    words.iter().any(|word| word.trim_end_matches(':') == name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_has_every_code_and_every_warning() {
    let app = App::spawn(Engine::Sqlite).await;
    let words = words(&app).await;
    for code in AnswerCode::ALL {
        assert!(has_row(&words, code.http_status(), code.as_str()), "{code:?} is not in the guide");
    }
    for refusal in AppError::one_of_each() {
        assert!(has_row(&words, refusal.http_status(), refusal.code()), "{refusal:?} is not in the guide");
    }
    for warning in WarningCode::ALL {
        assert!(has_warning(&words, warning.as_str()), "{warning:?} is not in the guide");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_has_what_the_postback_is_seen_to_refuse() {
    let app = App::spawn(Engine::Sqlite).await;
    let words = words(&app).await;
    let net = app.network().await;
    let whole = format!("api_key={}&click_id={}", net.partner.key, app.click(&net.slug).await);
    let large = "x".repeat(20 * 1024);
    let mut seen = BTreeSet::new();
    for (method, query, body) in [
        ("GET", String::new(), ""),
        ("GET", "api_key=wrong".to_owned(), ""),
        ("GET", format!("api_key={}", net.partner.key), ""),
        ("GET", format!("api_key={}&click_id={UNKNOWN_CLICK}", net.partner.key), ""),
        ("GET", format!("{whole}&status=a%00b"), ""),
        ("GET", format!("{whole}&amount=x"), ""),
        ("GET", format!("{whole}&commission=x"), ""),
        ("GET", format!("{whole}&currency=1"), ""),
        ("GET", format!("{whole}&txn=a%00b"), ""),
        ("GET", format!("{whole}&txn={}", "x".repeat(9_000)), ""),
        ("PUT", whole.clone(), ""),
        ("POST", String::new(), "{\"click_id\":"),
        ("POST", String::new(), large.as_str()),
    ] {
        let target = format!("/api/postback?{query}");
        let (status, json) = answer(&app.request(method, &target, &[], body.as_bytes()).await);
        let code = json["error"].as_str().unwrap().to_owned();
        assert!(has_row(&words, status, &code), "{status} {code} is not in the guide");
        seen.insert(code);
    }
    assert_eq!(seen.len(), 13, "each is another one: {seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_has_what_the_postback_is_seen_to_warn_of() {
    let app = App::spawn(Engine::Sqlite).await;
    let words = words(&app).await;
    let net = app.network().await;
    let whole = format!("api_key={}&click_id={}", net.partner.key, app.click(&net.slug).await);
    let mut seen = BTreeSet::new();
    for (n, odd) in [
        "amount=1&amount=2",
        "order_id=another",
        "amount=5%C2%A4cy=EUR",
        "amp;amount=5",
        "status=completed",
        "status=%7Bstatus%7D",
        "currency=undefined",
    ]
    .into_iter()
    .enumerate()
    {
        seen.extend(warnings(&recorded(&app, &format!("{whole}&txn={n}&{odd}")).await));
    }
    seen.extend(warnings(&recorded(&app, &format!("{whole}&txn=0&status=pending")).await));
    assert!(seen.len() >= 4, "{seen:?}");
    for warning in seen {
        let name = warning.split(':').next().unwrap();
        assert!(has_warning(&words, name), "{warning} is not in the guide");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_prints_the_mangled_currency() {
    let app = App::spawn(Engine::Sqlite).await;
    let (_, token) = app.person(Role::Partner, "ann@test.example").await;
    let (visitor, partner) = (Browser::default(), Browser::with_session(&token));
    let public = ["/", "/docs/tracking", "/signin", "/signup", "/reset", "/nowhere", "/postback", "/t/0000000000"];
    let own = ["/docs/tracking?key=shown", "/partner", "/partner/settings", "/partner/offers/new"];
    let all = public.iter().map(|page| (&visitor, page)).chain(own.iter().map(|page| (&partner, page)));
    for (browser, page) in all {
        let response = browser.open(&app, page).await;
        assert!(matches!(response.status, 200 | 404), "{page}: {}", response.status);
        let html = response.text().to_ascii_lowercase();
        // A browser makes the sign of each of these.
        for sign in ["¤", "&curren", "&#164;", "&#xa4;"] {
            assert!(!html.contains(sign), "{page} has {sign}");
        }
    }
}
