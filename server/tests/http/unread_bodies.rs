//! Sections 3 and 8: a body that can't be used, beside a query that is whole, and characters of other kinds.

use serde_json::{Value, json};

use super::bodies::post;
use super::browser::FORM;
use super::{answer, recorded, warnings};
use crate::support::{App, on_all};

const JSON: &str = "application/json";

/// A POST that also says how its body is encoded.
async fn post_encoded(app: &App, query: &str, encoding: &str, body: &[u8]) -> (u16, Value) {
    let headers = [("Content-Type", JSON), ("Content-Encoding", encoding)];
    answer(&app.request("POST", &format!("/api/postback?{query}"), &headers, body).await)
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_cannot_be_used_does_not_spoil_a_query_that_names_the_click() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let webhook =
            br#"{"id":"evt_1","livemode":false,"data":{"object":{"amount_total":9900}},"list":[1],"x":"\ud800"}"#;
        let large = |length: usize| format!("{{\"pad\":\"{}\"}}", "x".repeat(length)).into_bytes();
        let utf16 = [b"\xff\xfe".to_vec(), utf16("amount=5", true)].concat();
        for (n, (kind, body, why)) in [
            (JSON, webhook.to_vec(), None),
            (JSON, br#"{"test":true}"#.to_vec(), None),
            (JSON, b"[]".to_vec(), Some("not readable as JSON")),
            (JSON, b"[{\"amount\":5}]".to_vec(), Some("not readable as JSON")),
            (JSON, b"amount=5".to_vec(), Some("not readable as JSON")),
            (JSON, b"{\"amount\":5".to_vec(), Some("not readable as JSON")),
            (JSON, br#"{"amount":{"value":5}}"#.to_vec(), Some("amount is an object")),
            (JSON, br#"{"status":true}"#.to_vec(), Some("status is true or false")),
            ("application/xml", b"<?xml version=\"1.0\"?><amount>5</amount>".to_vec(), Some("XML")),
            ("", b"<amount>5</amount>".to_vec(), Some("XML")),
            ("multipart/form-data", b"amount=5".to_vec(), Some("multipart")),
            (FORM, utf16, Some("UTF-16")),
            ("application/x-www-form-urlencoded; charset=windows-1251", b"amount=5".to_vec(), Some("windows-1251")),
            (JSON, large(20_000), Some("larger than 16 KiB")),
            (FORM, large(900_000), Some("larger than 16 KiB")),
        ]
        .into_iter()
        .enumerate()
        {
            for name in ["click_id", "cid"] {
                let txn = format!("{name}{n}");
                let query = format!("api_key={}&{name}={click}&status=confirmed&amount=99&txn={txn}", net.partner.key);
                let (status, json) = post(&app, &query, kind, &body).await;
                assert_eq!(
                    (status, &json["amount"], &json["duplicate"]),
                    (200, &json!("99.00"), &json!(false)),
                    "{json}"
                );
                match why {
                    None => assert_eq!(json["warnings"], json!([]), "{txn}"),
                    Some(why) => {
                        let warnings = warnings(&json);
                        assert_eq!(warnings.len(), 1, "{json}");
                        assert!(warnings[0].starts_with("body_ignored: ") && warnings[0].contains(why), "{json}");
                    }
                }
            }
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compressed_body_is_415_unless_the_query_names_the_click() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let (key, gzip) = (&net.partner.key, b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc");
        let before = app.counts().await;
        for (encoding, how) in [("gzip", "gzip"), ("x-gzip", "gzip"), ("identity, br", "br"), ("sp_live_x", "unknown")]
        {
            for query in ["", "api_key=x", format!("api_key={key}&click_id=").as_str()] {
                let (status, json) = post_encoded(&app, query, encoding, gzip).await;
                assert_eq!(
                    (status, &json["error"]),
                    (415, &json!("unsupported_encoding")),
                    "{encoding} {query}: {json}"
                );
                assert!(json["message"].as_str().unwrap().contains(how), "{json}");
            }
        }
        let (status, json) = post_encoded(&app, "", "gzip", &[b'x'; 20_000]).await;
        assert_eq!((status, &json["error"]), (413, &json!("body_too_large")), "too large comes first");
        assert_eq!(app.counts().await, before);
        let whole = format!("api_key={key}&click_id={click}");
        let (status, json) = post_encoded(&app, &format!("{whole}&txn=1"), "gzip", gzip).await;
        assert_eq!((status, &json["warnings"]), (200, &json!(["body_ignored: compressed (gzip)"])));
        // Also where no header says so, whatever the body is called.
        for (txn, kind) in [(2, ""), (3, "application/json"), (4, "application/x-www-form-urlencoded")] {
            let (status, json) = post(&app, &format!("{whole}&txn={txn}"), kind, gzip).await;
            assert_eq!((status, &json["warnings"]), (200, &json!(["body_ignored: compressed (gzip)"])), "{kind}");
        }
        let plain =
            ["identity", "", " Identity ", "utf-8", "UTF8", "7bit", "8bit", "binary", "none", "identity, utf-8"];
        for (n, encoding) in plain.into_iter().enumerate() {
            let body = br#"{"amount":5}"#;
            let (status, json) = post_encoded(&app, &format!("{whole}&txn=plain{n}"), encoding, body).await;
            assert_eq!((status, &json["amount"], &json["warnings"]), (200, &json!("5.00"), &json!([])), "{encoding}");
        }
        let (status, json) = post_encoded(&app, &format!("{whole}&txn=empty"), "gzip", b"").await;
        assert_eq!((status, &json["warnings"]), (200, &json!([])), "no body is no compressed one");
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_in_other_characters_is_read_rightly_or_refused_by_name() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let object =
            |n: usize| format!(r#"{{"api_key":"{key}","click_id":"{click}","amount":5,"transaction_id":"o{n}"}}"#);
        let form = |n: usize| format!("api_key={key}&click_id={click}&amount=5&transaction_id=f{n}");
        for (n, kind) in [JSON, "", FORM, "text/plain"].into_iter().enumerate() {
            for text in [object(n), form(n)] {
                if kind == JSON && !text.starts_with('{') {
                    continue;
                }
                let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
                let (status, json) = post(&app, "", kind, &marked).await;
                assert_eq!(
                    (status, &json["amount"], &json["warnings"]),
                    (200, &json!("5.00"), &json!([])),
                    "{kind}: {json}"
                );
            }
        }
        let before = app.counts().await;
        for little in [true, false] {
            for mark in ["\u{feff}", ""] {
                for (kind, text) in [(JSON, object(9)), (FORM, form(9)), ("", form(9))] {
                    let (status, json) = post(&app, "", kind, &utf16(&format!("{mark}{text}"), little)).await;
                    assert_eq!((status, &json["error"]), (400, &json!("invalid_body")), "{kind}: {json}");
                    assert!(json["message"].as_str().unwrap().contains("UTF-16"), "{json}");
                }
            }
        }
        for charset in ["windows-1251", "koi8-r", "UTF-16", "iso-8859-2"] {
            for (kind, text) in [(JSON, object(9)), (FORM, form(9)), ("text/plain", form(9))] {
                let (status, json) = post(&app, "", &format!("{kind}; charset={charset}"), text.as_bytes()).await;
                assert_eq!((status, &json["error"]), (400, &json!("invalid_body")), "{kind}: {json}");
                let message = json["message"].as_str().unwrap().to_ascii_lowercase();
                assert!(message.contains(&charset.to_ascii_lowercase()), "{json}");
            }
        }
        assert_eq!(app.counts().await, before);
        for (n, charset) in [
            "utf-8",
            "US-ASCII",
            "ISO-8859-1",
            "latin1",
            "windows-1252",
            "cp1252",
            "UTF_8",
            "ISO_8859-1:1987",
            "windows1252",
        ]
        .into_iter()
        .enumerate()
        {
            for (kind, text) in [(JSON, object(20 + n)), (FORM, form(20 + n))] {
                let (status, json) = post(&app, "", &format!("{kind}; charset={charset}"), text.as_bytes()).await;
                assert_eq!((status, &json["duplicate"], &json["warnings"]), (200, &json!(false), &json!([])), "{json}");
            }
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_are_not_utf8_stay_different() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}&amount=5", net.partner.key);
        for (id, stored) in [
            ("Bestellung-%E4", "Bestellung-ä"),
            ("Bestellung-%F6", "Bestellung-ö"),
            ("%80%9F", "€Ÿ"),
            ("A%A0", "A\u{a0}"),
            ("A%AD", "A\u{ad}"),
        ] {
            for duplicate in [false, true] {
                let json = recorded(&app, &format!("{base}&transaction_id={id}&other=%E4")).await;
                assert_eq!((&json["duplicate"], &json["transaction_id"]), (&json!(duplicate), &json!(stored)));
                assert_eq!(warnings(&json), ["not_utf8: transaction_id"]);
            }
        }
        let raw = b"transaction_id=Ordre-\xe9&amount=5";
        let latin = format!("{FORM}; charset=iso-8859-1");
        let multi = b"--b\r\nContent-Disposition: form-data; name=\"txn\"\r\n\r\nOrdre-\xe8\r\n--b--\r\n";
        let json_body = b"{\"transaction_id\":\"Ordre-\xea\"}";
        let query = format!("api_key={}&click_id={click}", net.partner.key);
        for (kind, body, stored, warning) in [
            (latin.as_str(), &raw[..], "Ordre-é", "not_utf8: transaction_id"),
            ("multipart/form-data; boundary=b", &multi[..], "Ordre-è", "not_utf8: txn"),
            ("application/json; charset=latin1", &json_body[..], "Ordre-ê", "not_utf8: transaction_id"),
        ] {
            let (status, json) = post(&app, &query, kind, body).await;
            assert_eq!((status, &json["duplicate"], &json["transaction_id"]), (200, &json!(false), &json!(stored)));
            assert_eq!(warnings(&json), [warning]);
        }
        let json = recorded(&app, &format!("{base}&txn=mangled&commission=10%A4cy=EUR")).await;
        assert_eq!((&json["commission"], &json["currency"]), (&json!("10.00"), &json!("EUR")));
        assert_eq!(warnings(&json), ["mangled_currency_parameter"]);
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_may_hold_what_nobody_knows_and_a_known_name_that_cannot_be_read_is_named() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let known = format!(r#""api_key":"{key}","click_id":"{click}""#);
        let body =
            format!(r#"{{{known},"id":{{"a":[1]}},"live":false,"items":[{{}}],"Amount":true,"n":null,"s":"\ud800"}}"#);
        let (status, json) = post(&app, "", JSON, body.as_bytes()).await;
        assert_eq!((status, &json["warnings"]), (200, &json!([])), "{json}");
        for (member, name) in [
            (r#""amount":{"value":5}"#, "amount"),
            (r#""currency":["EUR"]"#, "currency"),
            (r#""status":true"#, "status"),
            (r#""order_id":false"#, "order_id"),
        ] {
            let (status, json) = post(&app, "", JSON, format!("{{{known},{member}}}").as_bytes()).await;
            assert_eq!((status, &json["error"]), (400, &json!("invalid_body")), "{json}");
            assert!(json["message"].as_str().unwrap().contains(name), "{json}");
        }
        let (_, json) = post(&app, "", JSON, format!("api_key={key}&click_id={click}").as_bytes()).await;
        assert!(json["message"].as_str().unwrap().contains("looks like a form"), "{json}");
        app.assert_audit_is_clean().await;
    })
    .await;
}
