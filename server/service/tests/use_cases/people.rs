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
