//! The event stream of an open page: what it tells, when it ends, and how many there may be.

use std::time::Duration;

use domain::{ApplicationDecision, ListQuery, OfferAction, Role};
use service::Session;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::browser::Browser;
use crate::support::{App, Engine, PASSWORD, on_both};

/// What happens at once on one server; the machine may be busy.
const AT_ONCE: Duration = Duration::from_secs(3);

/// An open stream, and what it has told.
struct Stream {
    connection: TcpStream,
    text: String,
}

impl Stream {
    /// One of which nobody knows what its page has missed: it tells at once.
    async fn open(app: &App, token: &str) -> Self {
        let mut stream = Self::open_at(app, token, "/events").await;
        assert!(stream.tells("event: change", AT_ONCE).await, "the first event: {}", stream.text);
        stream.text.clear();
        stream
    }

    /// One of a page that was made from a version.
    async fn open_since(app: &App, token: &str, version: &str) -> Self {
        Self::open_at(app, token, &format!("/events?since={version}")).await
    }

    async fn open_at(app: &App, token: &str, address: &str) -> Self {
        let mut connection = TcpStream::connect(app.address).await.unwrap();
        let head = format!("GET {address} HTTP/1.1\r\nHost: {}\r\nCookie: session={token}\r\n\r\n", app.address);
        connection.write_all(head.as_bytes()).await.unwrap();
        Self { connection, text: String::new() }
    }

    /// Whether it tells this within the time.
    async fn tells(&mut self, wanted: &str, patience: Duration) -> bool {
        let reading = async {
            while !self.text.contains(wanted) {
                let mut bytes = [0; 4096];
                match self.connection.read(&mut bytes).await {
                    Ok(read) if read > 0 => self.text.push_str(&String::from_utf8_lossy(&bytes[..read])),
                    _ => return false,
                }
            }
            true
        };
        timeout(patience, reading).await.unwrap_or(false)
    }

    /// Whether it ends within the time.
    async fn ends(&mut self, patience: Duration) -> bool {
        // The last chunk of a body.
        self.tells("\r\n0\r\n\r\n", patience).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_there_is_a_stream_can_be_asked() {
    let app = App::spawn(Engine::Sqlite).await;
    let (_, token) = app.person(Role::Partner, "ann@test.example").await;
    let cookie = format!("session={token}");
    for (cookie, status) in [(cookie.as_str(), 200), ("session=forged", 401), ("x=y", 401)] {
        let response = app.request("HEAD", "/events", &[("Cookie", cookie)], b"").await;
        assert_eq!(response.status, status, "{cookie}");
    }
    assert_eq!(app.get("/events").await.status, 401);
}

async fn count_in_metrics(app: &App) -> Option<String> {
    let metrics = app.service.write_metrics().await;
    metrics.lines().find_map(|line| line.strip_prefix("something_event_streams ")).map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_count_the_streams_that_are_open() {
    let app = App::spawn(Engine::Sqlite).await;
    let (_, partner) = app.person(Role::Partner, "partner@test.example").await;
    let (_, affiliate) = app.person(Role::Affiliate, "affiliate@test.example").await;
    let first = Stream::open(&app, &partner).await;
    let _others = [Stream::open(&app, &partner).await, Stream::open(&app, &affiliate).await];
    assert_eq!(count_in_metrics(&app).await.as_deref(), Some("3"));
    drop(first);
    let closed = async {
        while count_in_metrics(&app).await.as_deref() != Some("2") {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(AT_ONCE, closed).await.expect("a closed stream is not counted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_has_a_handful_of_streams_and_the_newest_wins() {
    let app = App::spawn(Engine::Sqlite).await;
    let (_, token) = app.person(Role::Partner, "ann@test.example").await;
    let (_, other) = app.person(Role::Partner, "bob@test.example").await;
    let mut others = Stream::open(&app, &other).await;
    let mut open = Vec::new();
    for _ in 0..9 {
        open.push(Stream::open(&app, &token).await);
    }
    for (number, stream) in open.iter_mut().enumerate() {
        let is_old = number < 3;
        let patience = if is_old { AT_ONCE } else { Duration::from_millis(100) };
        assert_eq!(stream.ends(patience).await, is_old, "{number}: {}", stream.text);
        assert_eq!(stream.text.contains("event: replaced"), is_old, "{number}: {}", stream.text);
    }
    assert!(!others.ends(Duration::from_millis(100)).await);
    drop(open);
    let mut one = Stream::open(&app, &token).await;
    assert!(!one.ends(Duration::from_millis(100)).await, "{}", one.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_at_once_with_its_session() {
    on_both(|app| async move {
        let (_, left) = app.person(Role::Partner, "left@test.example").await;
        let (_, changed) = app.person(Role::Partner, "changed@test.example").await;
        let (_, suspended) = app.person(Role::Affiliate, "suspended@test.example").await;
        let (Session::Admin(admin), stays) = app.person(Role::Admin, "boss@test.example").await else { unreachable!() };
        let mut streams = Vec::new();
        for token in [&left, &changed, &suspended, &stays] {
            streams.push(Stream::open(&app, token).await);
        }
        Browser::with_session(&left).submit(&app, "/partner", "sign_out", &[]).await;
        let fields = [("current_password", PASSWORD), ("new_password", "another good sentence")];
        Browser::with_session(&changed).submit(&app, "/partner/settings", "change_password", &fields).await;
        let users = app.service.list_users(&admin, &ListQuery::default()).await.unwrap().rows;
        let id = users.iter().find(|user| user.email == "suspended@test.example").unwrap().id;
        app.service.suspend_user(&admin, id).await.unwrap();
        for stream in &mut streams[..3] {
            assert!(stream.ends(AT_ONCE).await && stream.text.contains("event: signed_out"), "{}", stream.text);
        }
        assert!(!streams[3].ends(Duration::from_millis(100)).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ends_on_another_server_ends_its_streams_within_seconds() {
    let Some(app) = App::try_spawn(Engine::Postgres, |_| ()).await else { return };
    let beside = app.beside().await;
    let (_, token) = app.person(Role::Partner, "ann@test.example").await;
    let mut stream = Stream::open(&app, &token).await;
    Browser::with_session(&token).submit(&beside, "/partner", "sign_out", &[]).await;
    assert!(stream.ends(Duration::from_secs(6)).await && stream.text.contains("event: signed_out"), "{}", stream.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_stream_of_a_person_tells_of_a_click_and_no_one_elses_does() {
    on_both(|app| async move {
        let net = app.network().await;
        let sign_in = |email: &'static str| app.service.sign_in(email, PASSWORD.to_owned(), [127, 0, 0, 1].into());
        let (mut told, mut untold) = (Vec::new(), Vec::new());
        for email in ["partner@test.example", "affiliate@test.example", "admin@test.example"] {
            let token = sign_in(email).await.unwrap().token;
            for _ in 0..2 {
                told.push(Stream::open(&app, token.expose()).await);
            }
        }
        let token = sign_in("other@test.example").await.unwrap().token;
        untold.push(Stream::open(&app, token.expose()).await);
        // Streams of a shared database tell once more when they have looked for the first time.
        for stream in told.iter_mut().chain(&mut untold) {
            let _ = stream.tells("event: change", Duration::from_millis(300)).await;
            stream.text.clear();
        }
        app.click(&net.slug).await;
        for stream in &mut told {
            assert!(stream.tells("event: change", AT_ONCE).await, "{}", stream.text);
        }
        for stream in &mut untold {
            assert!(!stream.tells("event: change", Duration::from_millis(500)).await, "{}", stream.text);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_tell_of_applications_decisions_and_reviews_to_those_whom_they_concern() {
    on_both(|app| async move {
        let net = app.network().await;
        let sign_in = |email: &'static str| app.service.sign_in(email, PASSWORD.to_owned(), [127, 0, 0, 1].into());
        let mut streams = Vec::new();
        for email in ["partner@test.example", "affiliate@test.example", "admin@test.example", "other@test.example"] {
            let token = sign_in(email).await.unwrap().token;
            streams.push(Stream::open(&app, token.expose()).await);
        }
        for revoked_or_approved in [ApplicationDecision::Revoke, ApplicationDecision::Approve] {
            // Streams of a shared database tell once more when they have looked for the first time.
            for stream in &mut streams {
                let _ = stream.tells("event: change", Duration::from_millis(300)).await;
                stream.text.clear();
            }
            app.service
                .decide_application(&net.partner.session, net.application, revoked_or_approved, "")
                .await
                .unwrap();
            let [partner, affiliate, admin, other] = &mut streams[..] else { unreachable!() };
            for stream in [partner, affiliate, admin] {
                assert!(stream.tells("event: change", AT_ONCE).await, "{}", stream.text);
            }
            assert!(!other.tells("event: change", Duration::from_millis(500)).await, "{}", other.text);
        }
        for stream in &mut streams {
            stream.text.clear();
        }
        app.service.change_offer(&net.partner.session, net.offer, OfferAction::Pause).await.unwrap();
        let [partner, _, admin, other] = &mut streams[..] else { unreachable!() };
        for stream in [partner, admin] {
            assert!(stream.tells("event: change", AT_ONCE).await, "{}", stream.text);
        }
        assert!(!other.tells("event: change", Duration::from_millis(500)).await, "{}", other.text);
    })
    .await;
}

/// The version from which a page was made, as its script hands it to the stream.
async fn version_of_page(app: &App, token: &str, page: &str) -> String {
    let html = Browser::with_session(token).open(app, page).await.text().replace('\\', "");
    let (_, rest) = html.split_once("\"version\":\"").unwrap_or_else(|| panic!("{page} has no version: {html}"));
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_begins_where_its_page_was_made() {
    on_both(|app| async move {
        let net = app.network().await;
        for (email, page) in [
            ("partner@test.example", "/partner/clicks"),
            ("affiliate@test.example", "/affiliate"),
            ("admin@test.example", "/admin/offers"),
        ] {
            let signed_in = app.service.sign_in(email, PASSWORD.to_owned(), [127, 0, 0, 1].into()).await.unwrap();
            let token = signed_in.token.expose();
            // What was done a moment ago may still be told.
            tokio::time::sleep(Duration::from_secs(1)).await;
            let version = version_of_page(&app, token, page).await;
            let mut fresh = Stream::open_since(&app, token, &version).await;
            let quiet = Duration::from_millis(1_500);
            assert!(!fresh.tells("event: change", quiet).await, "{email}: nothing has happened: {}", fresh.text);
            app.click(&net.slug).await;
            assert!(fresh.tells("event: change", AT_ONCE).await, "{email}: {}", fresh.text);
            // What happened between the page and its stream.
            let mut late = Stream::open_since(&app, token, &version).await;
            assert!(late.tells("event: change", AT_ONCE).await, "{email}: {}", late.text);
        }
    })
    .await;
}
