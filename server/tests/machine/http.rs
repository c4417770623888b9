//! Sections 3, 3.5, 6 and 8: how a postback is carried.

use serde_json::json;

use super::support::{App, Engine, on_all};
use super::{UNKNOWN_CLICK, answer, recorded, refused, warns_of};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A POST whose body has this content type, or none.
async fn post(app: &App, query: &str, content_type: &str, body: &[u8]) -> (u16, serde_json::Value) {
    let path = if query.is_empty() { "/api/postback".to_owned() } else { format!("/api/postback?{query}") };
    let headers = [("Content-Type", content_type)];
    let headers = if content_type.is_empty() { &headers[..0] } else { &headers[..] };
    answer(&app.request("POST", &path, headers, body).await)
}

fn multipart(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in pairs {
        body.push_str(&format!("--b0undary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str("--b0undary--\r\n");
    body.into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parameters_are_read_identically_from_the_query_and_from_every_body() {
    on_all(|app| async move {
        let net = app.network().await;
        let key = &net.partner.key;
        let multi = "multipart/form-data; boundary=b0undary";
        for (kind, shape) in [
            ("", "query"),
            (FORM, "form"),
            ("application/x-www-form-urlencoded; charset=UTF-8", "form"),
            ("Application/X-WWW-Form-URLEncoded", "form"),
            ("", "form"),
            ("text/plain;charset=UTF-8", "form"),
            ("application/octet-stream", "form"),
            (JSON, "json"),
            ("application/json; charset=utf-8", "json"),
            ("APPLICATION/JSON", "json"),
            ("", "json"),
            ("text/plain", "json"),
            (multi, "multipart"),
            ("Multipart/Form-Data; boundary=\"b0undary\"", "multipart"),
        ] {
            let click = app.click(&net.slug).await;
            let form = format!(
                "api_key={key}&click_id={click}&status=Paid&amount=99.5&commission=%2B10&currency=eur&transaction_id=a+b%26%C3%A4"
            );
            let object = json!({
                "api_key": key, "click_id": click, "status": "Paid", "amount": "99.5", "commission": 10,
                "currency": "eur", "transaction_id": "a b&ä",
            });
            let parts = multipart(&[
                ("api_key", key.as_str()),
                ("click_id", click.as_str()),
                ("status", "Paid"),
                ("amount", "99.5"),
                ("commission", "+10"),
                ("currency", "eur"),
                ("transaction_id", "a b&ä"),
            ]);
            let (status, mut json) = match shape {
                "query" => post(&app, &form, kind, b"").await,
                "form" => post(&app, "", kind, form.as_bytes()).await,
                "json" => post(&app, "", kind, object.to_string().as_bytes()).await,
                _ => post(&app, "", kind, &parts).await,
            };
            assert_eq!(status, 200, "{kind} {shape}: {json}");
            json["conversion_id"].take();
            assert_eq!(
                json,
                json!({
                    "ok": true, "duplicate": false, "conversion_id": null, "click_id": click, "transaction_id": "a b&ä",
                    "status": "paid", "counts_toward_earnings": true, "amount": "99.50", "commission": "10.00",
                    "currency": "EUR", "warnings": [],
                }),
                "{kind} {shape}"
            );
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_query_and_body_the_query_wins_with_a_warning() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let query = format!("api_key={key}&txn=1&amount=1");
        let (status, json) =
            post(&app, &query, FORM, format!("click_id={click}&amount=2&commission=3").as_bytes()).await;
        assert_eq!((status, &json["amount"], &json["commission"]), (200, &json!("1.00"), &json!("3.00")));
        assert!(warns_of(&json, "amount") && !warns_of(&json, "commission"), "{json}");
        let query = format!("api_key={key}&txn=2&amount=&click_id={click}");
        let (status, json) = post(&app, &query, JSON, br#"{"amount": 2, "unknown": "x"}"#).await;
        assert_eq!((status, &json["amount"], &json["warnings"]), (200, &json!("2.00"), &json!([])));
        let (status, json) =
            post(&app, &format!("api_key=x&txn=3&click_id={click}"), FORM, format!("api_key={key}").as_bytes()).await;
        assert_eq!((status, &json["error"]), (403, &json!("invalid_api_key")));
        let (status, json) =
            post(&app, &format!("api_key={key}&txn=4&click_id={click}"), FORM, b"amount=1&amount=2").await;
        assert_eq!((status, &json["amount"]), (200, &json!("1.00")));
        assert!(warns_of(&json, "amount"), "{json}");
        app.assert_audit_is_clean().await;
    })
    .await;
}

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
async fn json_is_an_object_of_strings_and_numbers() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let query = |n: usize| format!("api_key={}&click_id={click}&txn={n}", net.partner.key);
        for (n, (body, amount)) in [
            ("", "0.00"),
            (" \r\n\t", "0.00"),
            ("{}", "0.00"),
            (r#"{"amount":null}"#, "0.00"),
            (r#"{"amount":""}"#, "0.00"),
            (r#"{"amount":" 5 "}"#, "5.00"),
            (r#"{"amount":5}"#, "5.00"),
            (r#"{"amount":-0}"#, "0.00"),
            (r#"{"amount":1e2}"#, "100.00"),
            (r#"{"amount":0.30000000000000004}"#, "0.30"),
            (r#"{"amount":123456789012.123456}"#, "123456789012.123456"),
            (r#"{"amount":"\u0035"}"#, "5.00"),
            (r#"{"am\u006funt":5}"#, "5.00"),
            (r#"{"amount":null,"amount":7}"#, "7.00"),
        ]
        .into_iter()
        .enumerate()
        {
            let (status, json) = post(&app, &query(n), JSON, body.as_bytes()).await;
            assert_eq!((status, json["amount"].as_str()), (200, Some(amount)), "{body}: {json}");
            assert_eq!(json["warnings"], json!([]), "{body}");
        }
        let (status, json) = post(&app, &query(100), JSON, br#"{"amount":1,"amount":2}"#).await;
        assert_eq!((status, &json["amount"]), (200, &json!("1.00")));
        assert!(warns_of(&json, "amount"), "{json}");
        let body = format!(r#"{{"api_key":"{}","click_id":"{click}","transaction_id":1001}}"#, net.partner.key);
        let (status, json) = post(&app, "", JSON, body.as_bytes()).await;
        assert_eq!((status, &json["transaction_id"]), (200, &json!("1001")));
        let before = app.counts().await;
        for (body, text) in
            [(r#"{"amount":1e309}"#, "1e309"), (r#"{"amount":-1}"#, "-1"), (r#"{"amount":"1,5"}"#, "1,5")]
        {
            let (status, json) = post(&app, &query(101), JSON, body.as_bytes()).await;
            assert_eq!((status, &json["error"]), (400, &json!("invalid_amount")), "{body}");
            assert!(json["message"].as_str().unwrap().contains(text), "{json}");
        }
        assert_eq!(app.counts().await, before);
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_cannot_be_read_is_answered_before_everything_else() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let before = app.counts().await;
        let good = format!("api_key={}&click_id={click}", net.partner.key);
        let multi = "multipart/form-data; boundary=b0undary";
        let broken = b"--b0undary\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n5";
        let cases: [(&str, &[u8]); 17] = [
            (JSON, b"{"),
            (JSON, b"{\"amount\":5"),
            (JSON, b"{\"amount\":5}x"),
            (JSON, b"{\"amount\":05}"),
            (JSON, b"{amount:5}"),
            (JSON, b"amount=5"),
            (JSON, b"null"),
            (JSON, b"5"),
            (JSON, b"\"amount\""),
            (JSON, b"[{\"amount\":5}]"),
            (JSON, b"{\"amount\":true}"),
            (JSON, b"{\"amount\":[5]}"),
            (JSON, b"{\"unknown\":{}}"),
            (JSON, b"{\"status\":\"\xff\"}"),
            ("", b"{\"amount\":5"),
            ("multipart/form-data", b"amount=5"),
            (multi, broken),
        ];
        for (kind, body) in cases {
            for query in [good.as_str(), "", "api_key=x"] {
                let (status, json) = post(&app, query, kind, body).await;
                let body = String::from_utf8_lossy(body);
                assert_eq!((status, &json["error"]), (400, &json!("invalid_body")), "{kind} {query}: {body}");
                assert!(json["message"].as_str().is_some_and(|message| !message.is_empty()));
            }
        }
        assert_eq!(app.counts().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_is_never_unreadable() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let query = format!("api_key={}&click_id={click}&txn=1", net.partner.key);
        for body in [&b""[..], b"&&&", b"=", b"x", b"%", b"%zz=%2", b"\xff\xfe=\x00", b"[1]", b"amount"] {
            for kind in [FORM, ""] {
                let (status, json) = post(&app, &query, kind, body).await;
                assert_eq!((status, &json["amount"]), (200, &json!("0.00")), "{json}");
            }
        }
        assert_eq!(recorded(&app, &format!("{query}&%ff=%fe&%=&x=%zz")).await["duplicate"], true);
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_over_16_kib_is_413_before_everything_else() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let mut body = format!("api_key={}&click_id={click}&pad=", net.partner.key).into_bytes();
        body.resize(16 * 1024, b'x');
        let (status, json) = post(&app, "", FORM, &body).await;
        assert_eq!(status, 200, "exactly 16 KiB: {json}");
        body.push(b'x');
        let before = app.counts().await;
        let good = format!("api_key={}&click_id={click}&txn=2", net.partner.key);
        for query in [good.as_str(), "", "api_key=x"] {
            for kind in [FORM, JSON, "", "multipart/form-data"] {
                let (status, json) = post(&app, query, kind, &body).await;
                assert_eq!((status, &json["error"]), (413, &json!("body_too_large")), "{kind} {query}");
            }
        }
        let mut chunked = format!(
            "POST /api/postback?{good} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
            body.len()
        )
        .into_bytes();
        chunked.extend_from_slice(&body);
        chunked.extend_from_slice(b"\r\n0\r\n\r\n");
        let (status, json) = answer(&app.send(chunked).await);
        assert_eq!((status, &json["error"]), (413, &json!("body_too_large")), "whatever a length says");
        assert_eq!(app.counts().await, before);
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chunked_body_is_a_body() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let (first, second) = (format!("api_key={}&click_", net.partner.key), format!("id={click}&amount=5"));
        let raw = format!(
            "POST /api/postback HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
             {:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
            first.len(),
            second.len()
        );
        let (status, json) = answer(&app.send(raw.into_bytes()).await);
        assert_eq!((status, &json["amount"]), (200, &json!("5.00")), "{json}");
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
        let body = format!("api_key={}&click_id={click}", net.partner.key);
        let response = app.request("GET", "/api/postback", &[("Content-Type", FORM)], body.as_bytes()).await;
        assert_eq!(answer(&response).1["error"], "api_key_required");
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
            for path in [format!("/postback?{query}"), "/postback".to_owned()] {
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
async fn other_paths_under_api_are_not_the_postback() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let before = app.counts().await;
        for path in ["/api/postback/", "/api/Postback", "/api/postbacks", "/api", "/api/postback/x"] {
            let query = format!("api_key={}&click_id={click}", net.partner.key);
            assert_eq!(app.get(&format!("{path}?{query}")).await.status, 404, "{path}");
        }
        assert_eq!(app.counts().await, before);
        refused(&app, &format!("api_key={}&click_id={UNKNOWN_CLICK}", net.partner.key), 404, "click_not_found").await;
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
