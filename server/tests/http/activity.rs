//! Every change leaves an entry that says who made it, and what nobody needs to know is not in it.

use std::collections::BTreeSet;

use domain::{
    Action, ActivityActor, ActivityRow, ApplicationDecision, ListQuery, OfferAction, OfferInput, Place, ProfileInput,
    Role,
};
use service::{Session, SessionToken, SignUp};
use testkit::Mailbox;

use crate::support::{App, HERE, Network, PASSWORD, on_both, on_both_with};

const NEW_PASSWORD: &str = "another good sentence";

fn input(name: &str, destination: &str) -> OfferInput {
    OfferInput { name: name.to_owned(), destination: destination.to_owned(), ..OfferInput::default() }
}

async fn read(app: &App, reader: &Session) -> Vec<ActivityRow> {
    let mut rows = Vec::new();
    let mut list = ListQuery::default();
    loop {
        let page = app.service.list_activity(reader, &list).await.unwrap();
        rows.extend(page.rows);
        let Some(next) = page.next else { return rows };
        list.place = Place::After(next);
    }
}

fn actions(rows: &[ActivityRow]) -> BTreeSet<&'static str> {
    rows.iter().map(|row| row.action.as_str()).collect()
}

/// Everything that can be done to offers, applications and keys.
async fn work(app: &App, network: &Network) {
    let (service, partner, admin) = (&app.service, &network.partner.session, &network.admin);
    let first = service.create_offer(partner, &input("First", "https://shop.example/1")).await.unwrap();
    service.reject_offer(admin, first, 1, "Not this one").await.unwrap();
    service.change_offer(partner, first, OfferAction::Submit).await.unwrap();
    service.approve_offer(admin, first, 1).await.unwrap();
    for action in [OfferAction::Pause, OfferAction::Resume] {
        service.change_offer(partner, first, action).await.unwrap();
    }
    service.edit_offer(partner, first, &input("Second", "https://other.example/1")).await.unwrap();
    service.reject_offer(admin, first, 2, "Not there").await.unwrap();
    service.keep_offer_change(admin, first, 2).await.unwrap();
    service.edit_offer(partner, first, &input("Third", "https://other.example/1")).await.unwrap();
    service.approve_offer(admin, first, 3).await.unwrap();
    service.take_back_offer_change(admin, first, 3, "The name").await.unwrap();
    service.change_offer(partner, first, OfferAction::Archive).await.unwrap();
    service.create_offer(partner, &input("Last", "https://shop.example/2")).await.unwrap();
    service.reject_waiting_offers(admin, partner.partner_id(), "None of it").await.unwrap();
    service.decide_application(partner, network.application, ApplicationDecision::Revoke, "").await.unwrap();
    let hats = service.create_offer(partner, &input("Hats", "https://shop.example/hats")).await.unwrap();
    service.approve_offer(admin, hats, 1).await.unwrap();
    service.apply(&network.affiliate, hats, "").await.unwrap();
    let waiting = service.list_applications(partner, &ListQuery::default()).await.unwrap().rows;
    let waiting = waiting.iter().find(|application| application.offer_id == hats).unwrap().id;
    service.decide_application(partner, waiting, ApplicationDecision::Reject, "").await.unwrap();
    service.apply(&network.affiliate, hats, "Once more").await.unwrap();
    service.withdraw_application(&network.affiliate, hats).await.unwrap();
    service.regenerate_api_key(partner).await.unwrap();
}

/// Everything that can be done to accounts.
async fn accounts(app: &App, network: &Network, mailbox: &Mailbox) -> Session {
    let (service, email) = (&app.service, "ann@test.example");
    let sign_up = SignUp { role: Role::Affiliate, email: email.into(), name: "Ann".into(), password: PASSWORD.into() };
    service.sign_up(sign_up, HERE).await.unwrap();
    let signed_in = service.sign_in(email, PASSWORD.to_owned(), HERE).await.unwrap();
    let (session, _) = service.authenticate(&signed_in.token, HERE).await.unwrap();
    service.change_name(&session, "Anna").await.unwrap();
    let changed = service.change_password(&session, PASSWORD.to_owned(), NEW_PASSWORD, HERE).await.unwrap();
    service.sign_out(&changed.token, HERE).await.unwrap();
    service.request_reset(email, HERE).unwrap();
    let mail = tokio::task::block_in_place(|| mailbox.take(email));
    let address = mail.address("/reset?");
    let token = address.split("token=").nth(1).unwrap();
    let again = service.reset_password(token, PASSWORD, HERE).await.unwrap();
    let users = service.list_users(&network.admin, &ListQuery::default()).await.unwrap().rows;
    let ann = users.iter().find(|user| user.email == email).unwrap().id;
    service.suspend_user(&network.admin, ann).await.unwrap();
    service.restore_user(&network.admin, ann).await.unwrap();
    assert!(service.authenticate(&again.token, HERE).await.is_err());
    let signed_in = service.sign_in(email, PASSWORD.to_owned(), HERE).await.unwrap();
    let session = service.authenticate(&signed_in.token, HERE).await.unwrap().0;
    let about = ProfileInput { about: "Shoes".into(), ..ProfileInput::default() };
    service.save_profile(&session, about).await.unwrap();
    let next = "anna@test.example";
    service.request_email_change(&session, PASSWORD.to_owned(), next, HERE).await.unwrap();
    let mail = tokio::task::block_in_place(|| mailbox.take(next));
    service.confirm_email(mail.address("/confirm-email?").split("token=").nth(1).unwrap(), HERE).await.unwrap();
    for what in ["asked for another email", next] {
        let told = tokio::task::block_in_place(|| mailbox.take(email));
        assert!(told.body.contains(what), "whoever reads the old address learns of it: {}", told.body);
    }
    session
}

/// Somebody leaves.
async fn leave(app: &App) {
    let (service, email) = (&app.service, "bob@test.example");
    let sign_up = SignUp { role: Role::Partner, email: email.into(), name: "Bob".into(), password: PASSWORD.into() };
    service.sign_up(sign_up, HERE).await.unwrap();
    let signed_in = service.sign_in(email, PASSWORD.to_owned(), HERE).await.unwrap();
    let (session, _) = service.authenticate(&signed_in.token, HERE).await.unwrap();
    service.delete_account(&session, PASSWORD.to_owned(), HERE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_leaves_an_entry_and_no_entry_a_secret() {
    let mailbox = &Mailbox::open();
    on_both_with(
        |settings| settings.smtp_url = Some(mailbox.url()),
        |app| async move {
            let network = app.network().await;
            work(&app, &network).await;
            let ann = accounts(&app, &network, mailbox).await;
            leave(&app).await;
            let admin = Session::Admin(network.admin.clone());
            let all = read(&app, &admin).await;
            let every: BTreeSet<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
            assert_eq!(actions(&all), every, "each action was done once at least, and each was written");

            let text = serde_json::to_string(&all).unwrap();
            // Nor the name or the email of who has left.
            for secret in [PASSWORD, NEW_PASSWORD, network.partner.key.as_str(), "argon2", "token=", "Bob", "bob@"] {
                assert!(!text.contains(secret), "{secret}");
            }
            let edited = all.iter().find(|row| row.action == Action::OfferEdited).unwrap();
            let (name, change) = (edited.subject.as_str(), &edited.changes[0]);
            assert_eq!((name, change.field.as_str(), change.after.as_deref()), ("Third", "name", Some("Third")));
            assert_eq!((change.before.as_deref(), edited.address.as_deref()), (Some("Second"), Some("127.0.0.1")));

            // Of others only what concerns oneself, and not from where they did it.
            let own = read(&app, &ann).await;
            assert!(own.iter().all(|row| row.action.as_str().starts_with("account.") || row.subject == "Anna"));
            for row in own.iter().chain(&read(&app, &Session::Partner(network.partner.session.clone())).await) {
                assert!(row.address.is_none() || row.actor == ActivityActor::You, "{row:?}");
            }
            assert!(
                read(&app, &Session::Partner(network.other.session.clone()))
                    .await
                    .iter()
                    .all(|row| { row.action.as_str().starts_with("account.") })
            );
            app.assert_audit_is_clean().await;
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_and_what_changed_nothing_leave_no_entry() {
    on_both(|app| async move {
        let network = app.network().await;
        let admin = Session::Admin(network.admin.clone());
        let before = read(&app, &admin).await.len();
        let (service, partner) = (&app.service, &network.partner.session);
        assert!(service.approve_offer(&network.admin, network.offer, 1).await.is_err());
        assert!(service.change_offer(&network.other.session, network.offer, OfferAction::Pause).await.is_err());
        assert!(service.apply(&network.affiliate, network.offer, "").await.is_err());
        assert!(service.sign_in("partner@test.example", "wrong".to_owned(), HERE).await.is_err());
        service.sign_out(&SessionToken::new("none".to_owned()), HERE).await.unwrap();
        let same = input("Starter set", "https://shop.example/p?a=1&b=%20x#top");
        service.edit_offer(partner, network.offer, &same).await.unwrap();
        service.reject_waiting_offers(&network.admin, partner.partner_id(), "None").await.unwrap();
        assert_eq!(read(&app, &admin).await.len(), before);
    })
    .await;
}
