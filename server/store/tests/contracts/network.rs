//! People and what they make, put in through the store's own functions.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    AffiliateId, Amount, ApplicationId, ApplicationMessage, ApplicationStatus, ClickId, ClickKind, ConversionStatus,
    Currency, DecisionReason, Email, Id, KeyScopes, Kind, LinkId, OfferDraft, OfferId, OfferInput, OfferStatus,
    Organisation, PartnerId, PersonName, Referer, Role, Slug, Timestamp, TransactionId, UserAgent, UserId, kinds,
};
use store::{
    Answers, Conn, Db, StoreError,
    applications::{self, NewApplication},
    clicks::NewClick,
    conversions::{ConversionOutcome, NewConversion},
    offers,
    organisations::{
        self,
        api_keys::{self, StoredKey},
        memberships, suspensions,
    },
    sign_in::users::{self, NewUser},
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

/// An id made at a moment, of version 7: greater than all that were made before.
pub fn id_at<K: Kind>(at: Timestamp) -> Id<K> {
    let millis = u128::try_from(at.as_millis()).unwrap();
    Id::from_uuid(Uuid::from_u128((millis << 80) | (7 << 76) | (0b10 << 62) | u128::from(next_number())))
}

/// An id made now.
pub fn new_id<K: Kind>() -> Id<K> {
    id_at(NOW)
}

/// What could be the SHA-256 of a secret.
pub fn new_hash() -> [u8; 32] {
    let mut hash = [0xa5; 32];
    hash[..8].copy_from_slice(&next_number().to_be_bytes());
    hash
}

pub fn new_key() -> StoredKey {
    StoredKey {
        id: new_id(),
        name: "Default".to_owned(),
        scopes: KeyScopes::of_partner(),
        hash: new_hash(),
        sealed: format!("sealed {}", next_number()).into_bytes(),
    }
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

/// Commits a change.
pub async fn change<T>(db: &Db, change: impl AsyncFnOnce(&mut Conn) -> T) -> T {
    let mut conn = db.begin().await.unwrap();
    let made = change(&mut conn).await;
    conn.commit().await.unwrap();
    made
}

/// Somebody with an address and a name who is in no organisation.
pub async fn try_add_person(conn: &mut Conn, email: &Email, name: &str, is_admin: bool) -> Result<UserId, StoreError> {
    let (id, name) = (new_id(), person(name));
    let new = NewUser { id, email, name: &name, password_hash: "hash", is_admin };
    users::insert_user(conn, new, NOW).await.map(|()| id)
}

pub async fn add_person(conn: &mut Conn, name: &str, is_admin: bool) -> UserId {
    let email = email(&format!("{}@people.example", next_number()));
    try_add_person(conn, &email, name, is_admin).await.unwrap()
}

/// An organisation of this person's own.
pub async fn found(conn: &mut Conn, organisation: Organisation, owner: UserId, name: &str) {
    organisations::insert_organisation(conn, organisation, &person(name), NOW).await.unwrap();
    memberships::insert_owner(conn, organisation, owner, NOW).await.unwrap();
}

/// Whoever is no admin is in an organisation of their own, which has no key.
pub async fn add_user(conn: &mut Conn, role: Role, name: &str) -> UserId {
    let user = add_person(conn, name, role == Role::Admin).await;
    if let Some(organisation) = Organisation::new(role, new_id::<kinds::User>().uuid()) {
        found(conn, organisation, user, name).await;
    }
    user
}

pub struct Partner {
    pub user: UserId,
    pub id: PartnerId,
    pub key_hash: [u8; 32],
}

pub async fn add_partner(conn: &mut Conn, name: &str) -> Partner {
    let user = add_person(conn, name, false).await;
    let (id, key) = (new_id(), new_key());
    found(conn, Organisation::Partner(id), user, name).await;
    api_keys::insert_key(conn, Organisation::Partner(id), &key, NOW).await.unwrap();
    Partner { user, id, key_hash: key.hash }
}

pub struct Affiliate {
    pub user: UserId,
    pub id: AffiliateId,
}

pub async fn add_affiliate(conn: &mut Conn, name: &str) -> Affiliate {
    let user = add_person(conn, name, false).await;
    let id = new_id();
    found(conn, Organisation::Affiliate(id), user, name).await;
    Affiliate { user, id }
}

pub async fn suspend(conn: &mut Conn, user: UserId) {
    let organisation = memberships::find_organisation(conn, user).await.unwrap().unwrap();
    suspensions::suspend(conn, organisation, NOW).await.unwrap();
}

pub async fn restore(conn: &mut Conn, user: UserId) {
    let organisation = memberships::find_organisation(conn, user).await.unwrap().unwrap();
    suspensions::restore(conn, organisation).await.unwrap();
}

pub fn draft(name: &str) -> OfferDraft {
    let input = OfferInput {
        name: name.to_owned(),
        description: "What it is".to_owned(),
        destination: DESTINATION.to_owned(),
        commission_terms: "5 % of every order".to_owned(),
        category: "fashion".to_owned(),
        ..OfferInput::default()
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

/// Moves an application, and says nothing about why.
pub async fn set_application(conn: &mut Conn, id: ApplicationId, status: ApplicationStatus) -> Result<(), StoreError> {
    let nothing = DecisionReason::parse("").unwrap();
    applications::set_application_status(conn, id, status, &nothing, NOW).await
}

/// An application that was approved.
pub async fn add_link(conn: &mut Conn, offer: OfferId, affiliate: &Affiliate) -> Link {
    let link = apply(conn, offer, affiliate).await;
    set_application(conn, link.application, ApplicationStatus::Approved).await.unwrap();
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

    /// The same, for those who record.
    pub async fn commit(db: &Db, partner: &str, offer: &str, affiliate: &str) -> Self {
        change(db, async |conn: &mut Conn| Self::add(conn, partner, offer, affiliate).await).await
    }
}

/// Records a batch, as a program does that has just started.
pub async fn try_record(db: &Db, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Result<Answers, StoreError> {
    let mut recorder = db.recorder().unwrap();
    let clicks: Vec<NewClick> = clicks.iter().copied().cloned().collect();
    let conversions: Vec<NewConversion> = conversions.iter().copied().cloned().collect();
    let recording = tokio::task::spawn_blocking(move || {
        let (clicks, conversions): (Vec<_>, Vec<_>) = (clicks.iter().collect(), conversions.iter().collect());
        recorder.begin()?.record(&clicks, &conversions)
    });
    recording.await.unwrap()
}

/// Records a batch that nothing speaks against.
pub async fn record(db: &Db, clicks: &[&NewClick], conversions: &[&NewConversion]) -> Answers {
    try_record(db, clicks, conversions).await.unwrap()
}

/// A person's visit, not recorded yet.
pub fn visit(link: &Link) -> NewClick {
    NewClick {
        id: new_id(),
        slug: link.slug.clone(),
        kind: ClickKind::Human,
        ip: "192.0.2.1".to_owned(),
        user_agent: UserAgent::from_header(b"Mozilla/5.0"),
        referer: Referer::from_header(b"https://blog.example/"),
        country: None,
    }
}

/// The same, of another moment.
pub fn visit_at(link: &Link, at: Timestamp) -> NewClick {
    NewClick { id: id_at(at), ..visit(link) }
}

/// A visit that was recorded.
pub async fn add_visit(db: &Db, link: &Link) -> ClickId {
    let click = visit(link);
    record(db, &[&click], &[]).await;
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
pub async fn record_sale(db: &Db, new: &NewConversion) {
    let recorded = record(db, &[], &[new]).await.conversions;
    assert!(matches!(recorded[..], [ConversionOutcome::Stored { duplicate: false, .. }]), "{recorded:?}");
}
