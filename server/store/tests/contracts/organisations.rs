//! Organisations: their names, members and keys; a key is known by its hash until it is replaced.

use std::collections::BTreeMap;

use domain::{
    AffiliateNote, ApplicationStatus, KeyOwner, KeyScopes, ListQuery, OfferStatus, Organisation, PartnerId, Profile,
    ProfileInput, Role,
};
use store::{
    Conn, Db,
    organisations::{self, affiliates, api_keys, memberships, notes, profiles},
};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::{
    assert_duplicate, assert_refused, assert_waits_for, in_transaction,
    network::{
        NOW, Network, add_affiliate, add_link, add_offer, add_partner, add_person, apply, change, found, new_hash,
        new_id, new_key, person, restore, set_application, suspend,
    },
    on_both,
    queries::{all, by_status, by_text},
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

fn a_profile(website: &str) -> Profile {
    let channels = BTreeMap::from([("seo".to_owned(), "on".to_owned()), ("email".to_owned(), "on".to_owned())]);
    let input = ProfileInput {
        website: website.into(),
        channels,
        countries: "DE, AT".into(),
        about: "Shoes,\nand boots".into(),
    };
    Profile::parse(&input).unwrap()
}

#[tokio::test]
async fn a_profile_is_what_was_said_last() {
    in_transaction(async |conn: &mut Conn| {
        let (blog, shop) = (add_affiliate(conn, "Blog").await.id, add_partner(conn, "Shop").await.id);
        let (blog, shop) = (Organisation::Affiliate(blog), Organisation::Partner(shop));
        assert_eq!(profiles::find_profile(conn, blog).await.unwrap(), Profile::default());
        for website in ["old.example", "blog.example"] {
            profiles::set_profile(conn, blog, &a_profile(website)).await.unwrap();
            assert_eq!(profiles::find_profile(conn, blog).await.unwrap(), a_profile(website));
        }
        assert_eq!(profiles::find_profile(conn, shop).await.unwrap(), Profile::default());
    })
    .await;
}

#[tokio::test]
async fn all_that_is_known_of_an_organisation_comes_at_once() {
    in_transaction(async |conn: &mut Conn| {
        let owner = add_person(conn, "Ann", false).await;
        let blog = Organisation::Affiliate(new_id());
        found(conn, blog, owner, "Blog").await;
        profiles::set_profile(conn, blog, &a_profile("blog.example")).await.unwrap();
        let members = memberships::list_members(conn, blog).await.unwrap();
        assert_eq!(
            members.iter().map(|member| (member.id, member.name.as_str())).collect::<Vec<_>>(),
            [(owner, "Ann")]
        );
        let detail = organisations::find_detail(conn, blog).await.unwrap().unwrap();
        assert_eq!((detail.role, detail.id.clone(), detail.name.as_str()), (Role::Affiliate, blog.to_string(), "Blog"));
        assert_eq!((detail.created_at, detail.suspended_at, detail.members), (NOW, None, members));
        assert_eq!((detail.profile, detail.note.as_str()), (a_profile("blog.example"), ""));
        suspend(conn, owner).await;
        assert!(organisations::find_detail(conn, blog).await.unwrap().unwrap().suspended_at.is_some());
        let none = Organisation::new(Role::Partner, blog.uuid()).unwrap();
        assert_eq!(organisations::find_detail(conn, none).await.unwrap(), None, "it is no partner");
    })
    .await;
}

#[tokio::test]
async fn a_note_is_one_partners_about_one_affiliate() {
    in_transaction(async |conn: &mut Conn| {
        let (blog, forum) = (add_affiliate(conn, "Blog").await.id, add_affiliate(conn, "Forum").await.id);
        let (shop, rival) = (add_partner(conn, "Shop").await.id, add_partner(conn, "Rival").await.id);
        for text in ["Pays late", "Pays on time"] {
            let note = AffiliateNote::parse(text).unwrap();
            notes::set_note(conn, shop, blog, &note).await.unwrap();
            assert_eq!(notes::find_note(conn, shop, blog).await.unwrap(), text);
        }
        for (partner, affiliate) in [(shop, forum), (rival, blog)] {
            assert_eq!(notes::find_note(conn, partner, affiliate).await.unwrap(), "");
        }
    })
    .await;
}

#[tokio::test]
async fn a_partners_affiliates_are_those_who_applied_for_their_offers() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Elsewhere").await;
        let blog = Organisation::Affiliate(shop.affiliate.id);
        profiles::set_profile(conn, blog, &a_profile("blog.example")).await.unwrap();
        let boots = add_offer(conn, &shop.partner, "Boots", OfferStatus::Active).await;
        apply(conn, boots, &shop.affiliate).await;
        let forum = add_affiliate(conn, "Forum").await;
        let link = add_link(conn, boots, &forum).await;
        add_link(conn, rival.offer, &forum).await;

        let rows = affiliates::list_affiliates(conn, shop.partner.id, &all()).await.unwrap().rows;
        let names = |rows: &[domain::AffiliateRow]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&rows).len(), 2, "{:?}", names(&rows));
        let of_blog = rows.iter().find(|row| row.id == shop.affiliate.id).unwrap();
        assert_eq!((of_blog.approved, of_blog.waiting, of_blog.clicks, of_blog.conversions), (1, 1, 0, 0));
        assert_eq!((of_blog.applied_at, &of_blog.profile), (NOW, &a_profile("blog.example")));
        let of_forum = rows.iter().find(|row| row.id == forum.id).unwrap();
        assert_eq!((of_forum.approved, of_forum.waiting, of_forum.clicks), (1, 0, 0), "the other partner's is theirs");

        let list = async |conn: &mut Conn, list: ListQuery<_>| {
            let rows = affiliates::list_affiliates(conn, shop.partner.id, &list).await.unwrap().rows;
            names(&rows)
        };
        assert_eq!(list(conn, by_status("pending")).await, ["Blog"]);
        assert_eq!(list(conn, by_text("BLOG.ex")).await, ["Blog"]);
        set_application(conn, link.application, ApplicationStatus::Withdrawn).await.unwrap();
        assert_eq!(list(conn, by_status("approved")).await, ["Blog"]);
        assert!(affiliates::has_applied(conn, shop.partner.id, forum.id).await.unwrap());
        assert!(!affiliates::has_applied(conn, shop.partner.id, rival.affiliate.id).await.unwrap());
    })
    .await;
}
