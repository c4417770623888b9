//! Sections 2, 3.1 and 7: what must hold when everything comes at once.

use std::{cell::Cell, collections::HashSet, time::Duration};

use domain::{
    ApplicationDecision, ApplicationFilter, ApplicationStatus, ListQuery, OfferAction, OfferInput, Place,
    report::ZoneName,
};
use futures::{StreamExt as _, future::join_all, stream};
use serde_json::Value;
use service::Session;

use super::{answer, homepage, parameter};
use crate::support::{App, Network, on_all};

/// Connections open at the same time.
const PARALLEL: usize = 50;

/// Every stored click of the partner.
pub(super) async fn stored_clicks(app: &App, net: &Network) -> HashSet<String> {
    let session = Session::Partner(net.partner.session.clone());
    let mut stored = HashSet::new();
    let mut list = ListQuery::default();
    loop {
        let found = app.service.list_clicks(&session, &list, &ZoneName::default()).await.unwrap().page;
        stored.extend(found.rows.iter().map(|click| click.id.to_string()));
        let Some(after) = found.next else { return stored };
        list.place = Place::After(after);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_identical_requests_at_once_make_one_row_and_a_thousand_times_200() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let (clicks, conversions) = app.counts().await;
        let key = &net.partner.key;
        let path = format!("/api/postback?api_key={key}&click_id={click}&amount=99&commission=10&transaction_id=t");
        let answers: Vec<(u16, Value)> = stream::iter(0..1_000)
            .map(|_| app.get(&path))
            .buffer_unordered(PARALLEL)
            .map(|response| answer(&response))
            .collect()
            .await;
        assert_eq!(answers.len(), 1_000);
        assert!(answers.iter().all(|(status, _)| *status == 200));
        assert_eq!(answers.iter().filter(|(_, json)| json["duplicate"] == false).count(), 1);
        let ids: HashSet<_> = answers.iter().map(|(_, json)| json["conversion_id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 1);
        assert!(answers.iter().all(|(_, json)| json["warnings"] == serde_json::json!([])));
        assert_eq!(app.counts().await, (clicks, conversions + 1));
        let links = app.service.list_links(&net.affiliate, &ListQuery::default()).await.unwrap();
        assert_eq!(links.rows.iter().find(|link| link.slug.as_str() == net.slug).unwrap().conversions, 1);
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_of_many_different_postbacks_for_one_pair_is_what_stays() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let (clicks, conversions) = app.counts().await;
        let key = &net.partner.key;
        let statuses = ["pending", "confirmed", "rejected", "paid"];
        let paths: Vec<String> = (0..200)
            .map(|n| {
                let status = statuses[n % statuses.len()];
                format!("/api/postback?api_key={key}&click_id={click}&amount={n}&status={status}")
            })
            .collect();
        let answers: Vec<(u16, Value)> = stream::iter(&paths)
            .map(|path| app.get(path))
            .buffer_unordered(PARALLEL)
            .map(|response| answer(&response))
            .collect()
            .await;
        assert!(answers.iter().all(|(status, _)| *status == 200));
        let first = answers.iter().find(|(_, json)| json["duplicate"] == false).unwrap().1.clone();
        for (_, json) in &answers {
            for name in ["conversion_id", "transaction_id", "status", "amount", "commission", "currency"] {
                assert_eq!(json[name], first[name]);
            }
        }
        assert_eq!(answers.iter().filter(|(_, json)| json["duplicate"] == false).count(), 1);
        assert_eq!(app.counts().await, (clicks, conversions + 1));
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_acknowledged_is_stored_when_clicks_and_postbacks_come_at_once() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let (clicks, conversions) = app.counts().await;
        let key = &net.partner.key;
        let paths: Vec<String> = (0..400)
            .map(|n| format!("/api/postback?api_key={key}&click_id={click}&txn=order-{}&commission=1.5", n % 300))
            .collect();
        let track = format!("/t/{}", net.slug);
        let postbacks = stream::iter(&paths)
            .map(|path| app.get(path))
            .buffer_unordered(PARALLEL / 2)
            .map(|response| answer(&response))
            .collect::<Vec<_>>();
        let visits = stream::iter(0..300)
            .map(|_| app.get(&track))
            .buffer_unordered(PARALLEL / 2)
            .map(|response| response.status)
            .collect::<Vec<_>>();
        let (answers, visits) = tokio::join!(postbacks, visits);
        assert!(visits.iter().all(|status| *status == 302));
        assert!(answers.iter().all(|(status, _)| *status == 200));
        assert_eq!(answers.iter().filter(|(_, json)| json["duplicate"] == false).count(), 300);
        assert_eq!(app.counts().await, (clicks + 300, conversions + 300));
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_click_starts_after_the_answer_to_a_pause_and_every_promised_click_is_stored() {
    on_all(|app| async move {
        let net = app.network().await;
        let (path, home) = (format!("/t/{}", net.slug), homepage(&app));
        let (clicks, conversions) = app.counts().await;
        let done = Cell::new(false);

        let visits = async {
            let locations = stream::iter(0..2_000)
                .map(|_| app.get(&path))
                .buffer_unordered(PARALLEL)
                .map(|response| {
                    assert_eq!(response.status, 302);
                    response.header("location").unwrap().to_owned()
                })
                .collect::<Vec<String>>()
                .await;
            done.set(true);
            locations
        };
        let pauses = async {
            let mut round = 0;
            while !done.get() {
                round += 1;
                let partner = &net.partner.session;
                let is_pause = round % 2 == 1;
                if is_pause {
                    app.service.change_offer(partner, net.offer, OfferAction::Pause).await.unwrap();
                } else {
                    app.service
                        .decide_application(partner, net.application, ApplicationDecision::Revoke, "")
                        .await
                        .unwrap();
                }
                for _ in 0..5 {
                    let response = app.get(&path).await;
                    assert_eq!(response.header("location"), Some(home.as_str()), "after stop {round}");
                }
                if is_pause {
                    app.service.change_offer(partner, net.offer, OfferAction::Resume).await.unwrap();
                } else {
                    app.service
                        .decide_application(partner, net.application, ApplicationDecision::Approve, "")
                        .await
                        .unwrap();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let (locations, ()) = tokio::join!(visits, pauses);

        let promised: HashSet<String> =
            locations.iter().filter_map(|location| parameter(location, "click_id")).collect();
        let stopped = locations.iter().filter(|location| **location == home).count();
        assert_eq!(locations.len(), 2_000);
        assert_eq!(promised.len() + stopped, 2_000, "each leads to the destination with its own click, or home");
        assert!(!promised.is_empty() && stopped > 0, "{} clicks, {stopped} stopped", promised.len());
        assert_eq!(app.counts().await, (clicks + i64::try_from(promised.len()).unwrap(), conversions));
        assert_eq!(stored_clicks(&app, &net).await, promised);
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_record_a_pair_once_and_obey_each_other_at_once() {
    on_all(|app| async move {
        if !app.service.is_shared() {
            return;
        }
        let (net, other) = (app.network().await, app.beside().await);
        let clicks: Vec<String> = stream::iter(0..40).then(|_| app.click(&net.slug)).collect().await;
        let (stored, conversions) = app.counts().await;
        // Each pair is sent five times, to both servers, all at once.
        let sent: Vec<(&App, String)> = (0..400)
            .map(|n| {
                let server = if n % 2 == 0 { &app } else { &other };
                let pair = format!("click_id={}&txn=order-{}", clicks[n / 10], n / 5 % 2);
                (server, format!("/api/postback?api_key={}&{pair}&amount={n}", net.partner.key))
            })
            .collect();
        let answers: Vec<(u16, Value)> = stream::iter(sent)
            .map(|(server, path)| async move { answer(&server.get(&path).await) })
            .buffer_unordered(PARALLEL)
            .collect()
            .await;
        assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
        assert_eq!(answers.iter().filter(|(_, json)| json["duplicate"] == false).count(), 80);
        assert_eq!(app.counts().await, (stored, conversions + 80));

        let home = homepage(&other);
        for _ in 0..20 {
            app.service.change_offer(&net.partner.session, net.offer, OfferAction::Pause).await.unwrap();
            let stopped = other.get(&format!("/t/{}", net.slug)).await;
            assert_eq!(stopped.header("location"), Some(home.as_str()), "what one server paused, the other obeys");
            other.service.change_offer(&net.partner.session, net.offer, OfferAction::Resume).await.unwrap();
            app.click(&net.slug).await;
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

/// Links of several offers of one partner.
async fn links_of_offers(app: &App, net: &Network, count: usize) -> Vec<String> {
    let mut slugs = vec![net.slug.clone()];
    for number in 1..count {
        let input = OfferInput {
            name: format!("Offer {number}"),
            destination: "https://shop.example/p".to_owned(),
            ..OfferInput::default()
        };
        let offer = app.service.create_offer(&net.partner.session, &input).await.unwrap();
        app.service.approve_offer(&net.admin, offer, 1).await.unwrap();
        slugs.push(app.service.apply(&net.affiliate, offer, "please").await.unwrap().to_string());
        let waiting =
            ApplicationFilter { status: Some(ApplicationStatus::Pending), ..ApplicationFilter::default() }.into();
        let waiting = app.service.list_applications(&net.partner.session, &waiting).await.unwrap().rows;
        app.service
            .decide_application(&net.partner.session, waiting[0].id, ApplicationDecision::Approve, "")
            .await
            .unwrap();
    }
    slugs
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_record_clicks_and_postbacks_of_several_offers_never_wait_in_a_circle() {
    on_all(|app| async move {
        let net = app.network().await;
        let slugs = links_of_offers(&app, &net, 6).await;
        // Each visitor follows one link and then sells, over and over: batches hold clicks and postbacks of any offers.
        let visitors = (0..24_usize).map(|visitor| {
            let (app, net, slugs) = (&app, &net, &slugs);
            async move {
                for turn in 0..25 {
                    let click = app.click(&slugs[(visitor * 5 + turn * 7) % slugs.len()]).await;
                    let sale = format!("/api/postback?api_key={}&click_id={click}&amount=1", net.partner.key);
                    assert_eq!(app.get(&sale).await.status, 200);
                }
            }
        });
        join_all(visitors).await;
        assert_eq!(app.counts().await, (600, 600));
        if app.service.is_shared() {
            assert_eq!(app.database.count_deadlocks().await, 0);
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}
