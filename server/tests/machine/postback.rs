//! What a postback's values mean, and what it is answered.

use domain::{Decision, ListQuery, OfferAction, Role};
use serde_json::json;

use super::support::on_all;
use super::{UNKNOWN_CLICK, answer, encoded, recorded, refused, warnings, warns_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_postback_is_answered_with_what_is_stored() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let (clicks, conversions) = app.counts().await;
        let mut json =
            recorded(&app, &format!("api_key={key}&click_id={click}&status=confirmed&amount=99&commission=10")).await;
        let id = json["conversion_id"].take();
        assert!(id.as_str().unwrap().starts_with("cnv_"));
        assert_eq!(
            json,
            json!({
                "ok": true, "duplicate": false, "conversion_id": null, "click_id": click, "transaction_id": click,
                "status": "confirmed", "counts_toward_earnings": true, "amount": "99.00", "commission": "10.00",
                "currency": "USD", "warnings": [],
            })
        );
        assert_eq!(app.counts().await, (clicks, conversions + 1));
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_amount_commission_currency_and_transaction_id_have_defaults() {
    on_all(|app| async move {
        let net = app.network().await;
        let key = &net.partner.key;
        for rest in [
            "",
            "&status=&amount=&commission=&currency=&transaction_id=&txn=&order_id=",
            "&status=+&amount=%09&currency=%C2%A0&txn=%E3%80%80",
        ] {
            let click = app.click(&net.slug).await;
            let json = recorded(&app, &format!("api_key={key}&click_id={click}{rest}")).await;
            assert_eq!(json["status"], "confirmed");
            assert_eq!(json["amount"], "0.00");
            assert_eq!(json["commission"], "0.00");
            assert_eq!(json["currency"], "USD");
            assert_eq!(json["transaction_id"], click.as_str());
            assert_eq!(json["warnings"], json!([]));
            let again = recorded(&app, &format!("api_key={key}&click_id={click}&transaction_id={click}")).await;
            assert_eq!((&again["duplicate"], &again["conversion_id"]), (&json!(true), &json["conversion_id"]));
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_checks_run_in_the_order_of_the_table() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let (key, other) = (&net.partner.key, &net.other.key);
        let bad = "amount=x&commission=x&currency=1&status=%00a";
        let wrong = format!("sp_live_{}", "0".repeat(40));
        for (query, status, error) in [
            (bad.to_owned(), 401, "api_key_required"),
            (String::new(), 401, "api_key_required"),
            (format!("api_key=&click_id={click}"), 401, "api_key_required"),
            (format!("api_key=%20%09&click_id={click}"), 401, "api_key_required"),
            (format!("click_id={UNKNOWN_CLICK}&{bad}"), 401, "api_key_required"),
            (format!("api_key={wrong}"), 403, "invalid_api_key"),
            (format!("api_key=x&{bad}"), 403, "invalid_api_key"),
            (format!("api_key=x&click_id={UNKNOWN_CLICK}&{bad}"), 403, "invalid_api_key"),
            (format!("api_key={wrong}&click_id={click}&{bad}"), 403, "invalid_api_key"),
            (format!("api_key={wrong}&click_id={click}"), 403, "invalid_api_key"),
            (format!("api_key={}&click_id={click}", &key[..47]), 403, "invalid_api_key"),
            (format!("api_key={}&click_id={click}", key.to_uppercase()), 403, "invalid_api_key"),
            (format!("api_key={{api_key}}&click_id={{click_id}}&{bad}"), 403, "invalid_api_key"),
            (format!("api_key={key}"), 400, "click_id_required"),
            (format!("api_key={key}&{bad}"), 400, "click_id_required"),
            (format!("api_key={key}&click_id=&cid=%20"), 400, "click_id_required"),
            (format!("api_key={other}&{bad}"), 400, "click_id_required"),
            (format!("api_key={key}&click_id={UNKNOWN_CLICK}"), 404, "click_not_found"),
            (format!("api_key={key}&click_id={UNKNOWN_CLICK}&{bad}"), 404, "click_not_found"),
            (format!("api_key={key}&click_id=x&{bad}"), 404, "click_not_found"),
            (format!("api_key={other}&click_id={UNKNOWN_CLICK}&{bad}"), 404, "click_not_found"),
            (format!("api_key={key}&click_id={}", click.to_uppercase()), 404, "click_not_found"),
            (format!("api_key={key}&click_id={}", &click[4..]), 404, "click_not_found"),
            (format!("api_key={key}&click_id={}", click.replace("clk_", "cnv_")), 404, "click_not_found"),
            (format!("api_key={key}&click_id=%00"), 404, "click_not_found"),
            (format!("api_key={other}&click_id={click}"), 403, "invalid_api_key"),
            (format!("api_key={other}&click_id={click}&{bad}"), 403, "invalid_api_key"),
            (format!("api_key={key}&click_id={click}&{bad}"), 400, "invalid_status"),
            (
                format!("api_key={key}&click_id={click}&transaction_id=%00a&currency=1&commission=x&amount=y"),
                400,
                "invalid_amount",
            ),
            (
                format!("api_key={key}&click_id={click}&transaction_id=a%00b&currency=1&commission=x"),
                400,
                "invalid_commission",
            ),
            (format!("api_key={key}&click_id={click}&transaction_id=a%00b&currency=1"), 400, "invalid_currency"),
            (format!("api_key={key}&click_id={click}&transaction_id=a%00b"), 400, "invalid_transaction_id"),
        ] {
            refused(&app, &query, status, error).await;
        }
        assert_eq!(recorded(&app, &format!("api_key={key}&click_id={click}")).await["duplicate"], false);
        app.assert_audit_is_clean().await;
    })
    .await;
}

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
async fn the_first_alias_wins_and_one_that_differs_is_warned_of() {
    on_all(|app| async move {
        let net = app.network().await;
        let (click, second) = (app.click(&net.slug).await, app.click(&net.slug).await);
        let key = &net.partner.key;
        let cases = [
            (format!("cid={click}"), click.as_str(), click.as_str(), None),
            (format!("cid={second}&click_id={click}&txn=1"), click.as_str(), "1", Some("cid")),
            (format!("cid={click}&click_id={click}&txn=2"), click.as_str(), "2", None),
            (format!("click_id=&cid={click}&order_id=3"), click.as_str(), "3", None),
            (format!("cid={click}&order_id=5&txn=4"), click.as_str(), "4", Some("order_id")),
            (format!("cid={click}&order_id=7&txn=6&transaction_id=8"), click.as_str(), "8", Some("txn")),
            (format!("cid={click}&order_id=9&txn=&transaction_id=+"), click.as_str(), "9", None),
            (format!("cid={click}&order_id=10&txn=10&transaction_id=10"), click.as_str(), "10", None),
        ];
        for (query, click, transaction, warned) in &cases {
            let json = recorded(&app, &format!("api_key={key}&{query}")).await;
            assert_eq!(json["click_id"], *click, "{query}");
            assert_eq!(json["transaction_id"], *transaction, "{query}");
            assert_eq!(json["duplicate"], false, "{query}");
            match warned {
                Some(name) => assert!(warns_of(&json, name), "{query}: {json}"),
                None => assert_eq!(json["warnings"], json!([]), "{query}"),
            }
        }
        refused(&app, &format!("api_key={key}&click_id={{click_id}}&cid={click}"), 404, "click_not_found").await;
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_twice_the_first_that_is_not_empty_wins_with_a_warning() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let base = format!("api_key={key}&click_id={click}");
        let json = recorded(&app, &format!("{base}&txn=1&amount=&amount=3&amount=4&unknown=1&unknown=2")).await;
        assert_eq!(json["amount"], "3.00");
        assert_eq!(warnings(&json).len(), 1);
        assert!(warns_of(&json, "amount"), "{json}");
        let json =
            recorded(&app, &format!("{base}&txn=2&status=paid&status=rejected&foo=bar&Amount=9&CURRENCY=EUR")).await;
        assert_eq!(
            (&json["status"], &json["amount"], &json["currency"]),
            (&json!("paid"), &json!("0.00"), &json!("USD"))
        );
        assert!(warns_of(&json, "status"), "{json}");
        let json = recorded(&app, &format!("api_key={key}&api_key=x&click_id={click}&txn=3")).await;
        assert!(warns_of(&json, "api_key"), "{json}");
        assert!(!json.to_string().contains(key.as_str()));
        let json = recorded(&app, &format!("&&{base}&=&txn=4&flag&=x&")).await;
        assert_eq!(json["warnings"], json!([]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_trimmed_of_unicode_white_space() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        let query = format!(
            "api_key=%20{key}%0A&click_id=%09{click}%E3%80%80&status=+Paid%0D%0A&amount=%C2%A010%E2%80%A8&commission=+1+\
             &currency=%20eur%20&transaction_id=%20%20a%20b++"
        );
        let json = recorded(&app, &query).await;
        assert_eq!(json["click_id"], click.as_str());
        assert_eq!(json["status"], "paid");
        assert_eq!(json["amount"], "10.00");
        assert_eq!(json["commission"], "1.00");
        assert_eq!(json["currency"], "EUR");
        assert_eq!(json["transaction_id"], "a b");
        assert_eq!(json["warnings"], json!([]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decimals_are_exact_and_echoed_with_at_least_two_digits() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        for (n, (text, echo)) in [
            ("10", "10.00"),
            ("10.00", "10.00"),
            (".5", "0.50"),
            ("5.", "5.00"),
            ("+5", "5.00"),
            ("00010", "10.00"),
            ("1e2", "100.00"),
            ("1e+2", "100.00"),
            ("1E-7", "0.00"),
            ("1E-6", "0.000001"),
            ("-0", "0.00"),
            ("-0.0", "0.00"),
            ("0e5", "0.00"),
            ("1e-30", "0.00"),
            ("0.30000000000000004", "0.30"),
            ("99.999", "99.999"),
            ("99.990", "99.99"),
            ("0.123456", "0.123456"),
            ("0.0000005", "0.00"),
            ("0.0000015", "0.000002"),
            ("0.0000025", "0.000002"),
            ("0.00000250001", "0.000003"),
            ("9007199254740.993e-1", "900719925474.0993"),
            ("999999999999.999999", "999999999999.999999"),
            ("999999999999.9999999", "1000000000000.00"),
            ("1e12", "1000000000000.00"),
            ("1000000000000.0000004", "1000000000000.00"),
        ]
        .into_iter()
        .enumerate()
        {
            let text = encoded(text);
            let query = format!("api_key={key}&click_id={click}&txn={n}&amount={text}&commission={text}");
            let json = recorded(&app, &query).await;
            assert_eq!((json["amount"].as_str(), json["commission"].as_str()), (Some(echo), Some(echo)), "{text}");
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_decimal_is_refused_with_the_offending_text() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        for text in [
            "-1",
            "-0.01",
            "-1e-3",
            "NaN",
            "nan",
            "inf",
            "-inf",
            "Infinity",
            "1e309",
            "1e99999999999999999999",
            "1000000000000.01",
            "1000000000001",
            "1,5",
            "1.000,50",
            "1,000.50",
            "1_000",
            "0x10",
            "$10",
            "10 USD",
            "10%",
            "1 000",
            "1.2.3",
            "--1",
            ".",
            "e5",
            "1e",
            "1e1.5",
            "٣",
            "１０",
            "10€",
            "abc",
        ] {
            for (name, error) in [("amount", "invalid_amount"), ("commission", "invalid_commission")] {
                let query = format!("api_key={key}&click_id={click}&{name}={}", encoded(text));
                let json = refused(&app, &query, 400, error).await;
                assert!(json["message"].as_str().unwrap().contains(text), "{text}: {json}");
            }
        }
        let long = "9".repeat(4_000);
        refused(&app, &format!("api_key={key}&click_id={click}&amount={long}"), 400, "invalid_amount").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_macro_that_was_not_replaced_gets_a_hint() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let key = &net.partner.key;
        for (query, status, error, text) in [
            (format!("api_key={key}&click_id={{click_id}}"), 404, "click_not_found", "{click_id}"),
            (format!("api_key={key}&click_id=%7Bclick_id%7D"), 404, "click_not_found", "{click_id}"),
            (format!("api_key={key}&click_id={click}&amount=%7Bamount%7D"), 400, "invalid_amount", "{amount}"),
            (
                format!("api_key={key}&click_id={click}&commission={{commission}}"),
                400,
                "invalid_commission",
                "{commission}",
            ),
            (format!("api_key={key}&click_id={click}&currency=%7Bcurrency%7D"), 400, "invalid_currency", "{currency}"),
        ] {
            let json = refused(&app, &query, status, error).await;
            assert!(json["hint"].as_str().is_some_and(|hint| hint.contains(text)), "{query}: {json}");
        }
        let json = refused(&app, &format!("api_key={key}&click_id={click}&amount=1,5"), 400, "invalid_amount").await;
        assert!(json["hint"].as_str().is_none_or(|hint| !hint.contains("macro")), "{json}");
        let template = "api_key={api_key}&click_id={click_id}&status={status}&amount={amount}&commission={commission}";
        refused(&app, template, 403, "invalid_api_key").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mangled_currency_is_put_right_and_warned_of() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}", net.partner.key);
        for (n, (rest, currency)) in [
            ("commission=10%C2%A4cy=eur", "EUR"),
            ("commission=10%c2%a4cy=EUR", "EUR"),
            ("commission=10%C2%A4cy%3DEUR", "EUR"),
            ("commission=10%25C2%25A4cy%3DEUR", "EUR"),
            ("commission=10¤cy=EUR", "EUR"),
            ("commission=10%C2%A4cy=EUR&currency=gbp", "GBP"),
            ("currency=gbp&commission=10%C2%A4cy=EUR", "GBP"),
            ("commission=10%C2%A4cy=", "USD"),
            ("commission=10&status=confirmed%C2%A4cy=usdt", "USDT"),
            ("%C2%A4cy=EUR&commission=10", "EUR"),
            ("commission=10&amount%A4cy=EUR", "EUR"),
            ("commission=10&curren;cy=EUR", "EUR"),
            ("commission=10%C3%82%C2%A4cy=EUR", "EUR"),
            ("commission=10&%C2%A4cy=EUR&currency=GBP", "GBP"),
        ]
        .into_iter()
        .enumerate()
        {
            let json = recorded(&app, &format!("{base}&transaction_id={n}&{rest}")).await;
            assert_eq!(json["commission"], "10.00", "{rest}");
            assert_eq!(json["currency"], currency, "{rest}");
            assert_eq!(json["status"], "confirmed", "{rest}");
            assert_eq!(warnings(&json), ["mangled_currency_parameter"], "{rest}");
        }
        let raw = format!("api_key={}&click_id={click}&txn=body&amount=5¤cy=EUR", net.partner.key);
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let (status, json) = answer(&app.request("POST", "/api/postback", &headers, raw.as_bytes()).await);
        assert_eq!((status, &json["amount"], &json["currency"]), (200, &json!("5.00"), &json!("EUR")));
        // The seed's own sample: the mangled parameter is the last, the click's id may be the value before it.
        let json = recorded(&app, &format!("api_key={}&txn=last&click_id={click}%C2%A4cy=EUR", net.partner.key)).await;
        assert_eq!((&json["click_id"], &json["currency"]), (&json!(click), &json!("EUR")));
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_currency_is_a_letter_then_two_to_nine_letters_or_digits_stored_upper_case() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}", net.partner.key);
        for currency in ["usd", "USDT", "uSdC", "B2B", "abcdefghij"] {
            let json = recorded(&app, &format!("{base}&txn={currency}&currency={currency}")).await;
            assert_eq!(json["currency"], currency.to_uppercase());
        }
        for currency in ["us", "1USD", "abcdefghijk", "US$", "U-D", "ÜSD", "€", "US D", "ſſſ"] {
            let json = refused(&app, &format!("{base}&currency={}", encoded(currency)), 400, "invalid_currency").await;
            assert!(json["message"].as_str().unwrap().contains(currency), "{json}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_confirmed_approved_and_paid_count_toward_earnings() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}&commission=1", net.partner.key);
        let long = "x".repeat(64);
        for (n, (sent, stored, counts)) in [
            ("confirmed", "confirmed", true),
            ("CONFIRMED", "confirmed", true),
            ("Approved", "approved", true),
            ("paid", "paid", true),
            ("pending", "pending", false),
            ("rejected", "rejected", false),
            ("refunded", "refunded", false),
            ("confirmed2", "confirmed2", false),
            ("con firmed", "con firmed", false),
            ("{status}", "{status}", false),
            ("ÄB", "Äb", false),
            ("1", "1", false),
            (long.as_str(), long.as_str(), false),
        ]
        .into_iter()
        .enumerate()
        {
            let json = recorded(&app, &format!("{base}&txn={n}&status={}", encoded(sent))).await;
            assert_eq!(json["status"], stored);
            assert_eq!(json["counts_toward_earnings"], counts, "{sent}");
        }
        for status in ["x".repeat(65), "ä".repeat(33), "a\0b".to_owned(), "a\u{85}b".to_owned(), "a\nb".to_owned()] {
            refused(&app, &format!("{base}&txn=bad&status={}", encoded(&status)), 400, "invalid_status").await;
        }
        let links = app.service.list_links(&net.affiliate, &ListQuery::default()).await.unwrap();
        let link = links.rows.iter().find(|link| link.slug.as_str() == net.slug).unwrap();
        assert_eq!((link.conversions, link.pending), (13, 1), "every conversion is in the total");
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_id_is_exact_and_case_sensitive() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}", net.partner.key);
        let long = "x".repeat(255);
        let ids =
            ["a", "A", "ä", "a\u{308}", "0", "00", "a b", "a  b", "'; drop table conversions; --", "<b>", "💶", &long];
        for id in ids {
            let query = format!("{base}&transaction_id={}", encoded(id));
            let json = recorded(&app, &query).await;
            assert_eq!((&json["duplicate"], json["transaction_id"].as_str()), (&json!(false), Some(id)));
            let json = recorded(&app, &query).await;
            assert_eq!((&json["duplicate"], json["transaction_id"].as_str()), (&json!(true), Some(id)));
        }
        for id in ["x".repeat(256), "ä".repeat(128), "a\0b".to_owned(), "a\tb".to_owned(), "a\u{9b}b".to_owned()] {
            let query = format!("{base}&txn={}", encoded(&id));
            refused(&app, &query, 400, "invalid_transaction_id").await;
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_answers_the_stored_values_and_names_each_ignored_change() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}&transaction_id=t", net.partner.key);
        let first = recorded(&app, &format!("{base}&status=pending&amount=99&commission=10&currency=eur")).await;
        assert_eq!(first["duplicate"], false);
        let after_first = app.counts().await;
        let cases: [(&str, &[&str]); 9] = [
            ("", &[]),
            ("&status=PENDING&amount=99.000&commission=1e1&currency=EUR", &[]),
            ("&amount=+99+&status=", &[]),
            ("&status=confirmed", &["ignored_change: status"]),
            ("&amount=99.01", &["ignored_change: amount"]),
            ("&amount=0", &["ignored_change: amount"]),
            ("&commission=11", &["ignored_change: commission"]),
            ("&currency=USD", &["ignored_change: currency"]),
            (
                "&currency=USD&commission=1&amount=2&status=paid",
                &[
                    "ignored_change: status",
                    "ignored_change: amount",
                    "ignored_change: commission",
                    "ignored_change: currency",
                ],
            ),
        ];
        for (rest, ignored) in cases {
            let mut json = recorded(&app, &format!("{base}{rest}")).await;
            let mut found = warnings(&json);
            let mut wanted: Vec<String> = ignored.iter().map(|text| (*text).to_owned()).collect();
            found.sort();
            wanted.sort();
            assert_eq!(found, wanted, "{rest}");
            assert_eq!(json["duplicate"], true, "{rest}");
            json["duplicate"] = json!(false);
            json["warnings"] = json!([]);
            assert_eq!(json, first, "{rest}");
        }
        assert_eq!(app.counts().await, after_first);
        let upsell = recorded(&app, &format!("{base}-2&status=confirmed")).await;
        assert_eq!(upsell["duplicate"], false);
        let other = app.click(&net.slug).await;
        let same = recorded(&app, &format!("api_key={}&click_id={other}&transaction_id=t", net.partner.key)).await;
        assert_eq!(same["duplicate"], false, "a pair is click and transaction");
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeat_is_validated_like_a_first() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}", net.partner.key);
        recorded(&app, &format!("{base}&amount=5")).await;
        refused(&app, &format!("{base}&amount=x"), 400, "invalid_amount").await;
        refused(&app, &format!("{base}&commission=-1"), 400, "invalid_commission").await;
        refused(&app, &format!("{base}&currency=$"), 400, "invalid_currency").await;
        refused(&app, &format!("api_key=x&click_id={click}&amount=5"), 403, "invalid_api_key").await;
        refused(&app, &format!("api_key={}&click_id={click}&amount=5", net.other.key), 403, "invalid_api_key").await;
        assert_eq!(recorded(&app, &base).await["amount"], "5.00");
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversion_for_a_click_of_an_offer_that_was_stopped_later_is_recorded() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let base = format!("api_key={}&click_id={click}", net.partner.key);
        app.service.change_offer(&net.partner.session, net.offer, OfferAction::Pause).await.unwrap();
        assert_eq!(recorded(&app, &format!("{base}&txn=paused")).await["duplicate"], false);
        app.service.decide_application(&net.partner.session, net.application, Decision::Revoke).await.unwrap();
        assert_eq!(recorded(&app, &format!("{base}&txn=revoked")).await["duplicate"], false);
        app.service.change_offer(&net.partner.session, net.offer, OfferAction::Archive).await.unwrap();
        assert_eq!(recorded(&app, &format!("{base}&txn=archived")).await["duplicate"], false);
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
