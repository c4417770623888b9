//! One-time tokens: good for one purpose, once, until they expire or are replaced.

use domain::{Role, Timestamp, UserId};
use store::{
    Conn, Db,
    sign_in::tokens::{self, Purpose},
    sign_in::users,
};
use testkit::TestDatabase;

use crate::{
    assert_duplicate, assert_refused, assert_waits_for, in_transaction,
    network::{NOW, add_user, new_hash, new_id},
    on_both,
};

const END: Timestamp = NOW.plus_millis(1000);

async fn add_reset(conn: &mut Conn, user: UserId) -> [u8; 32] {
    let token = new_hash();
    tokens::replace_token(conn, &token, Purpose::Reset, Some(user), END).await.unwrap();
    token
}

async fn is_valid(conn: &mut Conn, token: &[u8; 32], purpose: Purpose) -> bool {
    tokens::token_is_valid(conn, token, purpose, NOW).await.unwrap()
}

#[tokio::test]
async fn a_token_is_taken_once() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Partner, "Ann").await;
        let token = add_reset(conn, user).await;
        assert_eq!(tokens::take_token(conn, &token, Purpose::Reset, NOW).await.unwrap(), Some(Some(user)));
        assert_eq!(tokens::take_token(conn, &token, Purpose::Reset, NOW).await.unwrap(), None);
        assert!(!is_valid(conn, &token, Purpose::Reset).await);
    })
    .await;
}

#[tokio::test]
async fn asking_whether_a_token_is_valid_does_not_use_it_up() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Partner, "Ann").await;
        let token = add_reset(conn, user).await;
        assert!(is_valid(conn, &token, Purpose::Reset).await);
        assert!(is_valid(conn, &token, Purpose::Reset).await);
        assert!(!is_valid(conn, &new_hash(), Purpose::Reset).await);
        assert_eq!(tokens::take_token(conn, &token, Purpose::Reset, NOW).await.unwrap(), Some(Some(user)));
    })
    .await;
}

#[tokio::test]
async fn a_token_is_good_for_its_own_purpose_only() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Partner, "Ann").await;
        let token = add_reset(conn, user).await;
        assert!(!is_valid(conn, &token, Purpose::Setup).await);
        assert_eq!(tokens::take_token(conn, &token, Purpose::Setup, NOW).await.unwrap(), None);
        assert!(is_valid(conn, &token, Purpose::Reset).await, "the wrong purpose does not use it up");
    })
    .await;
}

#[tokio::test]
async fn a_token_is_void_from_the_moment_it_expires() {
    in_transaction(async |conn: &mut Conn| {
        let user = add_user(conn, Role::Partner, "Ann").await;
        let token = add_reset(conn, user).await;
        assert!(!tokens::token_is_valid(conn, &token, Purpose::Reset, END).await.unwrap());
        assert_eq!(tokens::take_token(conn, &token, Purpose::Reset, END).await.unwrap(), None);
        let just_before = END.plus_millis(-1);
        assert!(tokens::token_is_valid(conn, &token, Purpose::Reset, just_before).await.unwrap());
        let taken = tokens::take_token(conn, &token, Purpose::Reset, just_before).await.unwrap();
        assert_eq!(taken, Some(Some(user)));
    })
    .await;
}

#[tokio::test]
async fn a_new_token_voids_the_users_older_one_and_nobody_elses() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_user(conn, Role::Partner, "Ann").await;
        let bea = add_user(conn, Role::Partner, "Bea").await;
        let (old, beas) = (add_reset(conn, ann).await, add_reset(conn, bea).await);
        let new = add_reset(conn, ann).await;
        assert!(!is_valid(conn, &old, Purpose::Reset).await);
        assert!(is_valid(conn, &new, Purpose::Reset).await);
        assert!(is_valid(conn, &beas, Purpose::Reset).await);
    })
    .await;
}

#[tokio::test]
async fn set_up_tokens_belong_to_nobody_and_stay_side_by_side() {
    in_transaction(async |conn: &mut Conn| {
        let (one, other) = (new_hash(), new_hash());
        for token in [&one, &other] {
            tokens::replace_token(conn, token, Purpose::Setup, None, END).await.unwrap();
        }
        assert!(is_valid(conn, &one, Purpose::Setup).await);
        assert_eq!(tokens::take_token(conn, &other, Purpose::Setup, NOW).await.unwrap(), Some(None));
        assert_eq!(tokens::take_token(conn, &one, Purpose::Setup, NOW).await.unwrap(), Some(None));
    })
    .await;
}

#[tokio::test]
async fn only_the_newest_set_up_tokens_are_kept() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_user(conn, Role::Partner, "Ann").await;
        let reset = add_reset(conn, ann).await;
        let printed = [new_hash(), new_hash(), new_hash()];
        for (token, millis) in printed.iter().zip([10, 30, 20]) {
            tokens::replace_token(conn, token, Purpose::Setup, None, END.plus_millis(millis)).await.unwrap();
        }
        tokens::delete_setup_tokens(conn, 2).await.unwrap();
        for (token, is_kept) in printed.iter().zip([false, true, true]) {
            assert_eq!(is_valid(conn, token, Purpose::Setup).await, is_kept);
        }
        tokens::delete_setup_tokens(conn, 0).await.unwrap();
        for token in &printed {
            assert!(!is_valid(conn, token, Purpose::Setup).await);
        }
        assert!(is_valid(conn, &reset, Purpose::Reset).await, "others stay");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_make_the_first_admin_at_once_see_each_other() {
    on_both(async |db: &Db, _: &TestDatabase| {
        let printed = [new_hash(), new_hash()];
        let mut conn = db.begin().await.unwrap();
        for token in &printed {
            tokens::replace_token(&mut conn, token, Purpose::Setup, None, END).await.unwrap();
        }
        conn.commit().await.unwrap();

        let mut first = db.begin().await.unwrap();
        tokens::lock_setup(&mut first).await.unwrap();
        assert_eq!(tokens::take_token(&mut first, &printed[0], Purpose::Setup, NOW).await.unwrap(), Some(None));
        assert!(!users::admin_exists(&mut first).await.unwrap());
        add_user(&mut first, Role::Admin, "Ann").await;
        assert_waits_for(first, async {
            let mut second = db.begin().await.unwrap();
            tokens::lock_setup(&mut second).await.unwrap();
            tokens::take_token(&mut second, &printed[1], Purpose::Setup, NOW).await.unwrap();
            assert!(users::admin_exists(&mut second).await.unwrap(), "the first one is seen");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn all_tokens_of_a_user_are_voided_and_nobody_elses() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_user(conn, Role::Partner, "Ann").await;
        let bea = add_user(conn, Role::Partner, "Bea").await;
        let (anns, beas, setup) = (add_reset(conn, ann).await, add_reset(conn, bea).await, new_hash());
        tokens::replace_token(conn, &setup, Purpose::Setup, None, END).await.unwrap();
        tokens::delete_tokens_of(conn, ann).await.unwrap();
        assert!(!is_valid(conn, &anns, Purpose::Reset).await);
        assert!(is_valid(conn, &beas, Purpose::Reset).await);
        assert!(is_valid(conn, &setup, Purpose::Setup).await);
    })
    .await;
}

#[tokio::test]
async fn a_token_is_there_once() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_user(conn, Role::Partner, "Ann").await;
        let token = add_reset(conn, ann).await;
        assert_duplicate(tokens::replace_token(conn, &token, Purpose::Setup, None, END).await);
    })
    .await;
}

#[tokio::test]
async fn only_a_user_who_is_there_has_a_token() {
    in_transaction(async |conn: &mut Conn| {
        let nobody = Some(new_id());
        assert_refused(tokens::replace_token(conn, &new_hash(), Purpose::Reset, nobody, END).await);
    })
    .await;
}

#[tokio::test]
async fn sweeping_takes_the_expired_tokens_and_leaves_the_others() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_user(conn, Role::Partner, "Ann").await;
        let (old, young) = (add_reset(conn, ann).await, new_hash());
        tokens::replace_token(conn, &young, Purpose::Setup, None, END.plus_millis(1)).await.unwrap();
        tokens::delete_expired_tokens(conn, END.plus_millis(-1)).await.unwrap();
        assert!(is_valid(conn, &old, Purpose::Reset).await, "it has a moment left");
        tokens::delete_expired_tokens(conn, END).await.unwrap();
        // Asked as of an earlier moment, so that only a row that is gone is not valid.
        assert!(!is_valid(conn, &old, Purpose::Reset).await);
        assert!(is_valid(conn, &young, Purpose::Setup).await);
    })
    .await;
}
