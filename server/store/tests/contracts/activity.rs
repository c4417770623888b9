//! What was done is written once, and read by those whom it concerns.

use std::net::{IpAddr, Ipv6Addr};

use domain::{
    Action, ActivityActor, ActivityFilter, ActivityRow, Actor, FieldChange, ListQuery, Place, Role, Timestamp, UserId,
};
use store::{
    Conn, Scope,
    activity::{NewActivity, insert_activity, list_activity, list_news, news_read_at, set_news_read_at},
};

use crate::{
    in_transaction,
    network::{NOW, Network, add_user, new_id},
    queries::{by_status, by_text},
};

const HOME: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

fn new(actor: Actor, action: Action, subject: &str) -> NewActivity {
    let (id, subject_id, subject) = (new_id(), "off_1".to_owned(), subject.to_owned());
    NewActivity {
        id,
        actor,
        action,
        subject_id,
        subject,
        changes: vec![],
        partner: None,
        affiliate: None,
        account: None,
    }
}

const fn by(user: UserId) -> Actor {
    Actor::Person { user, address: HOME }
}

async fn read(conn: &mut Conn, scope: Scope, reader: UserId, list: &ListQuery<ActivityFilter>) -> Vec<ActivityRow> {
    list_activity(conn, scope, reader, list).await.unwrap().rows
}

fn subjects(rows: &[ActivityRow]) -> Vec<&str> {
    rows.iter().map(|row| row.subject.as_str()).collect()
}

#[tokio::test]
async fn everybody_reads_what_concerns_them_and_admins_read_all() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let rival = Network::add(conn, "Rival", "Hats", "Forum").await;
        let admin = add_user(conn, Role::Admin, "Boss").await;
        let (partner, affiliate) = (&shop.partner, &shop.affiliate);
        let of_both = NewActivity {
            partner: Some(partner.id),
            affiliate: Some(affiliate.id),
            ..new(by(affiliate.user), Action::ApplicationCreated, "Shoes")
        };
        let of_partner = NewActivity { partner: Some(partner.id), ..new(by(admin), Action::OfferApproved, "Boots") };
        let of_account =
            NewActivity { account: Some(affiliate.user), ..new(by(affiliate.user), Action::SignedIn, "Blog") };
        let of_nobody = NewActivity { account: Some(admin), ..new(Actor::Operator, Action::AccountCreated, "Boss") };
        for entry in [&of_both, &of_partner, &of_account, &of_nobody] {
            insert_activity(conn, entry).await.unwrap();
        }
        let all = ListQuery::default();
        let of_shop = read(conn, Scope::Partner(partner.id), partner.user, &all).await;
        assert_eq!(subjects(&of_shop), ["Boots", "Shoes"], "the newest first");
        let of_blog = read(conn, Scope::Affiliate(affiliate.id), affiliate.user, &all).await;
        assert_eq!(subjects(&of_blog), ["Blog", "Shoes"]);
        assert!(read(conn, Scope::Partner(rival.partner.id), rival.partner.user, &all).await.is_empty());
        let of_all = read(conn, Scope::Network, admin, &all).await;
        assert_eq!(subjects(&of_all), ["Boss", "Blog", "Boots", "Shoes"]);

        let named = by_text;
        assert_eq!(subjects(&read(conn, Scope::Partner(partner.id), partner.user, &named("blog")).await), ["Shoes"]);
        assert!(read(conn, Scope::Partner(partner.id), partner.user, &named("boss")).await.is_empty());

        // Whose address it is and what admins are called is their own business, and the admins'.
        let person = |role, name: Option<&str>| ActivityActor::Person { role, name: name.map(str::to_owned) };
        assert_eq!((&of_shop[0].actor, &of_shop[0].address), (&person(Role::Admin, None), &None));
        assert_eq!((&of_shop[1].actor, &of_shop[1].address), (&person(Role::Affiliate, Some("Blog")), &None));
        assert_eq!((&of_blog[1].actor, of_blog[1].address.as_deref()), (&ActivityActor::You, Some("::1")));
        assert_eq!(
            (&of_all[1].actor, of_all[1].address.as_deref()),
            (&person(Role::Affiliate, Some("Blog")), Some("::1"))
        );
        assert_eq!((&of_all[0].actor, &of_all[0].address), (&ActivityActor::Operator, &None));
    })
    .await;
}

#[tokio::test]
async fn an_entry_is_read_as_it_was_written() {
    in_transaction(async |conn: &mut Conn| {
        let admin = add_user(conn, Role::Admin, "Boss").await;
        for action in Action::ALL {
            let change = FieldChange { field: "name".into(), before: None, after: Some("\"quoted\" ü".into()) };
            let actor = Actor::Visitor { address: HOME };
            let entry = NewActivity { changes: vec![change.clone()], ..new(actor, *action, "Shoes") };
            insert_activity(conn, &entry).await.unwrap();
            let row = read(conn, Scope::Network, admin, &ListQuery::default()).await.remove(0);
            assert_eq!((row.id, row.action, row.changes), (entry.id, *action, vec![change]));
            assert_eq!((row.subject_id.as_str(), row.actor), ("off_1", ActivityActor::Visitor));
        }
        // As an older version sees what a newer one has written.
        insert_activity(conn, &new(Actor::Operator, Action::Unknown, "Shoes")).await.unwrap();
        assert_eq!(read(conn, Scope::Network, admin, &ListQuery::default()).await[0].action, Action::Unknown);
    })
    .await;
}

#[tokio::test]
async fn a_list_of_what_was_done_is_filtered_and_paged() {
    in_transaction(async |conn: &mut Conn| {
        let admin = add_user(conn, Role::Admin, "Boss").await;
        for number in 0..120 {
            let action = if number % 2 == 0 { Action::OfferPaused } else { Action::UserSuspended };
            insert_activity(conn, &new(by(admin), action, &format!("Subject {number}"))).await.unwrap();
        }
        insert_activity(conn, &new(by(admin), Action::ApiKeyRegenerated, "Shop")).await.unwrap();
        let offers = by_status("offer");
        let first = list_activity(conn, Scope::Network, admin, &offers).await.unwrap();
        assert!(first.rows.len() == 50 && first.rows.iter().all(|row| row.action == Action::OfferPaused));
        let second = offers.at(Place::After(first.next.unwrap()));
        assert_eq!(subjects(&read(conn, Scope::Network, admin, &second).await)[9], "Subject 0");
        for (list, found) in [
            (by_text("SUBJECT 11"), 11),
            (by_text("boss"), 50),
            (by_status("api_key"), 1),
            (by_status("application"), 0),
        ] {
            assert_eq!(read(conn, Scope::Network, admin, &list).await.len(), found, "{list:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn news_is_what_others_did_and_stays_read() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let admin = add_user(conn, Role::Admin, "Boss").await;
        let (partner, affiliate) = (&shop.partner, &shop.affiliate);
        let of_both = |actor, action, subject| NewActivity {
            partner: Some(partner.id),
            affiliate: Some(affiliate.id),
            ..new(actor, action, subject)
        };
        for entry in [
            of_both(by(affiliate.user), Action::ApplicationCreated, "Shoes"),
            of_both(by(partner.user), Action::ApplicationApproved, "Shoes"),
            NewActivity { partner: Some(partner.id), ..new(by(partner.user), Action::OfferCreated, "Hats") },
            NewActivity { account: Some(affiliate.user), ..new(by(affiliate.user), Action::SignedIn, "Blog") },
        ] {
            insert_activity(conn, &entry).await.unwrap();
        }
        let actions = |rows: Vec<ActivityRow>| rows.into_iter().map(|row| row.action).collect::<Vec<_>>();
        let of_shop = list_news(conn, Scope::Partner(partner.id), partner.user, NOW).await.unwrap();
        assert_eq!(actions(of_shop), [Action::ApplicationCreated], "not what one did oneself");
        let of_blog = list_news(conn, Scope::Affiliate(affiliate.id), affiliate.user, NOW).await.unwrap();
        assert_eq!(actions(of_blog), [Action::ApplicationApproved], "nor that somebody signed in");
        let of_admin = list_news(conn, Scope::Network, admin, NOW).await.unwrap();
        assert_eq!(actions(of_admin), [Action::OfferCreated], "what is to be looked at");
        let later = list_news(conn, Scope::Network, admin, NOW.plus_millis(1)).await.unwrap();
        assert_eq!(actions(later), [], "what is older is no news");

        assert_eq!(news_read_at(conn, admin).await.unwrap(), Timestamp::from_millis(0));
        for at in [NOW, NOW.plus_millis(-1)] {
            set_news_read_at(conn, admin, at).await.unwrap();
            assert_eq!(news_read_at(conn, admin).await.unwrap(), NOW, "what was read stays so");
        }
        assert_eq!(news_read_at(conn, partner.user).await.unwrap(), Timestamp::from_millis(0));
    })
    .await;
}
