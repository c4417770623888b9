//! How large requests may be, how long they may take, and how often people may try.

use std::time::{Duration, Instant};

use domain::Role;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::browser::{Browser, FORM};
use crate::support::{App, Engine, PASSWORD, Response};

/// After so many tries somebody who guesses has to have been stopped.
const MANY: usize = 60;
/// And if it comes from everywhere, after so many.
const MANY_NETWORKS: usize = 1_000;

/// The program behind a proxy that says where requests come from.
async fn behind_a_proxy() -> App {
    App::spawn_with(Engine::Sqlite, |settings| settings.trusted_proxies = "127.0.0.1".parse().unwrap()).await
}

/// A 429 and after how many seconds to come back.
fn retry_after(response: &Response) -> u64 {
    assert_eq!(response.status, 429);
    response.header("retry-after").unwrap().parse().unwrap()
}

/// Guesses at an account until that is refused; says after how many tries, and the refusal.
async fn guess_until_refused(app: &App, email: &str, address: impl Fn(usize) -> String) -> (usize, Response) {
    // Too long to be hashed, so that many tries take little time.
    let attempt = "x".repeat(2_000);
    for tries in 0..MANY_NETWORKS {
        let response = Browser::at(&address(tries)).sign_in(app, email, &attempt).await;
        if response.status != 401 {
            return (tries, response);
        }
    }
    panic!("nobody stops this");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_passwords_from_one_network_are_limited_and_keep_nobody_else_out() {
    let app = behind_a_proxy().await;
    app.person(Role::Partner, "ann@test.example").await;
    app.person(Role::Partner, "bob@test.example").await;
    let stranger = "203.0.113.1";
    let (tries, refused) = guess_until_refused(&app, "Ann@test.example", |_| stranger.to_owned()).await;
    assert!((5..MANY).contains(&tries), "people mistype: stopped after {tries} tries");
    assert!((1..=10).contains(&retry_after(&refused)));
    assert!(refused.text().contains("Too many attempts"), "{}", refused.text());

    let form = format!("email=ann%40test.example&password={}", PASSWORD.replace(' ', "+"));
    let headers = [("Content-Type", FORM), ("X-Forwarded-For", stranger)];
    let response = app.request("POST", "/rpc/sign_in", &headers, form.as_bytes()).await;
    assert!(retry_after(&response) >= 1 && response.header("set-cookie").is_none(), "also for the right password");
    let response = Browser::at("198.51.100.1").sign_in(&app, "ann@test.example", PASSWORD).await;
    assert_eq!(response.status, 303, "the owner is elsewhere");
    let response = Browser::at(stranger).sign_in(&app, "bob@test.example", PASSWORD).await;
    assert_eq!(response.status, 303, "another account isn't affected");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guess_from_many_networks_is_limited_but_not_where_the_owner_signed_in_before() {
    let app = behind_a_proxy().await;
    app.person(Role::Partner, "ann@test.example").await;
    app.person(Role::Partner, "bob@test.example").await;
    let home = "198.51.100.1";
    assert_eq!(Browser::at(home).sign_in(&app, "ann@test.example", PASSWORD).await.status, 303);
    let networks = |n: usize| format!("203.0.{}.{}", 1 + n / 200, 1 + n % 200);
    let (tries, refused) = guess_until_refused(&app, "ann@test.example", networks).await;
    assert!(tries >= 50, "one network is far from that: stopped after {tries} tries");
    assert!((1..=10).contains(&retry_after(&refused)));
    assert_eq!(Browser::at(home).sign_in(&app, "ANN@test.example", PASSWORD).await.status, 303);
    assert_eq!(Browser::at(home).sign_in(&app, "bob@test.example", PASSWORD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_spelling_of_an_email_counts_as_the_same_account() {
    let app = behind_a_proxy().await;
    let spellings = ["ann@münchen.example", "ANN@xn--mnchen-3ya.example", "ann@mu\u{308}nchen.example"];
    let mut tries = 0;
    while Browser::at("203.0.113.1").sign_in(&app, spellings[tries % 3], &"x".repeat(2_000)).await.status == 401 {
        tries += 1;
        assert!(tries < 15, "each has its own limit");
    }
}

/// Tries with another account each time until that is refused; says after how many.
async fn try_until_refused(app: &App, address: &str, page: &str, action: &str) -> usize {
    for tries in 0..MANY {
        let response = try_once(app, address, page, action, tries).await;
        if response.status == 429 {
            assert!((1..=10).contains(&retry_after(&response)));
            return tries;
        }
    }
    panic!("{action} is not limited per address");
}

async fn try_once(app: &App, address: &str, page: &str, action: &str, n: usize) -> Response {
    let (email, token) = (format!("{action}{n}@test.example"), format!("token-{n}"));
    // Too long and too short to be hashed, so that many tries take little time.
    let (attempt, new) = ("x".repeat(2_000), "short");
    let fields: &[(&str, &str)] = match action {
        "sign_in" => &[("email", &email), ("password", &attempt)],
        "sign_up" => &[("role", "partner"), ("name", "Ann"), ("email", &email), ("password", new)],
        "request_reset" => &[("email", &email)],
        _ => &[("token", &token), ("new_password", new)],
    };
    Browser::at(address).submit(app, page, action, fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_in_sign_up_and_reset_are_limited_per_client_address() {
    let app = behind_a_proxy().await;
    for (n, (page, action)) in
        [("/signin", "sign_in"), ("/signup", "sign_up"), ("/reset", "request_reset"), ("/reset", "reset_password")]
            .into_iter()
            .enumerate()
    {
        let tries = try_until_refused(&app, &format!("203.0.113.{n}"), page, action).await;
        assert!(tries >= 10, "an office shares an address: {action} stopped after {tries} tries");
        let response = try_once(&app, &format!("198.51.100.{n}"), page, action, MANY).await;
        assert_ne!(response.status, 429, "{action} from another address");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_one_ipv6_address_has_its_whole_network() {
    let app = behind_a_proxy().await;
    // Every other second one more is let through, which may be at this moment.
    let mut answers = Vec::new();
    for _ in 0..3 {
        try_until_refused(&app, "2001:db8::1", "/reset", "request_reset").await;
        answers.push(try_once(&app, "2001:db8::ffff:1", "/reset", "request_reset", MANY).await.status);
    }
    assert!(answers.contains(&429), "{answers:?}");
    assert_eq!(try_once(&app, "2001:db8:0:1::1", "/reset", "request_reset", MANY).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_over_256_kib_is_413_on_pages_and_server_functions() {
    let app = App::spawn(Engine::Sqlite).await;
    for path in ["/signin", "/rpc/sign_in"] {
        let mut body = b"__action=sign_in&email=nobody%40test.example&password=".to_vec();
        body.resize(256 * 1024, b'x');
        let headers = [("Content-Type", FORM)];
        assert_eq!(app.request("POST", path, &headers, &body).await.status, 401, "{path}: exactly 256 KiB");
        body.push(b'x');
        assert_eq!(app.request("POST", path, &headers, &body).await.status, 413, "{path}");
        let mut chunked = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
            body.len()
        )
        .into_bytes();
        chunked.extend_from_slice(&body);
        chunked.extend_from_slice(b"\r\n0\r\n\r\n");
        assert_eq!(app.send(chunked).await.status, 413, "{path}: whatever a length says");
    }
}

/// Sends this, then one byte a second if it is to drip; says how long the connection lasted and what was answered.
async fn hang(app: &App, start: String, drips: bool) -> (Duration, Response) {
    let (mut reader, mut writer) = TcpStream::connect(app.address).await.unwrap().into_split();
    let began = Instant::now();
    writer.write_all(start.as_bytes()).await.unwrap();
    let drip = async {
        while drips && writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    tokio::select! {
        _ = reader.read_to_end(&mut answer) => {}
        () = drip => {}
        () = tokio::time::sleep(Duration::from_secs(30)) => panic!("still open after 30 s: {start}"),
    }
    (began.elapsed(), Response::parse(&answer))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_and_bodies_have_to_arrive_within_10_s() {
    let app = App::spawn(Engine::Sqlite).await;
    let net = app.network().await;
    let body =
        |head: &str| format!("{head} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\na=");
    let track = format!("GET /t/{}", net.slug);
    let click = app.click(&net.slug).await;
    let whole = format!("POST /api/postback?api_key={}&click_id={click}", net.partner.key);
    let (nothing, byte, slow, page, slow_page, function, postback, whole, unread) = tokio::join!(
        hang(&app, String::new(), false),
        hang(&app, "G".to_owned(), false),
        hang(&app, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ".to_owned(), true),
        hang(&app, body("POST /signin"), false),
        hang(&app, body("POST /signin"), true),
        hang(&app, body("POST /rpc/sign_in"), false),
        hang(&app, body("POST /api/postback"), true),
        hang(&app, body(&whole), true),
        hang(&app, body(&track), false),
    );
    for (name, (lasted, response), status) in [
        ("a connection without a byte", &nothing, 0),
        ("a first byte", &byte, 0),
        ("headers that drip", &slow, 0),
        ("a page's body", &page, 408),
        ("a page's body that drips", &slow_page, 408),
        ("a server function's body", &function, 408),
        ("a postback's body that drips", &postback, 400),
        ("the body of a postback whose query is whole", &whole, 200),
    ] {
        let seconds = lasted.as_secs();
        assert!((9..15).contains(&seconds), "{name} was waited for {seconds} s");
        assert!(response.status == status || (status == 0 && response.status == 408), "{name}: {}", response.status);
    }
    assert_eq!(postback.1.json()["error"], "invalid_body");
    assert_eq!(whole.1.json()["warnings"], serde_json::json!(["body_ignored: late"]));
    assert_eq!(unread.1.status, 302, "the body of a GET is not waited for");
    assert!(unread.0 < Duration::from_secs(9));
}
