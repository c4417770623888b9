//! From a visit to what was earned.

use domain::{
    ApiKey, AppError, ListQuery, OfferAction, Total,
    report::{Numbers, ZoneName},
};
use service::{PostbackOutcome, Session, TrackOutcome};

use crate::{
    network::{DAY, MINUTE, Site, click_of, postback},
    overviews::overview,
};

/// The numbers of today.
async fn today(site: &Site, reader: &Session) -> Numbers {
    overview(site, reader, "range=today").await.report.total
}

fn total(text: &str) -> Total {
    let (units, micros) = domain::Amount::parse(text).unwrap().units_and_micros();
    Total::from_units_and_micros(units, micros)
}

#[tokio::test]
async fn a_sale_is_recorded_once_and_shown_to_everybody_with_the_same_number() {
    let site = Site::open().await;
    let (offer, slug, _) = site.live_link().await;
    let visit = site.visit(&slug).await;
    let TrackOutcome::Redirect(address) = &visit else { panic!("{visit:?}") };
    assert!(address.starts_with("https://shop.example/p?click_id=clk_"), "{address}");
    assert!(address.contains(&format!("offer_id={offer}")), "{address}");
    let (click, key) = (click_of(&visit), site.key().await);
    let order = [("amount", "99.90"), ("commission", "9.99"), ("currency", "EUR"), ("transaction_id", "order-1")];
    for is_again in [false, true] {
        let PostbackOutcome::Recorded(receipt) = site.service.receive_postback(postback(&key, click, &order)).await
        else {
            panic!("refused")
        };
        assert_eq!((receipt.duplicate, receipt.conversion.transaction_id.as_str()), (is_again, "order-1"));
    }
    let readers = [
        Session::Partner(site.partner.clone()),
        Session::Affiliate(site.affiliate.clone()),
        Session::Admin(site.admin.clone()),
    ];
    for reader in readers {
        let numbers = today(&site, &reader).await;
        assert_eq!((numbers.clicks(), numbers.human_clicks, numbers.conversions()), (1, 1, 1), "{reader:?}");
        let money = numbers.money.values().next().unwrap();
        assert_eq!((money.amount, money.earnings), (total("99.90"), total("9.99")), "{reader:?}");
        let rows = site
            .service
            .list_conversions(&reader, &ListQuery::default(), &ZoneName::default())
            .await
            .unwrap()
            .page
            .rows;
        let sees_order = !matches!(reader, Session::Affiliate(_));
        assert_eq!((rows.len(), rows[0].transaction_id.is_some()), (1, sees_order), "{reader:?}");
    }
    let links = site.service.list_links(&site.affiliate, &ListQuery::default()).await.unwrap().rows;
    assert_eq!((links[0].conversions, links[0].earnings[0].earned), (1, total("9.99")));
    site.close().await;
}

#[tokio::test]
async fn what_is_pending_does_not_count_toward_earnings() {
    let site = Site::open().await;
    let (_, slug, _) = site.live_link().await;
    let (click, key) = (click_of(&site.visit(&slug).await), site.key().await);
    for (number, status) in ["confirmed", "Approved", "paid", "pending", "rejected", "on hold"].into_iter().enumerate()
    {
        let number = number.to_string();
        let order = [("commission", "1"), ("status", status), ("transaction_id", number.as_str())];
        let outcome = site.service.receive_postback(postback(&key, click, &order)).await;
        assert_eq!(outcome.word(), "recorded", "{status}");
    }
    let numbers = today(&site, &Session::Affiliate(site.affiliate.clone())).await;
    let money = numbers.money.values().next().unwrap();
    assert_eq!((numbers.conversions(), numbers.pending), (6, 1));
    assert_eq!((money.earnings, money.commission_pending), (total("3"), total("1")));
    site.close().await;
}

#[tokio::test]
async fn sales_of_earlier_clicks_are_recorded_whatever_became_of_the_link() {
    let site = Site::open().await;
    let (offer, slug, _) = site.live_link().await;
    let (click, key) = (click_of(&site.visit(&slug).await), site.key().await);
    site.service.change_offer(&site.partner, offer, OfferAction::Archive).await.unwrap();
    assert_eq!(site.visit(&slug).await, TrackOutcome::NotLive);
    site.wait(90 * DAY);
    assert_eq!(site.service.receive_postback(postback(&key, click, &[])).await.word(), "recorded");
    let partner = Session::Partner(site.partner.clone());
    let recent = overview(&site, &partner, "range=30d").await.report.total;
    assert_eq!((recent.clicks(), recent.conversions()), (0, 1), "each on its own day");
    let long = overview(&site, &partner, "range=all").await.report.total;
    assert_eq!((long.clicks(), long.conversions()), (1, 1));
    site.close().await;
}

#[tokio::test]
async fn a_key_records_nothing_for_others_and_nothing_once_it_is_old() {
    let site = Site::open().await;
    let (_, slug, _) = site.live_link().await;
    let click = click_of(&site.visit(&slug).await);
    let theirs = site.service.find_api_key(&site.rival).await.unwrap();
    let word = async |key: &ApiKey, click| site.service.receive_postback(postback(key, click, &[])).await.word();
    assert_eq!(word(&theirs, click).await, "invalid_api_key");
    let old = site.key().await;
    let new = site.service.regenerate_api_key(&site.partner).await.unwrap();
    assert_eq!(site.key().await.expose(), new.expose());
    assert_eq!(word(&old, click).await, "invalid_api_key");
    assert_eq!(word(&new, site.clock.new_id()).await, "click_not_found");
    assert_eq!(word(&new, click).await, "recorded");
    site.close().await;
}

#[tokio::test]
async fn nobody_is_credited_and_nobody_pays_while_suspended() {
    let site = Site::open().await;
    let (_, slug, _) = site.live_link().await;
    let (click, key) = (click_of(&site.visit(&slug).await), site.key().await);
    let users = site.service.list_users(&site.admin, &ListQuery::default()).await.unwrap().rows;
    let user = |name: &str| users.iter().find(|user| user.name == name).unwrap().id;
    for name in ["partner", "affiliate"] {
        site.wait(MINUTE);
        site.service.suspend_user(&site.admin, user(name)).await.unwrap();
        assert_eq!(site.visit(&slug).await, TrackOutcome::NotLive, "{name}");
        let answer = site.service.receive_postback(postback(&key, click, &[("transaction_id", name)])).await;
        // An affiliate's earlier clicks are still the partner's sales.
        let expected = if name == "partner" { "invalid_api_key" } else { "recorded" };
        assert_eq!(answer.word(), expected, "{name}");
        site.service.restore_user(&site.admin, user(name)).await.unwrap();
        assert!(matches!(site.visit(&slug).await, TrackOutcome::Redirect(_)), "{name}");
    }
    let admin = site.service.suspend_user(&site.admin, user("admin")).await;
    assert!(matches!(admin, Err(AppError::NotFound | AppError::WrongState { .. })), "{admin:?}");
    site.close().await;
}
