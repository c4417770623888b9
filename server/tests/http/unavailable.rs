//! Sections 1, 2 and 3.1: a database that can't commit for a while.

use std::{
    cell::Cell,
    collections::HashSet,
    time::{Duration, Instant},
};

use futures::future::join_all;

use super::{answer, parameter, storms::stored_clicks};
use crate::support::{App, Network, Response, on_both};

/// "503 after at most 5 s of trying", and some for a busy machine.
const AT_MOST: Duration = Duration::from_secs(8);
/// How soon everything is as before.
const SOON: Duration = Duration::from_secs(5);
/// Visitors at the same time.
const CROWD: usize = 8;

/// A request's answer, and how long it took.
async fn timed(app: &App, path: &str) -> (Response, Duration) {
    let began = Instant::now();
    let response = app.get(path).await;
    (response, began.elapsed())
}

/// One visit after the other, until it is over.
async fn visits(app: &App, path: &str, over: &Cell<bool>) -> Vec<(Response, Duration)> {
    let mut answers = Vec::new();
    while !over.get() {
        answers.push(timed(app, path).await);
    }
    answers
}

/// Visits until one is answered 302, which has to be soon.
async fn visits_until_found(app: &App, path: &str) -> Vec<(Response, Duration)> {
    let began = Instant::now();
    let mut answers = Vec::new();
    loop {
        answers.push(timed(app, path).await);
        assert!(began.elapsed() < SOON, "no redirect within 5 s");
        if answers.last().is_some_and(|(response, _)| response.status == 302) {
            return answers;
        }
    }
}

fn assert_unavailable(response: &Response, waited: Duration) {
    assert_eq!(response.status, 503, "{}", response.text());
    let retry_after = response.header("retry-after").unwrap();
    assert!(retry_after.parse::<u32>().is_ok_and(|seconds| seconds > 0), "{retry_after}");
    assert_eq!(response.header("location"), None);
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert!(waited < AT_MOST, "answered after {waited:?}");
}

/// Each answer is a redirect whose click is stored, or a 503 in time, whose click may be stored or not. Nothing else
/// was stored. Says how many were 503.
async fn assert_promises_are_kept(
    app: &App,
    net: &Network,
    before: &HashSet<String>,
    answers: &[(Response, Duration)],
) -> usize {
    let (mut promised, mut refused) = (HashSet::new(), 0);
    for (response, waited) in answers {
        if response.status == 302 {
            let click = parameter(response.header("location").unwrap(), "click_id").unwrap();
            assert!(promised.insert(click), "each visit has a click of its own");
        } else {
            assert_unavailable(response, *waited);
            refused += 1;
        }
    }
    let stored = stored_clicks(app, net).await;
    let stored: HashSet<String> = stored.difference(before).cloned().collect();
    assert!(promised.is_subset(&stored), "{} clicks are lost", promised.difference(&stored).count());
    assert!(stored.len() <= promised.len() + refused, "{} > {} + {refused}", stored.len(), promised.len());
    app.assert_audit_is_clean().await;
    refused
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_committed_within_5_s_is_503_and_never_a_302() {
    on_both(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let before = stored_clicks(&app, &net).await;
        let (_, conversions) = app.counts().await;
        let track = format!("/t/{}", net.slug);
        let postback = format!("/api/postback?api_key={}&click_id={click}&amount=5", net.partner.key);

        let lock = app.database.lock().await;
        let over = Cell::new(false);
        let unlock = async {
            tokio::time::sleep(Duration::from_secs(7)).await;
            lock.release().await;
            over.set(true);
        };
        let crowd = join_all((0..CROWD).map(|_| visits(&app, &track, &over)));
        let (answers, (sale, waited), ()) = tokio::join!(crowd, timed(&app, &postback), unlock);
        let mut answers: Vec<_> = answers.into_iter().flatten().collect();
        answers.extend(visits_until_found(&app, &track).await);

        let refused = assert_promises_are_kept(&app, &net, &before, &answers).await;
        assert!(refused >= CROWD, "whoever came first was refused: {refused}");
        assert_unavailable(&sale, waited);
        let (_, json) = answer(&sale);
        assert_eq!(json["error"], "unavailable");
        assert!(json["message"].as_str().is_some_and(|message| !message.is_empty()));

        let (status, json) = answer(&app.get(&postback).await);
        assert_eq!((status, json["amount"].as_str()), (200, Some("5.00")), "sent again, it is recorded");
        assert_eq!(app.counts().await.1, conversions + 1, "once, whatever became of the first attempt");
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_be_committed_within_5_s_is_waited_for() {
    on_both(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let before = stored_clicks(&app, &net).await;
        let (clicks, conversions) = app.counts().await;
        let track = format!("/t/{}", net.slug);
        let postback = format!("/api/postback?api_key={}&click_id={click}&amount=5", net.partner.key);

        let lock = app.database.lock().await;
        let unlock = async {
            tokio::time::sleep(Duration::from_millis(2_500)).await;
            lock.release().await;
        };
        let crowd = join_all((0..CROWD).map(|_| timed(&app, &track)));
        let (answers, (sale, _), ()) = tokio::join!(crowd, timed(&app, &postback), unlock);

        for (response, waited) in &answers {
            assert_eq!(response.status, 302, "{}", response.text());
            assert!(*waited >= Duration::from_secs(1), "the lock was none: {waited:?}");
        }
        assert_eq!(assert_promises_are_kept(&app, &net, &before, &answers).await, 0);
        assert_eq!(answer(&sale).0, 200);
        assert_eq!(app.counts().await, (clicks + i64::try_from(CROWD).unwrap(), conversions + 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readyz_is_503_while_nothing_can_be_written_and_healthz_is_200() {
    on_both(|app| async move {
        assert_eq!(app.get("/readyz").await.status, 200);
        let lock = app.database.lock().await;
        // What was just found out is believed for a moment.
        tokio::time::sleep(Duration::from_millis(250)).await;
        let (ready, alive, home) = tokio::join!(timed(&app, "/readyz"), timed(&app, "/healthz"), timed(&app, "/"));
        lock.release().await;
        assert_eq!((ready.0.status, ready.0.header("cache-control")), (503, Some("no-store")));
        assert_eq!(
            ready.0.header("x-request-id").map(str::len),
            Some(36),
            "what went wrong here can be found in the log"
        );
        assert!(ready.1 < AT_MOST, "answered after {:?}", ready.1);
        assert_eq!(alive.0.status, 200);
        assert!(alive.1 < Duration::from_secs(2), "answered after {:?}", alive.1);
        assert_eq!(home.0.status, 200, "what needs no writing goes on");
        assert_eq!(app.get("/readyz").await.status, 200);
        assert_eq!(app.counts().await, (0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_ends_every_connection_is_found_again_within_5_s() {
    on_both(|app| async move {
        if !app.service.is_shared() {
            return;
        }
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let before = stored_clicks(&app, &net).await;
        let track = format!("/t/{}", net.slug);

        let over = Cell::new(false);
        let trouble = async {
            for _ in 0..10 {
                app.database.end_connections().await;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            over.set(true);
        };
        let crowd = join_all((0..CROWD).map(|_| visits(&app, &track, &over)));
        let (answers, ()) = tokio::join!(crowd, trouble);
        let mut answers: Vec<_> = answers.into_iter().flatten().collect();
        for _ in 0..3 {
            app.database.end_connections().await;
            answers.extend(visits_until_found(&app, &track).await);
        }
        assert_promises_are_kept(&app, &net, &before, &answers).await;

        let postback = format!("/api/postback?api_key={}&click_id={click}", net.partner.key);
        let (mut status, mut json) = (503, serde_json::Value::Null);
        // Where a new connection takes longer than it may, the batch is given up.
        for _ in 0..5 {
            if status == 503 {
                app.database.end_connections().await;
                tokio::time::sleep(Duration::from_millis(200)).await;
                (status, json) = answer(&app.get(&postback).await);
            }
        }
        assert_eq!((status, &json["duplicate"]), (200, &serde_json::json!(false)), "{json}");
        assert_eq!(app.get("/readyz").await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_are_told_when_the_database_is_away() {
    on_both(|app| async move {
        let net = app.network().await;
        app.click(&net.slug).await;
        app.service.close().await;
        let metrics = app.service.write_metrics().await;
        assert!(metrics.contains("something_clicks_total{kind=\"bot\"} 1\n"), "{metrics}");
    })
    .await;
}
