//! People and what they make, put in through the store's own functions.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    AffiliateId, Amount, ApplicationId, ApplicationMessage, ApplicationStatus, ClickId, ClickKind, ConversionStatus,
    Currency, Email, Id, Kind, LinkId, OfferDraft, OfferId, OfferInput, OfferStatus, PartnerId, PersonName, Referer,
    Role, Slug, Timestamp, TransactionId, UserAgent, UserId,
};
use store::{
    Conn,
    applications::{self, NewApplication},
    clicks::{self, NewClick},
    conversions::{self, NewConversion},
    offers,
    partners::{self, StoredKey},
    users,
};
use uuid::Uuid;

/// 24 November 2026, 18:20 UTC.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_544_400_000);
pub const DAY: i64 = 86_400_000;
pub const DESTINATION: &str = "https://shop.example/product";
pub const ELSEWHERE: &str = "https://elsewhere.example/product";

static LAST: AtomicU64 = AtomicU64::new(0);

/// A number that nothing else in this process has.
pub fn next_number() -> u64 {
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// An id greater than all before it, as those of version 7 are.
pub fn new_id<K: Kind>() -> Id<K> {
    Id::from_uuid(Uuid::from_u128(next_number().into()))
}

/// What could be the SHA-256 of a secret.
pub fn new_hash() -> [u8; 32] {
    let mut hash = [0xa5; 32];
    hash[..8].copy_from_slice(&next_number().to_be_bytes());
    hash
}

pub fn new_key() -> StoredKey {
    StoredKey { hash: new_hash(), sealed: format!("sealed {}", next_number()).into_bytes() }
}

pub fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub fn person(name: &str) -> PersonName {
    PersonName::parse(name).unwrap()
}

pub fn status(text: &str) -> ConversionStatus {
    ConversionStatus::parse(text).unwrap()
}

pub fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

pub fn currency(text: &str) -> Currency {
    Currency::parse(text).unwrap()
}

pub async fn add_user(conn: &mut Conn, role: Role, name: &str) -> UserId {
    let (id, email) = (new_id(), email(&format!("{}@people.example", next_number())));
    users::insert_user(conn, id, role, &email, &person(name), "hash", NOW).await.unwrap();
    id
}

pub struct Partner {
    pub user: UserId,
    pub id: PartnerId,
    pub key_hash: [u8; 32],
}

pub async fn add_partner(conn: &mut Conn, name: &str) -> Partner {
    let user = add_user(conn, Role::Partner, name).await;
    let (id, key) = (new_id(), new_key());
    partners::insert_partner(conn, id, user, &key, NOW).await.unwrap();
    Partner { user, id, key_hash: key.hash }
}

pub struct Affiliate {
    pub user: UserId,
    pub id: AffiliateId,
}

pub async fn add_affiliate(conn: &mut Conn, name: &str) -> Affiliate {
    let user = add_user(conn, Role::Affiliate, name).await;
    let id = new_id();
    partners::insert_affiliate(conn, id, user).await.unwrap();
    Affiliate { user, id }
}

pub async fn suspend(conn: &mut Conn, user: UserId) {
    assert!(users::set_suspended(conn, user, Some(NOW)).await.unwrap());
}

pub async fn restore(conn: &mut Conn, user: UserId) {
    assert!(users::set_suspended(conn, user, None).await.unwrap());
}

pub fn draft(name: &str) -> OfferDraft {
    let input = OfferInput {
        name: name.to_owned(),
        description: "What it is".to_owned(),
        destination: DESTINATION.to_owned(),
        commission_terms: "5 % of every order".to_owned(),
    };
    OfferDraft::parse(&input).unwrap()
}

pub async fn add_offer(conn: &mut Conn, partner: &Partner, name: &str, status: OfferStatus) -> OfferId {
    let id = new_id();
    offers::insert_offer(conn, id, partner.id, &draft(name), NOW).await.unwrap();
    offers::set_offer_status(conn, id, status, None).await.unwrap();
    id
}

pub struct Link {
    pub application: ApplicationId,
    pub id: LinkId,
    pub slug: Slug,
}

/// An application that nobody has inserted yet.
pub fn new_application(offer: OfferId, affiliate: &Affiliate) -> NewApplication {
    NewApplication {
        id: new_id(),
        link_id: new_id(),
        slug: Slug::parse(&format!("{:010}", next_number())).unwrap(),
        offer,
        affiliate: affiliate.id,
        message: ApplicationMessage::parse("I have a blog").unwrap(),
        at: NOW,
    }
}

/// An application that waits.
pub async fn apply(conn: &mut Conn, offer: OfferId, affiliate: &Affiliate) -> Link {
    let new = new_application(offer, affiliate);
    applications::insert_application(conn, &new).await.unwrap();
    Link { application: new.id, id: new.link_id, slug: new.slug }
}

/// An application that was approved.
pub async fn add_link(conn: &mut Conn, offer: OfferId, affiliate: &Affiliate) -> Link {
    let link = apply(conn, offer, affiliate).await;
    applications::set_application_status(conn, link.application, ApplicationStatus::Approved).await.unwrap();
    link
}

/// A partner with an active offer, and an affiliate whose link to it is live.
pub struct Network {
    pub partner: Partner,
    pub offer: OfferId,
    pub affiliate: Affiliate,
    pub link: Link,
}

impl Network {
    pub async fn add(conn: &mut Conn, partner: &str, offer: &str, affiliate: &str) -> Self {
        let partner = add_partner(conn, partner).await;
        let offer = add_offer(conn, &partner, offer, OfferStatus::Active).await;
        let affiliate = add_affiliate(conn, affiliate).await;
        let link = add_link(conn, offer, &affiliate).await;
        Self { partner, offer, affiliate, link }
    }
}

/// A person's visit, not recorded yet.
pub fn visit(link: &Link) -> NewClick {
    NewClick {
        id: new_id(),
        slug: link.slug.clone(),
        at: NOW,
        kind: ClickKind::Visit,
        ip: "192.0.2.1".to_owned(),
        user_agent: UserAgent::from_header(b"Mozilla/5.0"),
        referer: Referer::from_header(b"https://blog.example/"),
    }
}

/// Records one click; it need not be of a live link.
pub async fn record_click(conn: &mut Conn, click: &NewClick) {
    clicks::record_clicks(conn, &[click]).await.unwrap();
}

/// A visit that was recorded.
pub async fn add_visit(conn: &mut Conn, link: &Link) -> ClickId {
    let click = visit(link);
    record_click(conn, &click).await;
    click.id
}

/// A confirmed order of 10.50 USD with a commission of 1.25, not recorded yet.
pub fn sale(partner: &Partner, click: ClickId, transaction: &str) -> NewConversion {
    NewConversion {
        key_hash: partner.key_hash,
        id: new_id(),
        click,
        transaction_id: TransactionId::parse(transaction).unwrap(),
        at: NOW,
        status: ConversionStatus::default(),
        amount: amount("10.50"),
        commission: amount("1.25"),
        currency: currency("USD"),
    }
}

/// Records one conversion that nothing speaks against.
pub async fn record_sale(conn: &mut Conn, new: &NewConversion) {
    let recorded = conversions::record_conversions(conn, &[new]).await.unwrap();
    assert!(matches!(recorded[..], [conversions::Recorded::Stored { duplicate: false, .. }]), "{recorded:?}");
}
