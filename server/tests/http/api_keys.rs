//! Which API keys a postback is accepted with, and that none is ever told to anybody.

use domain::{ListQuery, Role};

use super::{UNKNOWN_CLICK, answer, encoded, recorded, refused};
use crate::support::on_all;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_key_and_a_wrong_key_are_answered_with_the_same_bytes() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let old = net.partner.key.clone();
        let new = app.service.regenerate_api_key(&net.partner.session).await.unwrap().expose().to_owned();
        let mut answers = Vec::new();
        for key in ["x", &old, &net.other.key] {
            let response = app.get(&format!("/api/postback?api_key={key}&click_id={click}&amount=x")).await;
            assert_eq!(answer(&response).1["error"], "invalid_api_key");
            let headers = response.headers.into_iter().filter(|(name, _)| name != "date").collect::<Vec<_>>();
            answers.push((response.status, headers, response.body));
        }
        assert_eq!(answers[0].0, 403);
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        recorded(&app, &format!("api_key={new}&click_id={click}")).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_regenerated_key_is_invalid_at_once() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let mut key = net.partner.key.clone();
        for n in 0..3 {
            recorded(&app, &format!("api_key={key}&click_id={click}&txn={n}")).await;
            let new = app.service.regenerate_api_key(&net.partner.session).await.unwrap().expose().to_owned();
            assert!(new.starts_with("sp_live_") && new.len() == 48);
            refused(&app, &format!("api_key={key}&click_id={click}&txn=again-{n}"), 403, "invalid_api_key").await;
            key = new;
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_partners_key_is_invalid_and_a_suspended_affiliates_conversion_is_recorded() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let users = app.service.list_users(&net.admin, &ListQuery::default()).await.unwrap().rows;
        for user in users.iter().filter(|user| user.role == Role::Partner) {
            app.service.suspend_user(&net.admin, user.id).await.unwrap();
        }
        refused(&app, &format!("api_key={key}&click_id={click}"), 403, "invalid_api_key").await;
        refused(&app, &format!("api_key={key}"), 403, "invalid_api_key").await;
        for user in users.iter().filter(|user| user.role == Role::Partner) {
            app.service.restore_user(&net.admin, user.id).await.unwrap();
        }
        for user in users.iter().filter(|user| user.role == Role::Affiliate) {
            app.service.suspend_user(&net.admin, user.id).await.unwrap();
        }
        recorded(&app, &format!("api_key={key}&click_id={click}")).await;
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_key_never_reaches_an_error_text_in_any_encoding() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let secret = &key[8..];
        let wrong = format!("sp_live_{}", "Q".repeat(40));
        let mut queries =
            vec![format!("api_key={wrong}&click_id={click}"), format!("api_key={key}&click_id={UNKNOWN_CLICK}")];
        let sent = [
            key.clone(),
            format!("x{key}"),
            format!("{key}x"),
            format!("{{{key}}}"),
            encoded(key),
            key.replace('_', "%255F"),
            encoded(&encoded(key)),
        ];
        for text in &sent {
            queries.push(format!("api_key={key}&click_id={text}"));
            for name in ["amount", "commission", "currency"] {
                queries.push(format!("api_key={key}&click_id={click}&{name}={text}"));
            }
            queries.push(format!("api_key={key}&click_id={click}&status={text}%00"));
            queries.push(format!("api_key={key}&click_id={click}&txn={text}{}", "y".repeat(255)));
            queries.push(format!("api_key={wrong}&click_id={click}&amount={text}"));
        }
        for query in queries {
            let response = app.get(&format!("/api/postback?{query}")).await;
            assert!((400..500).contains(&response.status), "{query}: {}", response.status);
            answer(&response);
            let shown = response.text();
            assert!(!shown.contains(secret) && !shown.contains(&wrong), "{query}: {shown}");
            for (name, value) in &response.headers {
                assert!(!value.contains(secret) && !value.contains(&wrong), "{query}: {name}: {value}");
            }
        }
        // A key in the header, another one by mistake among the values.
        let path = format!("/api/postback?click_id={click}&amount={}", net.other.key);
        let response = app.request("GET", &path, &[("X-API-Key", key.as_str())], b"").await;
        assert_eq!(response.status, 400);
        assert!(!response.text().contains(&net.other.key[8..]));
    })
    .await;
}
