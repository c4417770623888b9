use domain::{Email, Organisation, PartnerId, PersonName, Slug, Timestamp, UserId};
use store::{
    Db,
    organisations::{self, memberships},
    sign_in::users::{NewUser, insert_user},
};
use testkit::TestDatabase;

use super::*;

const PARTNER: &str = "partner@test.example";
const SIZE: Size = Size { affiliates: 10, offers: 4, clicks: 2_000 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_link_is_live_and_every_counter_is_right_on_both_engines() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(test) = TestDatabase::create(engine).await else { continue };
        make_partner(&test.url).await;
        let database = match test.url.strip_prefix("sqlite://") {
            Some(file) => Database::Sqlite(file.into()),
            None => Database::Postgres(test.url.clone()),
        };
        fill(&database, SIZE, PARTNER).await.unwrap();
        assert_eq!(count_clicks(&database).await.unwrap(), SIZE.clicks);
        assert_eq!(count_conversions(&database).await.unwrap(), SIZE.clicks / CLICKS_PER_SALE);
        assert_eq!(list_clicks(&database, PARTNER, 7).await.unwrap().len(), 7);
        look_at(&test.url).await;
    }
}

async fn make_partner(url: &str) {
    let (user, id) = (UserId::from_uuid(Uuid::from_u128(1)), PartnerId::from_uuid(Uuid::from_u128(2)));
    let (email, name) = (Email::parse(PARTNER).unwrap(), PersonName::parse("Partner").unwrap());
    let (shop, now) = (Organisation::Partner(id), Timestamp::from_millis(0));
    let db = Db::open(url).await.unwrap();
    let mut conn = db.begin().await.unwrap();
    let new = NewUser { id: user, email: &email, name: &name, password_hash: "-", is_admin: false };
    insert_user(&mut conn, new, now).await.unwrap();
    organisations::insert_organisation(&mut conn, shop, &name, now).await.unwrap();
    memberships::insert_owner(&mut conn, shop, user, now).await.unwrap();
    conn.commit().await.unwrap();
    db.close().await;
}

async fn look_at(url: &str) {
    let db = Db::open(url).await.unwrap();
    let mut conn = db.read().await.unwrap();
    for finding in store::audit::check_invariants(&mut conn).await.unwrap() {
        assert_eq!(finding.broken, 0, "{}", finding.invariant);
    }
    let slugs = SIZE.slugs(SIZE.links());
    assert_eq!(slugs.len() as u64, SIZE.links());
    for slug in slugs {
        let link = store::clicks::find_link(&mut conn, &Slug::parse(&slug).unwrap()).await.unwrap();
        assert!(link.unwrap().rules.is_live());
    }
    drop(conn);
    db.close().await;
}
