//! What a postback's values mean: their names, their spelling, and what is put right.

use serde_json::json;

use super::{answer, encoded, recorded, refused, warnings, warns_of};
use crate::support::on_all;

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
