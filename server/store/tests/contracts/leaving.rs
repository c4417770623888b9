//! Another email, a time zone, and leaving.

use domain::{Actor, ApplicationFilter, ListQuery, Organisation, Profile, Role, Timestamp, report::ZoneName};
use store::{
    Conn, Scope,
    activity::{self, NewActivity},
    applications,
    organisations::{memberships, profiles},
    reports::{delete_saved_reports_of, list_saved_reports, save_report},
    sign_in::{email_changes, sessions, users},
};

use crate::{
    assert_duplicate, in_transaction,
    network::{NOW, Network, add_user, email, new_hash, new_id, person, try_add_person},
    queries::all,
};

const END: Timestamp = NOW.plus_millis(1000);

#[tokio::test]
async fn an_email_that_is_wanted_is_taken_once_and_in_time() {
    in_transaction(async |conn: &mut Conn| {
        let ann = add_user(conn, Role::Partner, "Ann").await;
        let (first, second) = (new_hash(), new_hash());
        let (old, new) = (email("old@people.example"), email("new@people.example"));
        email_changes::replace_email_change(conn, &first, ann, &old, END).await.unwrap();
        email_changes::replace_email_change(conn, &second, ann, &new, END).await.unwrap();
        assert_eq!(email_changes::take_email_change(conn, &first, NOW).await.unwrap(), None, "only the last is good");
        assert_eq!(email_changes::take_email_change(conn, &second, END).await.unwrap(), None, "not for ever");
        assert_eq!(email_changes::take_email_change(conn, &second, NOW).await.unwrap(), Some((ann, new.clone())));
        assert_eq!(email_changes::take_email_change(conn, &second, NOW).await.unwrap(), None);
        email_changes::replace_email_change(conn, &first, ann, &new, END).await.unwrap();
        email_changes::delete_email_change(conn, ann).await.unwrap();
        assert_eq!(email_changes::take_email_change(conn, &first, NOW).await.unwrap(), None);
        email_changes::replace_email_change(conn, &first, ann, &new, END).await.unwrap();
        email_changes::delete_expired_email_changes(conn, NOW).await.unwrap();
        assert!(email_changes::take_email_change(conn, &first, NOW).await.unwrap().is_some(), "it is good still");
        email_changes::replace_email_change(conn, &second, ann, &new, END).await.unwrap();
        email_changes::delete_expired_email_changes(conn, END).await.unwrap();
        assert_eq!(email_changes::take_email_change(conn, &second, NOW).await.unwrap(), None, "it was swept out");
        users::set_email(conn, ann, &new).await.unwrap();
        assert_eq!(users::find_email(conn, ann).await.unwrap().as_deref(), Some("new@people.example"));
        assert!(users::find_credentials_by_email(conn, &new).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn an_email_is_one_persons() {
    in_transaction(async |conn: &mut Conn| {
        try_add_person(conn, &email("taken@people.example"), "Bob", true).await.unwrap();
        let ann = add_user(conn, Role::Partner, "Ann").await;
        assert_duplicate(users::set_email(conn, ann, &email("taken@people.example")).await);
    })
    .await;
}

#[tokio::test]
async fn a_chosen_zone_comes_with_the_session() {
    in_transaction(async |conn: &mut Conn| {
        let (ann, token) = (add_user(conn, Role::Partner, "Ann").await, new_hash());
        sessions::insert_session(conn, &token, ann, "192.0.2.1".parse().unwrap(), NOW, END).await.unwrap();
        for zone in [Some("Asia/Kathmandu"), None] {
            let zone = zone.map(|name| ZoneName::parse(name).unwrap());
            users::set_time_zone(conn, ann, zone.as_ref()).await.unwrap();
            let found = sessions::find_session_user(conn, &token, NOW).await.unwrap().unwrap();
            assert_eq!(found.time_zone, zone);
        }
    })
    .await;
}

#[tokio::test]
async fn of_who_leaves_nothing_is_left_that_tells_who_they_were() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let (user, blog) = (shop.affiliate.user, Organisation::Affiliate(shop.affiliate.id));
        let about = Profile { about: "Ann's blog".into(), ..Profile::default() };
        profiles::set_profile(conn, blog, &about).await.unwrap();
        let report = domain::report::ReportName::parse("Mine").unwrap();
        save_report(conn, new_id(), user, &report, "by=offer").await.unwrap();
        let entry = NewActivity {
            id: new_id(),
            actor: Actor::Person { user, address: "192.0.2.1".parse().unwrap() },
            action: domain::Action::NameChanged,
            subject_id: user.to_string(),
            subject: "Ann".to_owned(),
            changes: Vec::new(),
            partner: None,
            affiliate: Some(shop.affiliate.id),
            account: Some(user),
        };
        activity::insert_activity(conn, &entry).await.unwrap();
        // An admin's decision about the person, and about the organisation.
        for subject_id in [user.to_string(), blog.to_string()] {
            let action = domain::Action::UserSuspended;
            let of_admin = NewActivity { id: new_id(), action, subject_id, ..entry.clone() };
            activity::insert_activity(conn, &of_admin).await.unwrap();
        }
        let mail = users::find_email(conn, user).await.unwrap().unwrap();

        users::erase_user(conn, user, Some(blog), &person("Deleted affiliate"), NOW).await.unwrap();
        profiles::erase_profile(conn, blog).await.unwrap();
        delete_saved_reports_of(conn, user).await.unwrap();

        assert!(users::find_credentials_by_email(conn, &email(&mail)).await.unwrap().is_none());
        assert!(users::find_credentials(conn, user).await.unwrap().is_none());
        assert_eq!(users::find_email(conn, user).await.unwrap(), None);
        let listed = users::list_users(conn, &all()).await.unwrap().rows;
        assert!(listed.iter().all(|row| row.id != user), "{listed:?}");
        assert_eq!(memberships::list_members(conn, blog).await.unwrap(), []);
        assert_eq!(profiles::find_profile(conn, blog).await.unwrap(), Profile::default());
        assert_eq!(list_saved_reports(conn, user).await.unwrap(), []);
        let whole = ListQuery::<ApplicationFilter>::default();
        let kept = applications::list_applications(conn, Scope::Network, &whole).await.unwrap().rows;
        assert_eq!((kept.len(), kept[0].message.as_str()), (1, ""), "the link and its numbers stay");
        let admin = add_user(conn, Role::Admin, "Boss").await;
        let told = activity::list_activity(conn, Scope::Network, admin, &all()).await.unwrap().rows;
        assert_eq!(told.len(), 3);
        for row in told {
            assert_eq!((row.subject.as_str(), row.address), ("Deleted affiliate", None));
        }
    })
    .await;
}

#[tokio::test]
async fn admins_are_counted_as_long_as_they_stay() {
    in_transaction(async |conn: &mut Conn| {
        let (first, _) = (add_user(conn, Role::Admin, "Ann").await, add_user(conn, Role::Admin, "Bob").await);
        add_user(conn, Role::Partner, "Shop").await;
        assert_eq!(users::count_admins(conn).await.unwrap(), 2);
        users::erase_user(conn, first, None, &person("Deleted admin"), NOW).await.unwrap();
        assert_eq!(users::count_admins(conn).await.unwrap(), 1);
        assert!(users::admin_exists(conn).await.unwrap());
    })
    .await;
}
