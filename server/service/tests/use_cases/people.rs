//! Sessions, names and passwords, as time passes.

use domain::{AppError, Role};
use service::{Session, SessionToken, SignUp};

use crate::network::{DAY, HERE, PASSWORD, Site, person};

async fn sign_in(site: &Site, name: &str, password: &str) -> Result<SessionToken, AppError> {
    let email = format!("{name}@people.example");
    site.service.sign_in(&email, password.to_owned(), HERE).await.map(|signed_in| signed_in.token)
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_or_when_it_is_left() {
    let site = Site::open().await;
    let (long, short) = (sign_in(&site, "partner", PASSWORD).await.unwrap(), sign_in(&site, "partner", PASSWORD).await);
    let short = short.unwrap();
    let is_in = async |token: &SessionToken| site.service.authenticate(token, HERE).await.is_ok();
    site.service.sign_out(&short, HERE).await.unwrap();
    assert!(is_in(&long).await && !is_in(&short).await);
    site.wait(29 * DAY);
    assert!(is_in(&long).await);
    site.wait(32 * DAY);
    assert!(!is_in(&long).await, "nobody came for more than thirty days");
    site.close().await;
}

#[tokio::test]
async fn another_password_ends_every_session_but_the_one_that_it_begins() {
    let site = Site::open().await;
    let other = sign_in(&site, "partner", PASSWORD).await.unwrap();
    let session = Session::Partner(site.partner.clone());
    let change = async |current: &str, new: &str| {
        site.service.change_password(&session, current.to_owned(), new, HERE).await.map(|signed_in| signed_in.token)
    };
    let wrong = change("wrong password", "another good sentence").await;
    assert!(matches!(wrong, Err(AppError::Invalid { fields }) if fields[0].field == "current_password"));
    let short = change(PASSWORD, "short").await;
    assert!(matches!(short, Err(AppError::Invalid { fields }) if fields[0].field == "new_password"));
    let fresh = change(PASSWORD, "another good sentence").await.unwrap();
    assert!(site.service.authenticate(&other, HERE).await.is_err());
    assert!(site.service.authenticate(&fresh, HERE).await.is_ok());
    assert_eq!(sign_in(&site, "partner", PASSWORD).await.map(drop), Err(AppError::WrongCredentials));
    assert!(sign_in(&site, "partner", "another good sentence").await.is_ok());
    site.close().await;
}

#[tokio::test]
async fn signing_up_tells_nobody_whether_an_email_was_known() {
    let site = Site::open().await;
    let sign_up = |email: &str| SignUp {
        role: Role::Affiliate,
        email: email.to_owned(),
        name: "Somebody".to_owned(),
        password: "a new good sentence".to_owned(),
    };
    site.service.sign_up(sign_up("new@people.example"), HERE).await.unwrap();
    assert!(sign_in(&site, "new", "a new good sentence").await.is_ok());
    site.service.sign_up(sign_up("PARTNER@people.example"), HERE).await.unwrap();
    assert!(sign_in(&site, "partner", PASSWORD).await.is_ok(), "the account is what it was");
    assert_eq!(sign_in(&site, "partner", "a new good sentence").await.map(drop), Err(AppError::WrongCredentials));
    let admin = site.service.sign_up(SignUp { role: Role::Admin, ..sign_up("boss@people.example") }, HERE).await;
    assert!(matches!(admin, Err(AppError::Invalid { fields }) if fields[0].field == "role"));
    site.close().await;
}

#[tokio::test]
async fn a_suspended_user_is_signed_out_and_stays_out_until_restored() {
    let site = Site::open().await;
    let Session::Affiliate(_) = person(&site.service, Role::Affiliate, "second").await else { unreachable!() };
    let token = sign_in(&site, "second", PASSWORD).await.unwrap();
    let users = site.service.list_users(&site.admin, &Default::default()).await.unwrap().rows;
    let id = users.iter().find(|user| user.name == "second").unwrap().id;
    site.service.suspend_user(&site.admin, id).await.unwrap();
    assert!(site.service.authenticate(&token, HERE).await.is_err());
    assert_eq!(sign_in(&site, "second", PASSWORD).await.map(drop), Err(AppError::WrongCredentials));
    site.service.restore_user(&site.admin, id).await.unwrap();
    assert!(site.service.authenticate(&token, HERE).await.is_err(), "an ended session stays ended");
    assert!(sign_in(&site, "second", PASSWORD).await.is_ok());
    site.close().await;
}

#[tokio::test]
async fn another_name_is_seen_by_everybody() {
    let site = Site::open().await;
    let session = Session::Partner(site.partner.clone());
    let id = site.active_offer().await;
    let empty = site.service.change_name(&session, " ").await;
    assert!(matches!(empty, Err(AppError::Invalid { fields }) if fields[0].field == "name"));
    site.service.change_name(&session, "Acme").await.unwrap();
    assert_eq!(site.service.find_marketplace_offer(&site.affiliate, id).await.unwrap().partner_name, "Acme");
    site.close().await;
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_signs_out_there() {
    let site = Site::open().await;
    let (here, there) = (sign_in(&site, "partner", PASSWORD).await.unwrap(), sign_in(&site, "partner", PASSWORD).await);
    let there = there.unwrap();
    sign_in(&site, "partner", PASSWORD).await.unwrap();
    let (session, account) = site.service.authenticate(&here, HERE).await.unwrap();
    assert_eq!(account.name, "partner");
    let open = site.service.list_sessions(&session, &here).await.unwrap();
    assert_eq!(open.iter().filter(|open| open.is_this).count(), 1);
    assert!(open.iter().all(|open| open.address == HERE.to_string()), "{open:?}");
    let of_there = site.service.list_sessions(&session, &there).await.unwrap();
    let of_there = of_there.into_iter().find(|open| open.is_this).unwrap().id;
    let rival = Session::Partner(site.rival.clone());
    let stranger = site.service.end_sessions(&rival, &here, Some(of_there.clone())).await;
    assert_eq!(stranger, Err(AppError::NotFound));
    site.service.end_sessions(&session, &here, Some(of_there)).await.unwrap();
    let is_in = async |token: &SessionToken| site.service.authenticate(token, HERE).await.is_ok();
    assert!(is_in(&here).await && !is_in(&there).await);
    site.service.end_sessions(&session, &here, None).await.unwrap();
    let left = site.service.list_sessions(&session, &here).await.unwrap();
    assert!(left.len() == 1 && left[0].is_this, "{left:?}");
    site.close().await;
}

#[tokio::test]
async fn a_zone_is_chosen_and_given_up_again() {
    let site = Site::open().await;
    let token = sign_in(&site, "partner", PASSWORD).await.unwrap();
    let session = Session::Partner(site.partner.clone());
    for (zone, kept) in [("Asia/Kathmandu", Some("Asia/Kathmandu")), (" ", None)] {
        site.service.set_time_zone(&session, zone).await.unwrap();
        let (_, account) = site.service.authenticate(&token, HERE).await.unwrap();
        assert_eq!(account.time_zone.as_ref().map(|zone| zone.as_str()), kept);
    }
    let wrong = site.service.set_time_zone(&session, "Berlin").await;
    assert!(matches!(wrong, Err(AppError::Invalid { fields }) if fields[0].field == "time_zone"));
    site.close().await;
}

#[tokio::test]
async fn who_leaves_is_gone_and_what_was_earned_stays() {
    let site = Site::open().await;
    let (_, slug, _) = site.live_link().await;
    site.visit(&slug).await;
    let waiting = site.active_offer().await;
    site.service.apply(&site.affiliate, waiting, "Ann's blog").await.unwrap();
    let token = sign_in(&site, "affiliate", PASSWORD).await.unwrap();
    let session = Session::Affiliate(site.affiliate.clone());
    let wrong = site.service.delete_account(&session, "wrong".to_owned(), HERE).await;
    assert!(matches!(wrong, Err(AppError::Invalid { fields }) if fields[0].field == "current_password"));
    site.service.delete_account(&session, PASSWORD.to_owned(), HERE).await.unwrap();

    assert!(site.service.authenticate(&token, HERE).await.is_err());
    let back = sign_in(&site, "affiliate", PASSWORD).await.map(drop);
    assert_eq!(back, Err(AppError::WrongCredentials));
    assert_eq!(site.visit(&slug).await, service::TrackOutcome::NotLive);
    let kept = site.applications().await;
    assert!(kept.iter().all(|row| row.affiliate_name == "Deleted affiliate" && row.message.is_empty()), "{kept:?}");
    assert_eq!(kept.iter().map(|row| row.clicks).sum::<i64>(), 1);
    assert!(kept.iter().all(|row| row.status != domain::ApplicationStatus::Pending));
    let again = SignUp {
        role: Role::Affiliate,
        email: "affiliate@people.example".to_owned(),
        name: "Ann".to_owned(),
        password: PASSWORD.to_owned(),
    };
    site.service.sign_up(again, HERE).await.unwrap();
    assert!(sign_in(&site, "affiliate", PASSWORD).await.is_ok(), "the email is free again");
    site.close().await;
}

#[tokio::test]
async fn the_last_admin_stays_and_nobody_brings_back_who_left() {
    let site = Site::open().await;
    let admin = Session::Admin(site.admin.clone());
    let last = site.service.delete_account(&admin, PASSWORD.to_owned(), HERE).await;
    assert!(matches!(last, Err(AppError::Invalid { .. })), "{last:?}");
    let partner = Session::Partner(site.partner.clone());
    let user = partner.user_id();
    site.service.delete_account(&partner, PASSWORD.to_owned(), HERE).await.unwrap();
    assert_eq!(site.service.restore_user(&site.admin, user).await, Err(AppError::NotFound));
    site.close().await;
}

#[tokio::test]
async fn what_others_did_is_news_until_it_is_read() {
    let site = Site::open().await;
    site.live_link().await;
    let affiliate = Session::Affiliate(site.affiliate.clone());
    let news = site.service.read_news(&affiliate).await.unwrap();
    assert_eq!((news.unread, news.rows[0].action), (1, domain::Action::ApplicationApproved));
    site.wait(1_000);
    site.service.mark_news_read(&affiliate).await.unwrap();
    let news = site.service.read_news(&affiliate).await.unwrap();
    assert_eq!((news.unread, news.rows.len()), (0, 1), "it is still to be seen");
    site.wait(31 * DAY);
    assert!(site.service.read_news(&affiliate).await.unwrap().rows.is_empty());
    site.close().await;
}
