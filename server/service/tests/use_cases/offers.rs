//! The life of an offer: made by a partner, decided by an admin, changed, paused, put away.

use domain::{AppError, ListQuery, OfferAction, OfferInput, OfferStatus};
use service::Session;

use crate::network::{Site, input};

fn is_wrong_state(result: Result<impl std::fmt::Debug, AppError>) -> bool {
    matches!(result, Err(AppError::WrongState { .. }))
}

#[tokio::test]
async fn a_new_offer_awaits_an_admin_and_is_in_the_marketplace_once_approved() {
    let site = Site::open().await;
    let id = site.service.create_offer(&site.partner, &input("https://shop.example/p")).await.unwrap();
    assert_eq!(site.offer(id).await.status, OfferStatus::Pending);
    let marketplace =
        async || site.service.list_marketplace(&site.affiliate, &ListQuery::default()).await.unwrap().rows;
    assert!(marketplace().await.is_empty());
    let queue = site.service.list_reviews(&site.admin, &ListQuery::default()).await.unwrap();
    assert_eq!((queue.total, queue.page.rows[0].offer.id), (1, id));
    site.service.approve_offer(&site.admin, id, 1).await.unwrap();
    assert_eq!(marketplace().await[0].id, id);
    assert!(is_wrong_state(site.service.approve_offer(&site.admin, id, 1).await), "it is approved already");
    site.close().await;
}

#[tokio::test]
async fn a_rejected_offer_comes_back_with_its_reason_and_can_be_submitted_again() {
    let site = Site::open().await;
    let id = site.service.create_offer(&site.partner, &input("https://shop.example/p")).await.unwrap();
    let no_reason = site.service.reject_offer(&site.admin, id, 1, " ").await;
    assert!(matches!(no_reason, Err(AppError::Invalid { fields }) if fields[0].field == "reason"));
    site.service.reject_offer(&site.admin, id, 1, "The page doesn't load").await.unwrap();
    let offer = site.offer(id).await;
    assert_eq!(
        (offer.status, offer.rejection_reason.as_deref()),
        (OfferStatus::Rejected, Some("The page doesn't load"))
    );
    site.service.edit_offer(&site.partner, id, &input("https://shop.example/q")).await.unwrap();
    site.service.change_offer(&site.partner, id, OfferAction::Submit).await.unwrap();
    let offer = site.offer(id).await;
    assert_eq!((offer.status, offer.destination.as_str()), (OfferStatus::Pending, "https://shop.example/q"));
    site.close().await;
}

#[tokio::test]
async fn an_approved_offer_keeps_its_destination_until_an_admin_has_seen_another_host() {
    let site = Site::open().await;
    let id = site.active_offer().await;
    site.service.edit_offer(&site.partner, id, &input("https://shop.example/other?page=1")).await.unwrap();
    assert_eq!(site.offer(id).await.destination, "https://shop.example/other?page=1", "the same host is live at once");
    site.service.edit_offer(&site.partner, id, &input("https://evil.example/")).await.unwrap();
    let offer = site.offer(id).await;
    assert_eq!(offer.destination, "https://shop.example/other?page=1");
    assert_eq!(offer.pending_destination.as_deref(), Some("https://evil.example/"));
    let stale = site.service.approve_offer(&site.admin, id, offer.version - 1).await;
    assert!(stale.is_err(), "an admin lets out only what was seen: {stale:?}");
    site.service.approve_offer(&site.admin, id, offer.version).await.unwrap();
    let offer = site.offer(id).await;
    assert_eq!((offer.destination.as_str(), offer.pending_destination), ("https://evil.example/", None));
    site.close().await;
}

#[tokio::test]
async fn a_changed_text_of_an_approved_offer_can_be_taken_back() {
    let site = Site::open().await;
    let id = site.active_offer().await;
    let changed = OfferInput { name: "Free money".to_owned(), ..input("https://shop.example/p") };
    site.service.edit_offer(&site.partner, id, &changed).await.unwrap();
    let queue = site.service.list_reviews(&site.admin, &ListQuery::default()).await.unwrap();
    let review = &queue.page.rows[0];
    assert_eq!(review.change.as_ref().unwrap().before.name, "Shoes");
    let seen = review.offer.version;
    site.service.take_back_offer_change(&site.admin, id, seen, "Not what was approved").await.unwrap();
    let offer = site.offer(id).await;
    assert_eq!((offer.name.as_str(), offer.rejection_reason.as_deref()), ("Shoes", Some("Not what was approved")));
    assert_eq!(site.service.list_reviews(&site.admin, &ListQuery::default()).await.unwrap().total, 0);
    site.close().await;
}

#[tokio::test]
async fn an_offer_is_paused_resumed_and_archived_for_good() {
    let site = Site::open().await;
    let id = site.active_offer().await;
    for (action, status) in [
        (OfferAction::Pause, OfferStatus::Paused),
        (OfferAction::Resume, OfferStatus::Active),
        (OfferAction::Archive, OfferStatus::Archived),
    ] {
        site.service.change_offer(&site.partner, id, action).await.unwrap();
        assert_eq!(site.offer(id).await.status, status);
        assert!(is_wrong_state(site.service.change_offer(&site.partner, id, action).await), "{action:?} twice");
    }
    assert!(is_wrong_state(site.service.edit_offer(&site.partner, id, &input("https://shop.example/p")).await));
    assert!(is_wrong_state(site.service.change_offer(&site.partner, id, OfferAction::Resume).await));
    site.close().await;
}

#[tokio::test]
async fn nobody_but_its_partner_finds_or_changes_an_offer() {
    let site = Site::open().await;
    let id = site.active_offer().await;
    let (service, rival) = (&site.service, &site.rival);
    assert_eq!(service.find_offer(rival, id).await, Err(AppError::NotFound));
    assert_eq!(service.edit_offer(rival, id, &input("https://shop.example/p")).await, Err(AppError::NotFound));
    assert_eq!(service.change_offer(rival, id, OfferAction::Pause).await.map(drop), Err(AppError::NotFound));
    assert_eq!(site.offer(id).await.status, OfferStatus::Active);
    site.close().await;
}

#[tokio::test]
async fn what_is_wrong_with_an_offer_is_said_field_by_field() {
    let site = Site::open().await;
    let wrong = OfferInput { name: String::new(), destination: "shop".to_owned(), ..OfferInput::default() };
    let Err(AppError::Invalid { fields }) = site.service.create_offer(&site.partner, &wrong).await else {
        panic!("it was taken")
    };
    assert_eq!(fields.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["name", "destination"]);
    let own = site.service.create_offer(&site.partner, &input("https://go.example/t/abc")).await;
    assert!(matches!(own, Err(AppError::Invalid { fields }) if fields[0].field == "destination"), "a loop");
    let count = site.service.count_offers(&site.partner).await.unwrap().offers;
    assert_eq!(count, 0);
    site.close().await;
}

#[tokio::test]
async fn what_is_done_with_offers_is_in_the_activity_of_those_whom_it_concerns() {
    let site = Site::open().await;
    let id = site.active_offer().await;
    site.service.edit_offer(&site.partner, id, &input("https://shop.example/q")).await.unwrap();
    site.service.edit_offer(&site.partner, id, &input("https://shop.example/q")).await.unwrap();
    site.service.change_offer(&site.partner, id, OfferAction::Pause).await.unwrap();
    let own = site.actions(&Session::Partner(site.partner.clone())).await;
    assert_eq!(own[..4], ["offer.pause", "offer.edit", "offer.approve", "offer.create"], "nothing of no change");
    let all = site.actions(&Session::Admin(site.admin.clone())).await;
    assert_eq!(all[..4], own[..4]);
    let of_rival = site.actions(&Session::Partner(site.rival.clone())).await;
    assert!(of_rival.iter().all(|action| !action.starts_with("offer.")), "{of_rival:?}");
    site.close().await;
}
