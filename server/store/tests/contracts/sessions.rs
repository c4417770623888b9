//! Sessions: whose a token is, until it expires, is ended, or its user is suspended.

use std::net::{IpAddr, Ipv4Addr};

use domain::{Organisation, Role, Timestamp, UserId};
use store::{
    Conn,
    sign_in::sessions::{self, OpenSession},
};

use crate::{
    assert_duplicate, assert_refused, in_transaction,
    network::{NOW, add_affiliate, add_partner, add_user, email, new_hash, new_id, restore, suspend, try_add_person},
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
const END: Timestamp = NOW.plus_millis(1000);

async fn start(conn: &mut Conn, user: UserId) -> [u8; 32] {
    let token = new_hash();
    sessions::insert_session(conn, &token, user, HERE, NOW, END).await.unwrap();
    token
}

async fn user_of(conn: &mut Conn, token: &[u8; 32]) -> Option<UserId> {
    sessions::find_session_user(conn, token, NOW).await.unwrap().map(|session| session.user_id)
}

#[tokio::test]
async fn a_session_tells_who_its_user_is() {
    in_transaction(async |conn: &mut Conn| {
        let id = try_add_person(conn, &email("bea@network.example"), "Bea", true).await.unwrap();
        let token = start(conn, id).await;
        let bea = sessions::find_session_user(conn, &token, NOW).await.unwrap().unwrap();
        assert_eq!((bea.user_id, bea.is_admin, bea.organisation), (id, true, None));
        assert_eq!((bea.name.as_str(), bea.email.as_str()), ("Bea", "bea@network.example"));
        assert!(sessions::find_session_user(conn, &new_hash(), NOW).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_partners_and_an_affiliates_session_tell_which_they_are() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, blog) = (add_partner(conn, "Shop").await, add_affiliate(conn, "Blog").await);
        let (shops, blogs) = (start(conn, shop.user).await, start(conn, blog.user).await);
        let session = sessions::find_session_user(conn, &shops, NOW).await.unwrap().unwrap();
        assert_eq!((session.is_admin, session.organisation), (false, Some(Organisation::Partner(shop.id))));
        let session = sessions::find_session_user(conn, &blogs, NOW).await.unwrap().unwrap();
        assert_eq!((session.is_admin, session.organisation), (false, Some(Organisation::Affiliate(blog.id))));
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_at_the_moment_it_expires() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Admin, "Bea").await;
        let token = start(conn, user).await;
        let just_before = END.plus_millis(-1);
        assert!(sessions::find_session_user(conn, &token, just_before).await.unwrap().is_some());
        assert!(sessions::find_session_user(conn, &token, END).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_suspended_users_session_is_nobodys() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "Shop").await;
        let token = start(conn, shop.user).await;
        suspend(conn, shop.user).await;
        assert_eq!(user_of(conn, &token).await, None);
        restore(conn, shop.user).await;
        assert_eq!(user_of(conn, &token).await, Some(shop.user));
    })
    .await;
}

#[tokio::test]
async fn a_token_is_one_sessions() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Admin, "Bea").await;
        let token = start(conn, user).await;
        assert_duplicate(sessions::insert_session(conn, &token, user, HERE, NOW, END).await);
    })
    .await;
}

#[tokio::test]
async fn only_a_user_who_is_there_has_a_session() {
    in_transaction(async |conn: &mut Conn| {
        assert_refused(sessions::insert_session(conn, &new_hash(), new_id(), HERE, NOW, END).await);
    })
    .await;
}

#[tokio::test]
async fn ending_a_session_ends_no_other() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Admin, "Bea").await;
        let (phone, laptop) = (start(conn, user).await, start(conn, user).await);
        assert!(sessions::delete_session(conn, &phone).await.unwrap());
        assert_eq!(user_of(conn, &phone).await, None);
        assert_eq!(user_of(conn, &laptop).await, Some(user));
        // One that is gone already is no error: whoever signs out twice is signed out.
        assert!(!sessions::delete_session(conn, &phone).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn all_sessions_of_a_user_end_and_nobody_elses() {
    in_transaction(async |conn: &mut Conn| {
        let bea = add_user(conn, Role::Admin, "Bea").await;
        let other = add_user(conn, Role::Admin, "Carl").await;
        let (phone, laptop, others) = (start(conn, bea).await, start(conn, bea).await, start(conn, other).await);
        sessions::delete_sessions_of(conn, bea).await.unwrap();
        assert_eq!((user_of(conn, &phone).await, user_of(conn, &laptop).await), (None, None));
        assert_eq!(user_of(conn, &others).await, Some(other));
    })
    .await;
}

#[tokio::test]
async fn sweeping_takes_the_expired_sessions_and_leaves_the_others() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Admin, "Bea").await;
        let (old, young) = (start(conn, user).await, new_hash());
        sessions::insert_session(conn, &young, user, HERE, NOW, END.plus_millis(1)).await.unwrap();
        sessions::delete_expired_sessions(conn, END.plus_millis(-1)).await.unwrap();
        assert_eq!(user_of(conn, &old).await, Some(user), "it has a moment left");
        sessions::delete_expired_sessions(conn, END).await.unwrap();
        // Asked as of an earlier moment, so that only a row that is gone is not found.
        assert_eq!(user_of(conn, &old).await, None);
        assert_eq!(user_of(conn, &young).await, Some(user));
    })
    .await;
}

#[tokio::test]
async fn sessions_are_counted_until_they_end() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Admin, "Bea").await;
        start(conn, user).await;
        start(conn, user).await;
        assert_eq!(sessions::count_sessions(conn, END.plus_millis(-1)).await.unwrap(), 2);
        assert_eq!(sessions::count_sessions(conn, END).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn open_sessions_are_listed_with_where_they_began() {
    in_transaction(async |conn: &mut Conn| {
        let (shop, blog) = (add_partner(conn, "Shop").await, add_affiliate(conn, "Blog").await);
        start(conn, blog.user).await;
        let first = start(conn, shop.user).await;
        let later = new_hash();
        let there = "2001:db8::1".parse().unwrap();
        let (at, end) = (NOW.plus_millis(1), END.plus_millis(1));
        sessions::insert_session(conn, &later, shop.user, there, at, end).await.unwrap();
        let open =
            |token_hash, created_at, address: &str| OpenSession { token_hash, created_at, address: address.into() };
        let all = sessions::list_sessions(conn, shop.user, NOW).await.unwrap();
        assert_eq!(all, [open(later, at, "2001:db8::1"), open(first, NOW, "192.0.2.7")]);
        let left = sessions::list_sessions(conn, shop.user, END).await.unwrap();
        assert_eq!(left, [open(later, at, "2001:db8::1")]);
    })
    .await;
}
