//! Users: one per email, found by it and by id, changed one at a time, listed newest first.

use domain::{ListQuery, Organisation, Role, UserFilter, UserId, UserRow};
use store::{
    Conn, Db, StoreError,
    organisations::{memberships, suspensions},
    sign_in::users::{self, NewUser},
};
use testkit::TestDatabase;

use crate::{
    assert_duplicate, assert_waits_for, in_transaction,
    network::{NOW, add_person, add_user, email, found, new_id, person, suspend, try_add_person},
    on_both,
    queries::{all, asked, assert_two_pages, by_status, by_text, page_after},
};

/// A partner whose address and hash are known.
async fn add_ann(conn: &mut Conn) -> UserId {
    let id = try_add_person(conn, &email("ann@shop.example"), "Ann", false).await.unwrap();
    users::set_password_hash(conn, id, "Ann's hash").await.unwrap();
    found(conn, Organisation::Partner(new_id()), id, "Ann").await;
    id
}

async fn names(conn: &mut Conn, list: ListQuery<UserFilter>) -> Vec<String> {
    users::list_users(conn, &list).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

async fn hash_of(conn: &mut Conn, id: UserId) -> String {
    users::find_credentials(conn, id).await.unwrap().unwrap().password_hash
}

async fn is_suspended(conn: &mut Conn, id: UserId) -> bool {
    users::find_credentials(conn, id).await.unwrap().unwrap().suspended
}

#[tokio::test]
async fn a_user_is_found_by_email_and_by_id() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_ann(conn).await;
        add_user(conn, Role::Admin, "Bea").await;
        let by_email = users::find_credentials_by_email(conn, &email("ann@shop.example")).await.unwrap();
        let by_id = users::find_credentials(conn, ann).await.unwrap();
        let locked = users::lock_credentials(conn, ann).await.unwrap();
        for found in [by_email, by_id, locked] {
            let found = found.unwrap();
            assert_eq!((found.user_id, found.role, found.suspended), (ann, Role::Partner, false));
            assert_eq!(found.password_hash, "Ann's hash");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_is_found_where_nobody_is() {
    in_transaction(async |conn: &mut Conn| {
        add_ann(conn).await;
        assert!(users::find_credentials_by_email(conn, &email("ann@other.example")).await.unwrap().is_none());
        assert!(users::find_credentials(conn, new_id()).await.unwrap().is_none());
        assert!(users::lock_credentials(conn, new_id()).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn an_email_is_taken_once() {
    in_transaction(async |conn: &mut Conn| {
        add_ann(conn).await;
        let (email, name) = (email("ann@shop.example"), person("Another Ann"));
        let second = NewUser { id: new_id(), email: &email, name: &name, password_hash: "hash", is_admin: true };
        assert_duplicate(users::insert_user(conn, second, NOW).await);
    })
    .await;
}

#[tokio::test]
async fn locked_credentials_stay_as_they_are_until_the_transaction_ends() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        let ann = add_ann(&mut conn).await;
        conn.commit().await.unwrap();
        let mut locked = db.begin().await.unwrap();
        users::lock_credentials(&mut locked, ann).await.unwrap().unwrap();
        let change = async {
            let mut conn = db.begin().await.unwrap();
            users::lock_credentials(&mut conn, ann).await.unwrap().unwrap();
            suspend(&mut conn, ann).await;
            conn.commit().await.unwrap();
        };
        assert_waits_for(locked, change).await;
        assert!(is_suspended(&mut db.read().await.unwrap(), ann).await);
    })
    .await;
}

#[tokio::test]
async fn whoever_waited_for_credentials_sees_what_was_done_meanwhile() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let mut conn = db.begin().await.unwrap();
        let ann = add_ann(&mut conn).await;
        conn.commit().await.unwrap();
        let mut locked = db.begin().await.unwrap();
        users::lock_credentials(&mut locked, ann).await.unwrap().unwrap();
        suspend(&mut locked, ann).await;
        let look = async {
            let mut conn = db.begin().await.unwrap();
            let found = users::lock_credentials(&mut conn, ann).await.unwrap().unwrap();
            assert!(found.suspended, "a session would begin after all were ended");
        };
        assert_waits_for(locked, look).await;
    })
    .await;
}

#[tokio::test]
async fn a_password_is_replaced_for_one_user_only() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_ann(conn).await;
        let bea = add_user(conn, Role::Affiliate, "Bea").await;
        users::set_password_hash(conn, ann, "a newer hash").await.unwrap();
        assert_eq!(hash_of(conn, ann).await, "a newer hash");
        assert_eq!(hash_of(conn, bea).await, "hash");
    })
    .await;
}

#[tokio::test]
async fn a_name_is_changed_for_one_user_only() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_ann(conn).await;
        add_user(conn, Role::Affiliate, "Bea").await;
        users::set_name(conn, ann, &person("Zoë")).await.unwrap();
        assert_eq!(users::find_name(conn, ann).await.unwrap().as_deref(), Some("Zoë"));
        assert_eq!(users::find_name(conn, new_id()).await.unwrap(), None);
        assert_eq!(names(conn, all()).await, ["Bea", "Zoë"]);
    })
    .await;
}

#[tokio::test]
async fn partners_and_affiliates_are_suspended_and_restored() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_ann(conn).await;
        let bea = add_user(conn, Role::Affiliate, "Bea").await;
        for user in [ann, bea] {
            assert!(!is_suspended(conn, user).await);
            suspend(conn, user).await;
            assert!(is_suspended(conn, user).await);
        }
        let organisation = memberships::find_organisation(conn, ann).await.unwrap().unwrap();
        suspensions::restore(conn, organisation).await.unwrap();
        assert!(!is_suspended(conn, ann).await);
        assert!(is_suspended(conn, bea).await, "only one was restored");
    })
    .await;
}

#[tokio::test]
async fn admins_and_nobodies_are_in_no_organisation_that_could_be_suspended() {
    in_transaction(async |conn: &mut Conn| {
        let admin = add_user(conn, Role::Admin, "Bea").await;
        for user in [admin, new_id()] {
            assert_eq!(memberships::find_organisation(conn, user).await.unwrap(), None);
        }
        assert!(!is_suspended(conn, admin).await);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_neither_an_admin_nor_in_an_organisation_is_an_error() {
    in_transaction(async |conn: &mut Conn| {
        let nobody = add_person(conn, "Nobody", false).await;
        let read = users::find_credentials(conn, nobody).await;
        assert!(matches!(read, Err(StoreError::BadRow { .. })), "{read:?}");
    })
    .await;
}

#[tokio::test]
async fn it_is_known_whether_anybody_and_whether_an_admin_exists() {
    in_transaction(async |conn: &mut Conn| {
        assert!(!users::any_user_exists(conn).await.unwrap());
        assert!(!users::admin_exists(conn).await.unwrap());
        add_ann(conn).await;
        assert!(users::any_user_exists(conn).await.unwrap());
        assert!(!users::admin_exists(conn).await.unwrap());
        add_user(conn, Role::Admin, "Bea").await;
        assert!(users::admin_exists(conn).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_list_of_users_shows_each_as_stored() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_ann(conn).await;
        let email = "ann@shop.example".to_owned();
        let of_ann = memberships::find_organisation(conn, ann).await.unwrap().unwrap();
        let mut wanted = UserRow {
            id: ann,
            role: Role::Partner,
            name: "Ann".to_owned(),
            email,
            suspended_at: None,
            created_at: NOW,
            organisation: Some(of_ann.to_string()),
        };
        assert_eq!(users::list_users(conn, &all()).await.unwrap().rows, [wanted.clone()]);
        let later = NOW.plus_millis(1);
        let organisation = memberships::find_organisation(conn, ann).await.unwrap().unwrap();
        suspensions::suspend(conn, organisation, NOW).await.unwrap();
        suspensions::suspend(conn, organisation, later).await.unwrap();
        wanted.suspended_at = Some(later);
        assert_eq!(users::list_users(conn, &all()).await.unwrap().rows, [wanted]);
    })
    .await;
}

#[tokio::test]
async fn users_are_listed_newest_first_and_in_pages() {
    in_transaction(async |conn: &mut Conn| {
        for number in 1..=51 {
            add_user(conn, Role::Affiliate, &format!("Number {number}")).await;
        }
        let first = users::list_users(conn, &all()).await.unwrap();
        let second = users::list_users(conn, &page_after(&first)).await.unwrap();
        assert_two_pages(&first, &second);
        assert_eq!((first.rows[0].name.as_str(), second.rows[0].name.as_str()), ("Number 51", "Number 1"));
        let nonsense = asked(&[("after", "2"), ("before", "nonsense"), ("status", "nonsense")]);
        assert_eq!(users::list_users(conn, &nonsense).await.unwrap(), first);
    })
    .await;
}

#[tokio::test]
async fn users_are_filtered_by_role_by_suspension_and_by_text() {
    in_transaction(async |conn: &mut Conn| {
        add_ann(conn).await;
        add_user(conn, Role::Admin, "Bea").await;
        let carl = add_user(conn, Role::Affiliate, "Carl_1").await;
        suspend(conn, carl).await;
        assert_eq!(names(conn, by_status("admin")).await, ["Bea"]);
        assert_eq!(names(conn, by_status("affiliate")).await, ["Carl_1"]);
        assert_eq!(names(conn, by_status("suspended")).await, ["Carl_1"]);
        assert_eq!(names(conn, by_text("bEA")).await, ["Bea"]);
        assert_eq!(names(conn, by_text("ANN@shop")).await, ["Ann"]);
        // What a pattern gives a meaning to is a letter like any other here.
        assert_eq!(names(conn, by_text("_")).await, ["Carl_1"]);
        assert!(names(conn, by_text("%")).await.is_empty());
        let both = asked(&[("text", "carl"), ("status", "admin")]);
        assert!(names(conn, both).await.is_empty());
    })
    .await;
}
