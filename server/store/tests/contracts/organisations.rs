//! Partners and affiliates: one per user; a partner's key is known by its hash until it is replaced.

use domain::{PartnerId, Role};
use store::{Conn, Db, organisations, sign_in::sessions};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::{
    assert_duplicate, assert_refused, in_transaction,
    network::{NOW, add_affiliate, add_partner, add_user, new_hash, new_id, new_key, restore, suspend},
    on_both,
};

#[tokio::test]
async fn a_partner_is_found_by_the_hash_of_their_key() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Partner, "Shop").await;
        let (id, key) = (new_id(), new_key());
        organisations::insert_partner(conn, id, user, &key, NOW).await.unwrap();
        add_partner(conn, "Rival").await;
        assert_eq!(organisations::find_partner_name(conn, id).await.unwrap().as_deref(), Some("Shop"));
        assert_eq!(organisations::find_partner_name(conn, new_id()).await.unwrap(), None);
        assert_eq!(organisations::find_partner_by_key(conn, &key.hash).await.unwrap(), Some(id));
        assert_eq!(organisations::find_partner_by_key(conn, &new_hash()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_sealed_key_is_given_back_as_it_was_stored() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Partner, "Shop").await;
        let (id, mut key) = (new_id(), new_key());
        key.sealed = vec![0, 255, 0, 128, 39];
        organisations::insert_partner(conn, id, user, &key, NOW).await.unwrap();
        assert_eq!(organisations::find_sealed_key(conn, id).await.unwrap(), Some(key.sealed));
        assert_eq!(organisations::find_sealed_key(conn, new_id()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_outer_sealed_keys_are_those_of_the_first_and_the_last_partners() {
    in_transaction(async |conn: &mut Conn| {
        assert!(organisations::list_outer_sealed_keys(conn).await.unwrap().is_empty());
        let mut all = Vec::new();
        for number in 0..25 {
            let (user, mut key) = (add_user(conn, Role::Partner, "Shop").await, new_key());
            key.sealed = vec![number];
            let id = new_id();
            organisations::insert_partner(conn, id, user, &key, NOW).await.unwrap();
            all.push((id, key.sealed));
        }
        all.sort();
        let mut outer = organisations::list_outer_sealed_keys(conn).await.unwrap();
        outer.sort();
        assert_eq!(outer, [&all[..10], &all[15..]].concat());
    })
    .await;
}

#[tokio::test]
async fn a_user_is_one_partner_and_a_key_is_one_partners() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        let shop = add_partner(&mut conn, "Shop").await;
        let other_user = add_user(&mut conn, Role::Partner, "Rival").await;
        conn.commit().await.unwrap();

        let mut conn = db.begin().await.unwrap();
        assert_duplicate(organisations::insert_partner(&mut conn, new_id(), shop.user, &new_key(), NOW).await);
        drop(conn);

        let mut conn = db.begin().await.unwrap();
        let mut same_key = new_key();
        same_key.hash = shop.key_hash;
        assert_duplicate(organisations::insert_partner(&mut conn, new_id(), other_user, &same_key, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn only_a_user_who_is_there_becomes_a_partner() {
    in_transaction(async |conn: &mut Conn| {
        assert_refused(organisations::insert_partner(conn, new_id(), new_id(), &new_key(), NOW).await);
    })
    .await;
}

#[tokio::test]
async fn a_user_who_was_made_an_affiliate_acts_as_that_affiliate() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Affiliate, "Blog").await;
        let id = new_id();
        organisations::insert_affiliate(conn, id, user).await.unwrap();
        let token = new_hash();
        sessions::insert_session(conn, &token, user, NOW, NOW.plus_millis(1)).await.unwrap();
        let session = sessions::find_session_user(conn, &token, NOW).await.unwrap().unwrap();
        assert_eq!((session.affiliate_id, session.partner_id), (Some(id), None));
    })
    .await;
}

#[tokio::test]
async fn a_user_is_one_affiliate() {
    in_transaction(async |conn: &mut Conn| {
        let blog = add_affiliate(conn, "Blog").await;
        assert_duplicate(organisations::insert_affiliate(conn, new_id(), blog.user).await);
    })
    .await;
}

#[tokio::test]
async fn only_a_user_who_is_there_becomes_an_affiliate() {
    in_transaction(async |conn: &mut Conn| {
        assert_refused(organisations::insert_affiliate(conn, new_id(), new_id()).await);
    })
    .await;
}

#[tokio::test]
async fn a_new_key_makes_the_old_one_unknown() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        let rival = add_partner(conn, "Rival").await;
        let key = new_key();
        organisations::set_key(conn, shop.id, &key, NOW).await.unwrap();
        assert_eq!(organisations::find_partner_by_key(conn, &shop.key_hash).await.unwrap(), None);
        assert_eq!(organisations::find_partner_by_key(conn, &key.hash).await.unwrap(), Some(shop.id));
        assert_eq!(organisations::find_sealed_key(conn, shop.id).await.unwrap(), Some(key.sealed));
        assert_eq!(organisations::find_partner_by_key(conn, &rival.key_hash).await.unwrap(), Some(rival.id));
    })
    .await;
}

/// Hashes of keys that were replaced, whose they were, and since when; the oldest first.
async fn old_keys(conn: &mut Conn) -> Vec<(Vec<u8>, PartnerId, i64)> {
    let sql = "select api_key_hash, partner_id, replaced_at from old_api_keys order by replaced_at";
    let rows: Vec<(Vec<u8>, Uuid, i64)> = match conn {
        Conn::SqliteWrite(transaction, _) => sqlx::query_as(sql).fetch_all(&mut **transaction).await.unwrap(),
        Conn::PostgresWrite(transaction) => sqlx::query_as(sql).fetch_all(&mut **transaction).await.unwrap(),
        reading => panic!("{reading:?} is not what contracts run in"),
    };
    rows.into_iter().map(|(hash, partner, at)| (hash, PartnerId::from_uuid(partner), at)).collect()
}

#[tokio::test]
async fn the_hashes_of_replaced_keys_are_kept_and_open_nothing() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        let rival = add_partner(conn, "Rival").await;
        assert_eq!(old_keys(conn).await, []);
        let keys = [new_key(), new_key()];
        let [first, second] = [1, 2].map(|millis| NOW.plus_millis(millis));
        organisations::set_key(conn, shop.id, &keys[0], first).await.unwrap();
        organisations::set_key(conn, shop.id, &keys[1], second).await.unwrap();
        let wanted = [
            (shop.key_hash.to_vec(), shop.id, first.as_millis()),
            (keys[0].hash.to_vec(), shop.id, second.as_millis()),
        ];
        assert_eq!(old_keys(conn).await, wanted);
        for old in [&shop.key_hash, &keys[0].hash] {
            assert_eq!(organisations::find_partner_by_key(conn, old).await.unwrap(), None);
        }
        assert_eq!(organisations::find_partner_by_key(conn, &rival.key_hash).await.unwrap(), Some(rival.id));
    })
    .await;
}

#[tokio::test]
async fn a_new_key_can_not_be_another_partners() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        let rival = add_partner(conn, "Rival").await;
        let mut key = new_key();
        key.hash = rival.key_hash;
        assert_duplicate(organisations::set_key(conn, shop.id, &key, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_partners_key_is_unknown_until_they_are_restored() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        suspend(conn, shop.user).await;
        assert_eq!(organisations::find_partner_by_key(conn, &shop.key_hash).await.unwrap(), None);
        restore(conn, shop.user).await;
        assert_eq!(organisations::find_partner_by_key(conn, &shop.key_hash).await.unwrap(), Some(shop.id));
    })
    .await;
}
