//! An affiliate asks for an offer, its partner decides, and the link follows.

use domain::{AppError, ApplicationDecision, ApplicationStatus, ListQuery, OfferAction};
use service::{Session, TrackOutcome};

use crate::network::{Site, input};

#[tokio::test]
async fn a_link_exists_from_the_application_on_and_is_live_once_approved() {
    let site = Site::open().await;
    let (_, slug, application) = site.waiting_link().await;
    assert_eq!(application.status, ApplicationStatus::Pending);
    assert_eq!(site.visit(&slug).await, TrackOutcome::NotLive);
    site.service.decide_application(&site.partner, application.id, ApplicationDecision::Approve, "").await.unwrap();
    assert!(matches!(site.visit(&slug).await, TrackOutcome::Redirect(_)));
    site.service.decide_application(&site.partner, application.id, ApplicationDecision::Revoke, "").await.unwrap();
    assert_eq!(site.visit(&slug).await, TrackOutcome::NotLive);
    site.service.decide_application(&site.partner, application.id, ApplicationDecision::Approve, "").await.unwrap();
    assert!(matches!(site.visit(&slug).await, TrackOutcome::Redirect(_)), "it may be approved again");
    let links = site.service.list_links(&site.affiliate, &ListQuery::default()).await.unwrap().rows;
    assert_eq!((links[0].slug.as_str(), links[0].clicks), (slug.as_str(), 2));
    site.close().await;
}

#[tokio::test]
async fn one_may_apply_once_and_only_for_what_is_active() {
    let site = Site::open().await;
    let waiting = site.service.create_offer(&site.partner, &input("https://shop.example/w")).await.unwrap();
    assert_eq!(site.service.apply(&site.affiliate, waiting, "").await.map(drop), Err(AppError::OfferNotLive));
    let (offer, ..) = site.waiting_link().await;
    assert_eq!(site.service.apply(&site.affiliate, offer, "").await.map(drop), Err(AppError::AlreadyApplied));
    site.service.change_offer(&site.partner, offer, OfferAction::Pause).await.unwrap();
    let found = site.service.find_marketplace_offer(&site.affiliate, offer).await;
    assert_eq!(found.map(drop), Err(AppError::NotFound));
    let long = "x".repeat(1_001);
    let active = site.active_offer().await;
    let refused = site.service.apply(&site.affiliate, active, &long).await;
    assert!(matches!(refused, Err(AppError::Invalid { fields }) if fields[0].field == "message"));
    site.close().await;
}

#[tokio::test]
async fn only_the_partner_of_the_offer_decides_and_only_what_can_be_decided() {
    let site = Site::open().await;
    let (_, _, application) = site.waiting_link().await;
    let stranger = site.service.decide_application(&site.rival, application.id, ApplicationDecision::Approve, "").await;
    assert_eq!(stranger.map(drop), Err(AppError::NotFound));
    let too_early =
        site.service.decide_application(&site.partner, application.id, ApplicationDecision::Revoke, "").await;
    assert!(matches!(too_early, Err(AppError::WrongState { .. })), "{too_early:?}");
    site.service.decide_application(&site.partner, application.id, ApplicationDecision::Reject, "").await.unwrap();
    assert_eq!(site.applications().await[0].status, ApplicationStatus::Rejected);
    let twice = site.service.decide_application(&site.partner, application.id, ApplicationDecision::Reject, "").await;
    assert!(matches!(twice, Err(AppError::WrongState { .. })), "{twice:?}");
    site.close().await;
}

#[tokio::test]
async fn a_decision_is_in_the_activity_of_partner_and_affiliate() {
    let site = Site::open().await;
    site.live_link().await;
    for session in [Session::Partner(site.partner.clone()), Session::Affiliate(site.affiliate.clone())] {
        let actions = site.actions(&session).await;
        assert_eq!(actions[..2], ["application.approve", "application.create"], "{session:?}");
    }
    site.close().await;
}

#[tokio::test]
async fn an_affiliate_withdraws_and_applies_again_with_the_same_link() {
    let site = Site::open().await;
    let (offer, slug, application) = site.live_link().await;
    let click = site.visit(&slug).await;
    assert!(matches!(click, TrackOutcome::Redirect(_)));
    site.service.withdraw_application(&site.affiliate, offer).await.unwrap();
    assert_eq!(site.visit(&slug).await, TrackOutcome::NotLive);
    assert_eq!(site.applications().await[0].status, ApplicationStatus::Withdrawn);
    let again = site.service.withdraw_application(&site.affiliate, offer).await;
    assert_eq!(again, Err(AppError::WrongState { now: "withdrawn".to_owned() }));
    let approved =
        site.service.decide_application(&site.partner, application.id, ApplicationDecision::Approve, "").await;
    assert!(matches!(approved, Err(AppError::WrongState { .. })), "nobody is approved against their will");

    assert_eq!(site.service.apply(&site.affiliate, offer, "Once more").await.unwrap(), slug);
    let renewed = site.applications().await.remove(0);
    assert_eq!(
        (renewed.id, renewed.status, renewed.message.as_str()),
        (application.id, ApplicationStatus::Pending, "Once more")
    );
    assert_eq!((renewed.slug.as_str(), renewed.clicks), (slug.as_str(), 1), "what was counted stays");
    site.service.decide_application(&site.partner, application.id, ApplicationDecision::Approve, "").await.unwrap();
    assert!(matches!(site.visit(&slug).await, TrackOutcome::Redirect(_)));
    let actions = site.actions(&Session::Affiliate(site.affiliate.clone())).await;
    assert_eq!(actions[..3], ["application.approve", "application.renew", "application.withdraw"]);
    let counts = site.service.count_offers(&site.partner).await.unwrap();
    assert_eq!(counts.waiting_applications, 0);
    site.close().await;
}

#[tokio::test]
async fn a_reason_is_told_until_the_affiliate_asks_again() {
    let site = Site::open().await;
    let (offer, _, application) = site.waiting_link().await;
    let long = "x".repeat(501);
    let refused =
        site.service.decide_application(&site.partner, application.id, ApplicationDecision::Reject, &long).await;
    assert!(matches!(refused, Err(AppError::Invalid { fields }) if fields[0].field == "reason"));
    let why = "No shipping there";
    site.service.decide_application(&site.partner, application.id, ApplicationDecision::Reject, why).await.unwrap();
    let told = site.service.find_marketplace_offer(&site.affiliate, offer).await.unwrap();
    assert_eq!((told.reason.as_str(), told.message.as_str()), (why, "I have a blog"));
    let links = site.service.list_links(&site.affiliate, &ListQuery::default()).await.unwrap().rows;
    assert_eq!(links[0].reason, why);
    site.service.apply(&site.affiliate, offer, "There, too").await.unwrap();
    let told = site.service.find_marketplace_offer(&site.affiliate, offer).await.unwrap();
    assert_eq!((told.application, told.reason.as_str()), (Some(ApplicationStatus::Pending), ""));
    site.close().await;
}

#[tokio::test]
async fn a_paused_offer_is_not_applied_for_again() {
    let site = Site::open().await;
    let (offer, ..) = site.waiting_link().await;
    site.service.withdraw_application(&site.affiliate, offer).await.unwrap();
    site.service.change_offer(&site.partner, offer, OfferAction::Pause).await.unwrap();
    assert_eq!(site.service.apply(&site.affiliate, offer, "").await.map(drop), Err(AppError::OfferNotLive));
    let other = site.active_offer().await;
    let none = site.service.withdraw_application(&site.affiliate, other).await;
    assert_eq!(none, Err(AppError::NotFound), "there is nothing to withdraw");
    site.close().await;
}
