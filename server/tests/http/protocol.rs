//! Sections 3, 3.5, 6 and 8: how a postback is carried.

use serde_json::json;

use super::answer;
use super::browser::FORM;
use crate::support::{App, Engine, on_all};

const JSON: &str = "application/json";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_header_wins_over_the_parameter() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let (key, other) = (net.partner.key.as_str(), net.other.key.as_str());
        for (method, headers, parameter, status) in [
            ("GET", vec![("X-API-Key", key)], "", 200),
            ("POST", vec![("X-API-Key", key)], "", 200),
            ("GET", vec![("x-api-key", key)], other, 200),
            ("GET", vec![("X-API-KEY", key)], "x", 200),
            ("GET", vec![("X-API-Key", other)], key, 403),
            ("POST", vec![("X-API-Key", "x")], key, 403),
            ("GET", vec![("X-API-Key", "")], key, 200),
            ("GET", vec![("X-API-Key", "  ")], key, 200),
            ("GET", vec![("X-API-Key", "")], "", 401),
            ("GET", vec![("Authorization", key)], "", 401),
        ] {
            let path = format!("/api/postback?click_id={click}&status=confirmed&api_key={parameter}");
            let (found, json) = answer(&app.request(method, &path, &headers, b"").await);
            assert_eq!(found, status, "{method} {headers:?} {parameter}: {json}");
        }
        let mut raw = format!(
            "GET /api/postback?click_id={click}&api_key={key} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: "
        )
        .into_bytes();
        raw.extend_from_slice(b"\xff\xfe\r\n\r\n");
        let (status, json) = answer(&app.send(raw).await);
        assert_eq!((status, &json["error"]), (403, &json!("invalid_api_key")), "a key that isn't UTF-8 is a wrong key");
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_body_of_a_get_is_not_read() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let path = format!("/api/postback?api_key={}&click_id={click}", net.partner.key);
        let cases: [(&str, &[u8]); 3] = [(FORM, b"amount=5&status=rejected"), (JSON, b"{"), (JSON, br#"{"amount":5}"#)];
        for (kind, body) in cases {
            let (status, json) = answer(&app.request("GET", &path, &[("Content-Type", kind)], body).await);
            assert_eq!((status, &json["amount"], &json["status"]), (200, &json!("0.00"), &json!("confirmed")));
            assert_eq!(json["warnings"], json!([]));
        }
        let chunked = format!(
            "GET {path}&txn=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
             8\r\namount=5\r\n0\r\n\r\n"
        );
        let (status, json) = answer(&app.send(chunked.into_bytes()).await);
        assert_eq!((status, &json["amount"], &json["warnings"]), (200, &json!("0.00"), &json!([])), "{json}");
        let (_, json) = answer(&app.request("GET", &format!("{path}&txn=3"), &[("Content-Length", "0")], b"").await);
        assert_eq!(json["warnings"], json!([]), "no body is none that is passed over");
        let body = format!("api_key={}&click_id={click}", net.partner.key);
        for (query, error) in
            [(String::new(), "api_key_required"), (format!("?api_key={}", net.partner.key), "click_id_required")]
        {
            let path = format!("/api/postback{query}");
            let (_, json) = answer(&app.request("GET", &path, &[("Content-Type", FORM)], body.as_bytes()).await);
            assert_eq!(json["error"], error, "{query}");
            let hint = json["hint"].as_str().unwrap();
            assert!(hint.contains("The body of a GET is not read; send a POST."), "{json}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_methods_are_405_with_allow_head_among_them() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let before = app.counts().await;
        let path = format!("/api/postback?api_key={}&click_id={click}", net.partner.key);
        for method in ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"] {
            for path in [path.as_str(), "/api/postback"] {
                let response = app.request(method, path, &[], b"").await;
                assert_eq!(response.status, 405, "{method}");
                assert_eq!(response.header("allow"), Some("GET, POST"), "{method}");
                assert_eq!(response.header("cache-control"), Some("no-store"), "{method}");
                if method != "HEAD" {
                    answer(&response);
                }
            }
        }
        assert_eq!(app.counts().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cookies_and_origins_are_ignored() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let path = format!("/api/postback?api_key={}&click_id={click}", net.partner.key);
        let foreign = [
            ("Cookie", "session=x; __Host-session=y"),
            ("Origin", "https://evil.example"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Referer", "https://evil.example/"),
        ];
        for method in ["GET", "POST"] {
            let (status, json) = answer(&app.request(method, &path, &foreign, b"").await);
            assert_eq!(status, 200, "{method}: {json}");
        }
        let (status, _) = answer(&app.request("POST", "/api/postback", &foreign, b"").await);
        assert_eq!(status, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postback_without_api_is_200_and_records_nothing() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let before = app.counts().await;
        let query = format!("api_key={}&click_id={click}&status=confirmed&amount=99&commission=10", net.partner.key);
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"] {
            for path in [format!("/postback?{query}"), "/postback".to_owned(), format!("/postback/?{query}")] {
                let headers = [("Content-Type", FORM), ("X-API-Key", net.partner.key.as_str())];
                let body: &[u8] = if method == "POST" { query.as_bytes() } else { b"" };
                let response = app.request(method, &path, &headers, body).await;
                assert_eq!(response.status, 200, "{method}");
                assert_eq!(response.header("set-cookie"), None, "{method}");
                assert!(response.header("content-type").unwrap().starts_with("text/plain"), "{method}");
                if method != "HEAD" {
                    assert!(response.text().contains("/api/postback"), "{method}");
                    assert!(response.text().contains("records nothing"), "{method}");
                    assert!(!response.text().contains(net.partner.key.as_str()), "{method}");
                }
            }
        }
        assert_eq!(app.counts().await, before);
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_and_query_over_8_kib_is_414() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let padded = |start: String, length: usize| format!("{start}{}", "x".repeat(length - start.len()));
        let start = format!("/api/postback?api_key={}&click_id={click}&pad=", net.partner.key);
        assert_eq!(app.get(&padded(start.clone(), 8 * 1024)).await.status, 200);
        let track = format!("/t/{}?pad=", net.slug);
        assert_eq!(app.get(&padded(track.clone(), 8 * 1024)).await.status, 302);
        let before = app.counts().await;
        for start in [start, track, "/postback?".to_owned(), "/t/".to_owned(), "/".to_owned()] {
            assert_eq!(app.get(&padded(start.clone(), 8 * 1024 + 1)).await.status, 414, "{start}");
            assert_eq!(app.get(&padded(start.clone(), 20 * 1024)).await.status, 414, "{start}");
        }
        assert_eq!(app.counts().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_is_never_a_500() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}", net.partner.key);
        for value in [
            "%00",
            "%ff",
            "%f0%9f%92%b6",
            "%ed%a0%80",
            "%",
            "%u0041",
            "'%22;--",
            "%0d%0aSet-Cookie:x=y",
            "1e-99999999999999999999",
        ] {
            for name in ["click_id", "status", "amount", "commission", "currency", "transaction_id", "api_key", "x"] {
                for query in
                    [format!("{base}&{name}={value}"), format!("{name}={value}&{base}"), format!("{name}={value}")]
                {
                    let response = app.get(&format!("/api/postback?{query}")).await;
                    answer(&response);
                    assert!(response.status < 500, "{query}: {}", response.status);
                }
            }
            assert!(app.get(&format!("/t/{value}")).await.status < 500, "{value}");
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_over_32_kib_are_refused() {
    let app = App::spawn(Engine::Sqlite).await;
    for (length, wanted) in [(31_000, 200), (40_000, 431), (200_000, 431)] {
        let value = "a".repeat(length);
        assert_eq!(app.request("GET", "/healthz", &[("X-Long", &value)], b"").await.status, wanted, "{length}");
    }
}
