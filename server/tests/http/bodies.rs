//! Sections 3 and 8: the body of a postback, in all its forms.

use serde_json::{Value, json};

use super::browser::FORM;
use super::{answer, recorded, warns_of};
use crate::support::{App, on_all};

const JSON: &str = "application/json";

/// A POST whose body has this content type, or none.
pub(super) async fn post(app: &App, query: &str, content_type: &str, body: &[u8]) -> (u16, Value) {
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
            ("text/json", "json"),
            ("application/vnd.api+json; charset=utf-8", "json"),
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
async fn in_query_and_body_the_query_wins_under_whatever_names() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let whole = format!("api_key={}&cid={click}&amount=99", net.partner.key);
        let charge: &[u8] = br#"{"transaction_id":"ch_77","click_id":"their-own","amount":9900}"#;
        for (n, kept) in ["order_id", "txn"].into_iter().enumerate() {
            let (status, json) = post(&app, &format!("{whole}&{kept}=W{n}"), JSON, charge).await;
            assert_eq!((status, &json["transaction_id"]), (200, &json!(format!("W{n}"))), "{json}");
            assert_eq!((&json["click_id"], &json["amount"]), (&json!(click), &json!("99.00")), "{json}");
            for warning in ["cid", kept].map(|name| format!("in_query_and_body: {name}")) {
                assert!(warns_of(&json, &warning), "{warning}: {json}");
            }
            assert!(warns_of(&json, &format!("aliases_differ: {kept}, transaction_id")), "{json}");
        }
        let (status, json) = post(&app, &whole, JSON, br#"{"order_id":"W9","transaction_id":"ch_78"}"#).await;
        assert_eq!((status, &json["transaction_id"]), (200, &json!("ch_78")), "in one place the first name wins");
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
        let before = app.counts().await;
        let good = format!("api_key={}&txn=1&amount=5&click_id=%20", net.partner.key);
        let multi = "multipart/form-data; boundary=b0undary";
        let broken = b"--b0undary\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n5";
        let cases: [(&str, &[u8]); 19] = [
            (JSON, b"{"),
            (JSON, b"{\"amount\":5"),
            (JSON, b"{\"amount\":5}x"),
            (JSON, b"{\"amount\":05}"),
            (JSON, b"{amount:5}"),
            (JSON, b"amount=5"),
            ("text/json", b"amount=5"),
            ("application/ld+json", b"amount=5"),
            (JSON, b"null"),
            (JSON, b"5"),
            (JSON, b"\"amount\""),
            (JSON, b"[{\"amount\":5}]"),
            (JSON, b"{\"amount\":true}"),
            (JSON, b"{\"amount\":[5]}"),
            (JSON, b"{\"cid\":{}}"),
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
        let good = format!("api_key={}&txn=2&click_id=", net.partner.key);
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
