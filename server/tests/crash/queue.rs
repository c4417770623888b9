//! The queue before the recorder has an end.

use std::time::{Duration, Instant};

use domain::{Referer, Slug, UserAgent};
use futures::{StreamExt as _, stream::FuturesUnordered};
use service::{ClickRequest, TrackOutcome};

use crate::support::{App, on_both};

/// So many ask at once; up to 16,384 of them may wait, and a batch or two are being recorded.
const ASKED: usize = 40_000;
const MAY_WAIT: usize = 16_384 + 2 * 1_024;

/// A visit: what became of it, and how long that took.
async fn visit(app: &App, slug: &Slug) -> (TrackOutcome, Duration) {
    let visit = ClickRequest {
        slug: slug.clone(),
        ip: "203.0.113.7".to_owned(),
        user_agent: UserAgent::from_header(b"test"),
        referer: Referer::from_header(b""),
        prefetch: false,
    };
    let began = Instant::now();
    (app.service.track(visit).await, began.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_finds_the_queue_full_is_turned_away_at_once() {
    on_both(|app| async move {
        let net = app.network().await;
        let slug = Slug::parse(&net.slug).unwrap();
        let lock = app.database.lock().await;
        let mut asked: FuturesUnordered<_> = (0..ASKED).map(|_| visit(&app, &slug)).collect();
        let (mut turned_away, mut redirected, mut late) = (0, 0, 0);
        let mut count = |(outcome, took): (TrackOutcome, Duration)| match outcome {
            TrackOutcome::Unavailable if took < Duration::from_secs(1) => turned_away += 1,
            TrackOutcome::Unavailable => late += 1,
            TrackOutcome::Redirect(_) => redirected += 1,
            other => panic!("{other:?}"),
        };
        while let Ok(Some(answer)) = tokio::time::timeout(Duration::from_millis(500), asked.next()).await {
            count(answer);
        }
        lock.release().await;
        while let Some(answer) = asked.next().await {
            count(answer);
        }
        println!(
            "of {ASKED} visits at once, {turned_away} were turned away at once, {redirected} recorded, {late} late"
        );
        assert!(turned_away >= ASKED - MAY_WAIT, "{turned_away}");
        let (stored, _) = app.counts().await;
        let stored = usize::try_from(stored).unwrap();
        assert!((redirected..=redirected + late).contains(&stored), "{stored} are stored");
        assert!(matches!(visit(&app, &slug).await.0, TrackOutcome::Redirect(_)), "everything is as before");
        app.assert_audit_is_clean().await;
    })
    .await;
}
