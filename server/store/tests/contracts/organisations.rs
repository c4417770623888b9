//! Organisations: their names, members and keys; a key is known by its hash until it is replaced.

use domain::{KeyOwner, KeyScopes, Organisation, PartnerId};
use store::{
    Conn, Db,
    organisations::{self, api_keys, memberships},
};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::{
    assert_duplicate, assert_refused, assert_waits_for, in_transaction,
    network::{
        NOW, add_affiliate, add_partner, add_person, change, found, new_hash, new_id, new_key, person, restore, suspend,
    },
    on_both,
};

/// A partner who has no key yet.
async fn add_keyless(conn: &mut Conn, name: &str) -> Organisation {
    let (owner, shop) = (add_person(conn, name, false).await, Organisation::Partner(new_id()));
    found(conn, shop, owner, name).await;
    shop
}

/// Whose key this is.
async fn owner_of(conn: &mut Conn, hash: &[u8; 32]) -> Option<PartnerId> {
    let owner = api_keys::find_key_owner(conn, hash).await.unwrap()?;
    Some(PartnerId::from_uuid(owner.organisation))
}

#[tokio::test]
async fn a_key_is_found_by_its_hash_with_its_owner_and_its_scopes() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_keyless(conn, "Shop").await;
        add_partner(conn, "Rival").await;
        let mut key = new_key();
        key.scopes = KeyScopes::parse("");
        api_keys::insert_key(conn, shop, &key, NOW).await.unwrap();
        let owner = KeyOwner { organisation: shop.uuid(), scopes: key.scopes };
        assert_eq!(api_keys::find_key_owner(conn, &key.hash).await.unwrap(), Some(owner));
        assert_eq!(api_keys::find_key_owner(conn, &new_hash()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_sealed_key_is_given_back_as_it_was_stored() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, mut key) = (add_keyless(conn, "Shop").await, new_key());
        key.sealed = vec![0, 255, 0, 128, 39];
        api_keys::insert_key(conn, shop, &key, NOW).await.unwrap();
        assert_eq!(api_keys::find_sealed_key(conn, shop).await.unwrap(), Some(key.sealed));
        assert_eq!(api_keys::find_sealed_key(conn, Organisation::Partner(new_id())).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_outer_sealed_keys_are_those_of_the_first_and_the_last_partners() {
    in_transaction(async |conn: &mut Conn| {
        assert!(api_keys::list_outer_sealed_keys(conn).await.unwrap().is_empty());
        let mut all = Vec::new();
        for number in 0..25 {
            let (shop, mut key) = (add_keyless(conn, "Shop").await, new_key());
            key.sealed = vec![number];
            api_keys::insert_key(conn, shop, &key, NOW).await.unwrap();
            all.push((PartnerId::from_uuid(shop.uuid()), key.sealed));
        }
        all.sort();
        let mut outer = api_keys::list_outer_sealed_keys(conn).await.unwrap();
        outer.sort();
        assert_eq!(outer, [&all[..10], &all[15..]].concat());
    })
    .await;
}

#[tokio::test]
async fn a_key_is_one_organisations_and_an_organisation_has_one() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        let shop = add_partner(&mut conn, "Shop").await;
        let rival = add_keyless(&mut conn, "Rival").await;
        conn.commit().await.unwrap();

        let mut conn = db.begin().await.unwrap();
        let second = api_keys::insert_key(&mut conn, Organisation::Partner(shop.id), &new_key(), NOW).await;
        assert_duplicate(second);
        drop(conn);

        let mut conn = db.begin().await.unwrap();
        let mut same_key = new_key();
        same_key.hash = shop.key_hash;
        assert_duplicate(api_keys::insert_key(&mut conn, rival, &same_key, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn a_user_is_in_one_organisation() {
    in_transaction(async |conn: &mut Conn| {
        let blog = add_affiliate(conn, "Blog").await;
        let other = add_keyless(conn, "Shop").await;
        let organisation = memberships::find_organisation(conn, blog.user).await.unwrap();
        assert_eq!(organisation, Some(Organisation::Affiliate(blog.id)));
        assert_duplicate(memberships::insert_owner(conn, other, blog.user, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn only_who_is_there_becomes_a_member_of_what_is_there() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let shop = change(db, async |conn: &mut Conn| add_keyless(conn, "Shop").await).await;
        let mut conn = db.begin().await.unwrap();
        assert_refused(memberships::insert_owner(&mut conn, shop, new_id(), NOW).await);
        drop(conn);
        let mut conn = db.begin().await.unwrap();
        let somebody = add_person(&mut conn, "Ann", false).await;
        let nowhere = Organisation::Partner(new_id());
        assert_refused(memberships::insert_owner(&mut conn, nowhere, somebody, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn only_an_organisation_that_is_there_has_a_key() {
    in_transaction(async |conn: &mut Conn| {
        assert_refused(api_keys::insert_key(conn, Organisation::Partner(new_id()), &new_key(), NOW).await);
    })
    .await;
}

#[tokio::test]
async fn an_organisation_is_added_once() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_keyless(conn, "Shop").await;
        assert_duplicate(organisations::insert_organisation(conn, shop, &person("Shop"), NOW).await);
    })
    .await;
}

#[tokio::test]
async fn an_organisations_name_is_changed_for_it_alone() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, rival) = (add_keyless(conn, "Shop").await, add_keyless(conn, "Rival").await);
        organisations::set_name(conn, shop, &person("Zoë")).await.unwrap();
        assert_eq!(organisations::find_name(conn, shop).await.unwrap().as_deref(), Some("Zoë"));
        assert_eq!(organisations::find_name(conn, rival).await.unwrap().as_deref(), Some("Rival"));
        let Organisation::Partner(id) = shop else { unreachable!() };
        let of_another_kind = Organisation::new(domain::Role::Affiliate, id.uuid()).unwrap();
        assert_eq!(organisations::find_name(conn, of_another_kind).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn an_organisation_that_is_locked_is_waited_for() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let shop = change(db, async |conn: &mut Conn| add_keyless(conn, "Shop").await).await;
        let mut locked = db.begin().await.unwrap();
        organisations::lock(&mut locked, shop).await.unwrap();
        let lock_too = async {
            let mut conn = db.begin().await.unwrap();
            organisations::lock(&mut conn, shop).await.unwrap();
        };
        assert_waits_for(locked, lock_too).await;
    })
    .await;
}

#[tokio::test]
async fn of_two_replacements_at_once_the_second_replaces_the_first() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let shop = change(db, async |conn: &mut Conn| add_partner(conn, "Shop").await).await;
        let (first, second) = (new_key(), new_key());
        let owner = Organisation::Partner(shop.id);
        let mut one = db.begin().await.unwrap();
        api_keys::replace_key(&mut one, owner, &first, NOW).await.unwrap();
        let other = async {
            let mut conn = db.begin().await.unwrap();
            api_keys::replace_key(&mut conn, owner, &second, NOW).await.unwrap();
            conn.commit().await.unwrap();
        };
        assert_waits_for(one, other).await;
        let mut conn = db.read().await.unwrap();
        assert_eq!(owner_of(&mut conn, &second.hash).await, Some(shop.id));
        assert_eq!(owner_of(&mut conn, &first.hash).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_new_key_makes_the_old_one_unknown() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        let rival = add_partner(conn, "Rival").await;
        let (owner, key) = (Organisation::Partner(shop.id), new_key());
        api_keys::replace_key(conn, owner, &key, NOW).await.unwrap();
        assert_eq!(owner_of(conn, &shop.key_hash).await, None);
        assert_eq!(owner_of(conn, &key.hash).await, Some(shop.id));
        assert_eq!(api_keys::find_sealed_key(conn, owner).await.unwrap(), Some(key.sealed));
        assert_eq!(owner_of(conn, &rival.key_hash).await, Some(rival.id));
    })
    .await;
}

/// Hashes of keys that were replaced, whose they were, and since when; the oldest first.
async fn old_keys(conn: &mut Conn) -> Vec<(Vec<u8>, PartnerId, i64)> {
    let sql = "select hash, organisation_id, revoked_at from api_keys where revoked_at is not null order by revoked_at";
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
        let (owner, keys) = (Organisation::Partner(shop.id), [new_key(), new_key()]);
        let [first, second] = [1, 2].map(|millis| NOW.plus_millis(millis));
        api_keys::replace_key(conn, owner, &keys[0], first).await.unwrap();
        api_keys::replace_key(conn, owner, &keys[1], second).await.unwrap();
        let wanted = [
            (shop.key_hash.to_vec(), shop.id, first.as_millis()),
            (keys[0].hash.to_vec(), shop.id, second.as_millis()),
        ];
        assert_eq!(old_keys(conn).await, wanted);
        for old in [&shop.key_hash, &keys[0].hash] {
            assert_eq!(owner_of(conn, old).await, None);
        }
        assert_eq!(owner_of(conn, &rival.key_hash).await, Some(rival.id));
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
        assert_duplicate(api_keys::replace_key(conn, Organisation::Partner(shop.id), &key, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_partners_key_is_unknown_until_they_are_restored() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        suspend(conn, shop.user).await;
        assert_eq!(owner_of(conn, &shop.key_hash).await, None);
        restore(conn, shop.user).await;
        assert_eq!(owner_of(conn, &shop.key_hash).await, Some(shop.id));
    })
    .await;
}
