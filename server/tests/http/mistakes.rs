//! Sections 3.1 and 8: what a sender is told of likely mistakes, whether the sale was recorded or not.

use serde_json::json;

use super::bodies::post;
use super::browser::FORM;
use super::{answer, encoded, recorded, refused, warnings};
use crate::support::on_all;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_careful_colleague_warns_of_what_was_recorded() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}", net.partner.key);
        let cases: [(&str, &[&str]); 22] = [
            ("txn=1&status=completed", &["status_does_not_count: completed"]),
            ("txn=2&status=1", &["status_does_not_count: 1"]),
            ("txn=3&status=undefined", &["absent_word: status", "status_does_not_count: undefined"]),
            ("txn=4&status=refunded", &[]),
            ("txn=10&status=test", &["status_does_not_count: test"]),
            ("txn=11&status=failed", &[]),
            ("txn=5&currency=undefined", &["absent_word: currency"]),
            ("txn=6&currency=NULL&amount=5%C2%A4cy=nan", &["absent_word: currency", "mangled_currency_parameter"]),
            ("txn=7&currency=CURRENCY", &["unreplaced_macro: currency"]),
            (
                "txn={transaction_id}&status={status}",
                &["unreplaced_macro: status", "status_does_not_count: {status}", "unreplaced_macro: txn"],
            ),
            ("transaction_id=ORDER_ID", &["unreplaced_macro: transaction_id"]),
            ("transaction_id=%257Border_id%257D", &["unreplaced_macro: transaction_id"]),
            ("transaction_id=ABC-123", &[]),
            ("transaction_id=none", &["absent_word: transaction_id"]),
            ("txn=8&status=confirmed%E2%80%8B", &[]),
            ("txn={{order['id']}}", &["unreplaced_macro: txn"]),
            ("txn=$(order_id)", &["unreplaced_macro: txn"]),
            ("txn=((order_id))", &["unreplaced_macro: txn"]),
            ("txn=@order_id@", &["unreplaced_macro: txn"]),
            ("txn=(order)", &[]),
            ("AMOUNT=5&orderId=12&txn=12", &["misspelt_name: AMOUNT, amount"]),
            ("txn=9&status=con%E2%80%8Bfirmed", &["status_does_not_count: con\u{200b}firmed"]),
        ];
        for (rest, expected) in cases {
            let json = recorded(&app, &format!("{base}&{rest}")).await;
            assert_eq!(warnings(&json), expected, "{rest}");
            assert!(["USD", "CURRENCY"].contains(&json["currency"].as_str().unwrap()), "{json}");
            assert_eq!(json["duplicate"], false, "{rest}");
        }
        assert_eq!(recorded(&app, &base).await["duplicate"], true, "an absent id is the click's");
        for (n, and) in ["&amp;", "&%23038;", "&%23x26;"].into_iter().enumerate() {
            let html = format!("api_key={}{and}click_id={click}{and}amount=5{and}txn=html{n}", net.partner.key);
            let json = recorded(&app, &html).await;
            assert_eq!((&json["amount"], &json["transaction_id"]), (&json!("5.00"), &json!(format!("html{n}"))));
            assert_eq!(warnings(&json), ["mangled_ampersand"], "{and}");
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_sees_is_cut_off_at_the_ends_of_keys_and_ids() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let json = recorded(&app, &format!("api_key=%E2%80%8B{key}&click_id={click}%EF%BB%BF&txn=%E2%81%A0a")).await;
        assert_eq!((&json["click_id"], &json["transaction_id"]), (&json!(click), &json!("a")));
        let header = format!("\u{feff}{key}\u{200b}");
        let path = format!("/api/postback?click_id={click}&txn=header");
        let response = app.request("GET", &path, &[("X-API-Key", header.as_str())], b"").await;
        assert_eq!(answer(&response).0, 200);
        for (rest, error) in [("status=a%00", "invalid_status"), ("txn=a%00", "invalid_transaction_id")] {
            refused(&app, &format!("api_key={key}&click_id={click}&{rest}"), 400, error).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hint_names_what_came_and_what_it_should_be_and_never_the_key() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = net.partner.key.as_str();
        let bearer = format!("Bearer {key}");
        for name in ["apikey", "API_KEY", "key", "token", "api-key", "Authorization"] {
            let json = refused(&app, &format!("{name}={key}&click_id={click}"), 401, "api_key_required").await;
            let hint = json["hint"].as_str().unwrap();
            assert!(hint.contains(name) && hint.contains("api_key") && !json.to_string().contains(&key[8..]), "{json}");
        }
        for (name, value) in
            [("Authorization", bearer.as_str()), ("Api-Key", key), ("X-Api-Token", key), ("ApiKey", key)]
        {
            let path = format!("/api/postback?click_id={click}");
            let (status, json) = answer(&app.request("GET", &path, &[(name, value)], b"").await);
            let hint = json["hint"].as_str().unwrap();
            assert!(status == 401 && hint.to_ascii_lowercase().contains(&name.to_ascii_lowercase()), "{name}: {json}");
            assert!(hint.contains("X-API-Key") && !json.to_string().contains(&key[8..]), "{json}");
        }
        for name in ["clickid", "CLICK_ID", "Click_Id", "click_id[]", "clickId", "subid", "gclid"] {
            let json = refused(&app, &format!("api_key={key}&{name}={click}"), 400, "click_id_required").await;
            let hint = json["hint"].as_str().unwrap();
            assert!(hint.contains(name) && hint.contains("click_id"), "{json}");
        }
        for (sent, part) in [
            (format!("\"{click}\""), "quotes"),
            (format!("{click}\""), "quotes"),
            (encoded(&format!("\"{click}\"")), "quotes"),
            ("{click_id}".to_owned(), "macro"),
            ("%7Bclick_id%7D".to_owned(), "macro"),
            ("YOUR_CLICK_ID".to_owned(), "macro"),
            (click.to_uppercase(), "lower-case"),
            (click.replace("clk_", "aff_"), "affiliate"),
        ] {
            let query = format!("api_key={key}&click_id={}", encoded(&sent));
            let json = refused(&app, &query, 404, "click_not_found").await;
            assert!(json["hint"].as_str().unwrap().contains(part), "{sent}: {json}");
        }
        let base = format!("api_key={key}&click_id={click}");
        for (rest, error, part) in [
            ("amount=AMOUNT", "invalid_amount", "macro"),
            ("amount=1,5", "invalid_amount", "point"),
            ("amount=99.00+EUR", "invalid_amount", "currency=EUR"),
            ("commission=5+Euro", "invalid_commission", "currency=EUR"),
            ("amount=1+000", "invalid_amount", "separators"),
            ("amount=1%C2%A0000", "invalid_amount", "separators"),
            ("commission=undefined", "invalid_commission", "word"),
            ("amount=%2210%22", "invalid_amount", "quotes"),
        ] {
            let json = refused(&app, &format!("{base}&{rest}"), 400, error).await;
            assert!(json["hint"].as_str().unwrap().contains(part), "{json}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_whose_parameters_are_elsewhere_is_explained() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let (json, sent_key) = ("application/json", format!("api_key={key}"));
        let nested = format!(r#"{{"data":{{"list":[{{"api_key":"{key}","click_id" : "{click}"}}]}}}}"#);
        let named_by_key = format!(r#"{{"{key}":{{"click_id":"{click}"}}}}"#);
        let list = format!(r#"[{{"api_key":"{key}","click_id":"{click}"}}]"#);
        let parts = format!("--b\r\nContent-Disposition: form-data; name=\"click_id\"\r\n\r\n{click}\r\n--b--\r\n");
        for (query, kind, body, error, hint) in [
            ("", json, &nested, "api_key_required", "api_key is inside data; it must be at the top of the object."),
            (sent_key.as_str(), json, &nested, "click_id_required", "click_id is inside data; it must be at the top"),
            (sent_key.as_str(), json, &named_by_key, "click_id_required", "click_id is inside another member;"),
            (sent_key.as_str(), "", &list, "click_id_required", "looks like a JSON list"),
            ("", FORM, &list, "api_key_required", "looks like a JSON list"),
            (sent_key.as_str(), FORM, &parts, "click_id_required", "looks like multipart/form-data"),
        ] {
            let (status, json) = post(&app, query, kind, body.as_bytes()).await;
            assert_eq!((status / 100, json["error"].as_str()), (4, Some(error)), "{body}: {json}");
            assert!(json["hint"].as_str().unwrap().contains(hint), "{body}: {json}");
            assert!(!json.to_string().contains(&key[8..]), "{json}");
        }
        let text = r#"{"note":{"text":"the \"click_id\": is missing","click_ids":1,"x":"click_id"}}"#;
        let (_, answer) = post(&app, &sent_key, json, text.as_bytes()).await;
        assert!(answer["hint"].is_null(), "no name of a member: {answer}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hint_at_a_key_depends_on_the_request_alone() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        for (key, part) in [
            ("{api_key}".to_owned(), "macro"),
            (format!("\"{}\"", net.partner.key), "quotes"),
            (format!("Bearer {}", net.partner.key), "Bearer"),
            (format!("{}?click_id={click}", net.partner.key), "address"),
            (format!("api_key={}", net.partner.key), "address"),
        ] {
            let mut answers = Vec::new();
            for click in [click.as_str(), super::UNKNOWN_CLICK, "x", ""] {
                let query = format!("api_key={}&click_id={click}", encoded(&key));
                let json = refused(&app, &query, 403, "invalid_api_key").await;
                assert!(json["hint"].as_str().unwrap().contains(part), "{json}");
                assert!(!json.to_string().contains(&net.partner.key[8..]), "{json}");
                answers.push(json);
            }
            assert!(answers.iter().all(|answer| *answer == answers[0]));
        }
        let wrong = refused(&app, &format!("api_key=x&click_id={click}"), 403, "invalid_api_key").await;
        let foreign = format!("api_key={}&click_id={click}&clickid=y", net.other.key);
        assert_eq!(refused(&app, &foreign, 403, "invalid_api_key").await, wrong);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_among_the_values_is_refused_and_not_echoed() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        for text in [key.clone(), format!("x{}", &key[8..]), encoded(&key.replace('_', "%5F"))] {
            for name in ["status", "transaction_id", "order_id"] {
                let rest = if name == "status" { "&txn=s" } else { "" };
                let path = format!("/api/postback?api_key={key}&click_id={click}&{name}={text}{rest}");
                let response = app.get(&path).await;
                // It is not even stored: whoever sees the conversion would see it.
                assert_eq!(answer(&response).0, 400, "{path}");
                let shown = response.text().to_ascii_lowercase();
                assert!(!shown.contains(&key[8..].to_ascii_lowercase()), "{path}: {shown}");
            }
        }
    })
    .await;
}
