//! A service on an empty database, and the people in it.

use std::net::{IpAddr, Ipv4Addr};

use domain::{
    ApiKey, Application, ApplicationDecision, ClickId, ListQuery, Offer, OfferId, OfferInput, Referer, Role, Slug,
    Timestamp, UserAgent,
    postback::{Parameters, Postback},
};
use service::{
    AdminSession, AffiliateSession, ClickRequest, Clock, Mailer, Operator, PartnerSession, Sealer, Service, Session,
    Settings, SignUp, TrackOutcome,
};
use store::Db;
use testkit::{Engine, TestDatabase};

/// 24 November 2026, 18:20 UTC.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_544_400_000);
pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 86_400_000;
pub const PASSWORD: &str = "correct horse battery";
pub const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
pub const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A service, its clock, and a partner, an affiliate and an admin.
pub struct Site {
    pub service: Service,
    pub clock: Clock,
    pub partner: PartnerSession,
    pub rival: PartnerSession,
    pub affiliate: AffiliateSession,
    pub admin: AdminSession,
    _database: TestDatabase,
}

impl Site {
    pub async fn open() -> Self {
        let database = TestDatabase::create(Engine::Sqlite).await.unwrap();
        let (db, clock) = (Db::open(&database.url).await.unwrap(), Clock::manual(NOW));
        let settings = Settings {
            public_url: "https://network.example".to_owned(),
            tracking_url: "https://go.example".to_owned(),
            site_name: "Network".to_owned(),
        };
        let mailer = Mailer::from_url(None, &settings.site_name, "network.example").unwrap();
        let service = Service::new(db, clock.clone(), Sealer::new(&[7; 32]), mailer, settings).unwrap();
        let Session::Partner(partner) = person(&service, Role::Partner, "partner").await else { unreachable!() };
        let Session::Partner(rival) = person(&service, Role::Partner, "rival").await else { unreachable!() };
        let Session::Affiliate(affiliate) = person(&service, Role::Affiliate, "affiliate").await else {
            unreachable!()
        };
        let Session::Admin(admin) = person(&service, Role::Admin, "admin").await else { unreachable!() };
        Self { service, clock, partner, rival, affiliate, admin, _database: database }
    }

    /// An offer of the partner's that an admin has approved.
    pub async fn active_offer(&self) -> OfferId {
        let id = self.service.create_offer(&self.partner, &input("https://shop.example/p")).await.unwrap();
        self.service.approve_offer(&self.admin, id, 1).await.unwrap();
        id
    }

    /// The affiliate's link to an active offer, which waits for the partner; and its application.
    pub async fn waiting_link(&self) -> (OfferId, Slug, Application) {
        let offer = self.active_offer().await;
        let slug = self.service.apply(&self.affiliate, offer, "I have a blog").await.unwrap();
        (offer, slug, self.applications().await.remove(0))
    }

    /// The same, approved.
    pub async fn live_link(&self) -> (OfferId, Slug, Application) {
        let (offer, slug, application) = self.waiting_link().await;
        self.service.decide_application(&self.partner, application.id, ApplicationDecision::Approve, "").await.unwrap();
        (offer, slug, application)
    }

    pub async fn offer(&self, id: OfferId) -> Offer {
        self.service.find_offer(&self.partner, id).await.unwrap()
    }

    pub async fn applications(&self) -> Vec<Application> {
        self.service.list_applications(&self.partner, &ListQuery::default()).await.unwrap().rows
    }

    pub async fn key(&self) -> ApiKey {
        self.service.find_api_key(&self.partner).await.unwrap()
    }

    /// Follows a link as somebody with a browser.
    pub async fn visit(&self, slug: &Slug) -> TrackOutcome {
        self.visit_from(slug, FIREFOX, "").await
    }

    /// Follows a link with some browser, from some page.
    pub async fn visit_from(&self, slug: &Slug, user_agent: &str, referer: &str) -> TrackOutcome {
        let request = ClickRequest {
            slug: slug.clone(),
            ip: "192.0.2.1".to_owned(),
            user_agent: UserAgent::from_header(user_agent.as_bytes()),
            referer: Referer::from_header(referer.as_bytes()),
            prefetch: false,
        };
        self.service.track(request).await
    }

    /// The actions that somebody reads in their activity, newest first.
    pub async fn actions(&self, reader: &Session) -> Vec<&'static str> {
        let rows = self.service.list_activity(reader, &ListQuery::default()).await.unwrap().rows;
        rows.iter().map(|row| row.action.as_str()).collect()
    }

    /// Lets time pass.
    pub fn wait(&self, millis: i64) {
        self.clock.set(self.clock.now().plus_millis(millis));
    }

    /// Fails unless all that was done leaves the invariants as they are.
    pub async fn close(self) {
        for finding in self.service.audit().await.unwrap() {
            assert_eq!(finding.broken, 0, "{}", finding.invariant);
        }
        self.service.close().await;
    }
}

/// Signs somebody up and in.
pub async fn person(service: &Service, role: Role, name: &str) -> Session {
    let email = format!("{name}@people.example");
    let sign_up = SignUp { role, email: email.clone(), name: name.to_owned(), password: PASSWORD.to_owned() };
    service.add_account(&Operator::of_this_machine(), &sign_up).await.unwrap();
    let signed_in = service.sign_in(&email, PASSWORD.to_owned(), HERE).await.unwrap();
    service.authenticate(&signed_in.token, HERE).await.unwrap().0
}

pub fn input(destination: &str) -> OfferInput {
    OfferInput {
        name: "Shoes".to_owned(),
        description: "For walking".to_owned(),
        destination: destination.to_owned(),
        commission_terms: "10 %".to_owned(),
        ..OfferInput::default()
    }
}

/// A sale as the shop reports it.
pub fn postback(key: &ApiKey, click: ClickId, more: &[(&str, &str)]) -> Postback {
    let click = click.to_string();
    let query = [("click_id", click.as_str())].into_iter().chain(more.iter().copied());
    let query = query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Postback::read(Some(key.expose()), Parameters { query, ..Parameters::default() })
}

/// The click that a visitor takes along.
pub fn click_of(outcome: &TrackOutcome) -> ClickId {
    let TrackOutcome::Redirect(address) = outcome else { panic!("{outcome:?}") };
    let (_, rest) = address.split_once("click_id=").unwrap();
    ClickId::parse(rest.split('&').next().unwrap()).unwrap()
}
