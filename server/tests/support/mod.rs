//! What the tests of the whole program share: the program on a free port, a small network in it, and plain sockets.

pub mod running;

use std::{
    future::Future,
    future::ready,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{ApplicationDecision, ApplicationId, ListQuery, OfferId, OfferInput, Role};
use futures::FutureExt as _;
use server::{config::Settings, startup::Application, telemetry::LogFormat};
use service::{AdminSession, AffiliateSession, Operator, PartnerSession, Service, Session, SignUp};
pub use testkit::Engine;
use testkit::TestDatabase;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
};

/// The password of everybody in the tests.
pub const PASSWORD: &str = "correct horse battery";
/// Where everybody is.
pub const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// The real program on a free port; dropped, it stops.
pub struct App {
    pub address: SocketAddr,
    pub service: Service,
    pub database: Arc<TestDatabase>,
    stop: Option<oneshot::Sender<()>>,
    /// Other servers on the same database: requests go round.
    others: Vec<App>,
    turn: AtomicUsize,
}

impl Drop for App {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

/// Runs a test on SQLite, then on PostgreSQL.
pub async fn on_both<F, Fut>(test: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = ()>,
{
    on_both_with(|_| (), test).await;
}

/// Runs a test on both, with other settings.
pub async fn on_both_with<F, Fut>(change: impl Fn(&mut Settings), test: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = ()>,
{
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if let Some(app) = App::try_spawn(engine, &change).await {
            println!("on {engine:?}");
            test(app).await;
        }
    }
}

/// Runs a test on SQLite, then on three servers on one PostgreSQL, of which each request meets the next.
pub async fn on_all<F, Fut>(test: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = ()>,
{
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(mut app) = App::try_spawn(engine, |_| ()).await else { continue };
        if engine == Engine::Postgres {
            app.others = vec![app.beside().await, app.beside().await];
        }
        println!("on {engine:?}");
        test(app).await;
    }
}

pub struct Partner {
    pub session: PartnerSession,
    pub key: String,
}

/// One approved offer with one approved application, and a second partner without offers.
pub struct Network {
    pub partner: Partner,
    pub other: Partner,
    pub affiliate: AffiliateSession,
    pub admin: AdminSession,
    pub offer: OfferId,
    pub application: ApplicationId,
    pub slug: String,
}

impl App {
    pub async fn spawn(engine: Engine) -> Self {
        Self::spawn_with(engine, |_| ()).await
    }

    /// With other settings.
    pub async fn spawn_with(engine: Engine, change: impl FnOnce(&mut Settings)) -> Self {
        Self::try_spawn(engine, change).await.expect("PostgreSQL is left out")
    }

    /// Nothing where PostgreSQL is left out.
    pub async fn try_spawn(engine: Engine, change: impl FnOnce(&mut Settings)) -> Option<Self> {
        let database = TestDatabase::create(engine).await?;
        Some(Self::start(Arc::new(database), change).await)
    }

    /// Another server on the same database, as when one machine is outgrown.
    pub async fn beside(&self) -> Self {
        let site = self.service.settings().public_url.clone();
        Self::start(Arc::clone(&self.database), |settings| settings.public_url = Some(site)).await
    }

    /// Where the next request goes.
    pub fn next_address(&self) -> SocketAddr {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % (self.others.len() + 1);
        turn.checked_sub(1).map_or(self.address, |other| self.others[other].address)
    }

    async fn start(database: Arc<TestDatabase>, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            listen_addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            database_url: database.url.clone(),
            migrate: true,
            public_url: None,
            tracking_url: None,
            site_name: "Something Project".to_owned(),
            secret_key_file: database.folder.path().join("secret.key"),
            trusted_proxies: "127.0.0.2".parse().unwrap(),
            smtp_url: None,
            metrics_addr: None,
            log_format: LogFormat::Text,
            drain: Duration::ZERO,
            geoip_file: None,
            retention_days: None,
        };
        change(&mut settings);
        let application = Application::build(&settings).await.unwrap();
        let (address, service) = (application.address(), application.service().clone());
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(application.run_until(stopped.map(|_| ready(()))));
        Self { address, service, database, stop: Some(stop), others: Vec::new(), turn: AtomicUsize::new(0) }
    }

    /// Makes an account and returns its session and cookie.
    pub async fn person(&self, role: Role, email: &str) -> (Session, String) {
        let sign_up = SignUp { role, email: email.to_owned(), name: email.to_owned(), password: PASSWORD.to_owned() };
        self.service.add_account(&Operator::of_this_machine(), &sign_up).await.unwrap();
        let signed_in = self.service.sign_in(email, PASSWORD.to_owned(), HERE).await.unwrap();
        let (session, _) = self.service.authenticate(&signed_in.token, HERE).await.unwrap();
        (session, signed_in.token.expose().to_owned())
    }

    pub async fn partner(&self, email: &str) -> Partner {
        let (Session::Partner(session), _) = self.person(Role::Partner, email).await else { unreachable!() };
        let key = self.service.find_api_key(&session).await.unwrap().expose().to_owned();
        Partner { session, key }
    }

    pub async fn network(&self) -> Network {
        let (Session::Admin(admin), _) = self.person(Role::Admin, "admin@test.example").await else { unreachable!() };
        let (Session::Affiliate(affiliate), _) = self.person(Role::Affiliate, "affiliate@test.example").await else {
            unreachable!()
        };
        let partner = self.partner("partner@test.example").await;
        let other = self.partner("other@test.example").await;
        let input = OfferInput {
            name: "Starter set".to_owned(),
            destination: "https://shop.example/p?a=1&b=%20x#top".to_owned(),
            ..OfferInput::default()
        };
        let offer = self.service.create_offer(&partner.session, &input).await.unwrap();
        self.service.approve_offer(&admin, offer, 1).await.unwrap();
        let slug = self.service.apply(&affiliate, offer, "please").await.unwrap().to_string();
        let all = self.service.list_applications(&partner.session, &ListQuery::default()).await.unwrap();
        let application = all.rows[0].id;
        self.service.decide_application(&partner.session, application, ApplicationDecision::Approve, "").await.unwrap();
        Network { partner, other, affiliate, admin, offer, application, slug }
    }

    /// The click_id of a fresh click.
    pub async fn click(&self, slug: &str) -> String {
        let response = self.get(&format!("/t/{slug}")).await;
        assert_eq!(response.status, 302, "{}", response.text());
        let location = response.header("location").unwrap();
        location.split("click_id=").nth(1).unwrap().split('&').next().unwrap().to_owned()
    }

    /// One raw request on a connection of its own.
    pub async fn send(&self, raw: Vec<u8>) -> Response {
        let mut stream = TcpStream::connect(self.next_address()).await.unwrap();
        // The server may answer and close before everything is written, as it does when a request is too large.
        let _ = stream.write_all(&raw).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        Response::parse(&bytes)
    }

    pub async fn get(&self, path_and_query: &str) -> Response {
        self.request("GET", path_and_query, &[], b"").await
    }

    pub async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let mut raw = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        for (name, value) in headers {
            raw.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || method == "POST" {
            raw.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        raw.push_str("\r\n");
        let mut raw = raw.into_bytes();
        raw.extend_from_slice(body);
        self.send(raw).await
    }

    /// Rows of clicks and of conversions.
    pub async fn counts(&self) -> (i64, i64) {
        let db = store::Db::open(&self.database.url).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let counts = store::audit::count_rows(&mut conn).await.unwrap();
        drop(conn);
        db.close().await;
        counts
    }

    pub async fn assert_audit_is_clean(&self) {
        for finding in self.service.audit().await.unwrap() {
            assert_eq!(finding.broken, 0, "{}", finding.invariant);
        }
    }
}

#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut body = bytes.get(end + 4..).unwrap_or_default().to_vec();
        if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
            body = unchunk(&body);
        }
        Self { status: status.unwrap_or(0), headers, body }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = bytes.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&bytes[..at]).ok().and_then(|text| usize::from_str_radix(text.trim(), 16).ok());
        let Some(size) = size.filter(|size| *size > 0) else { break };
        body.extend_from_slice(bytes.get(at + 2..at + 2 + size).unwrap_or_default());
        bytes = bytes.get(at + 4 + size..).unwrap_or_default();
    }
    body
}
