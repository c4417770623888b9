//! How a postback is answered: in which order it is checked, what counts, and what a repeat is told.

use domain::{ApplicationDecision, ListQuery, OfferAction};
use serde_json::json;

use super::{UNKNOWN_CLICK, encoded, recorded, refused, warnings};
use crate::support::on_all;

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
        app.service
            .decide_application(&net.partner.session, net.application, ApplicationDecision::Revoke, "")
            .await
            .unwrap();
        assert_eq!(recorded(&app, &format!("{base}&txn=revoked")).await["duplicate"], false);
        app.service.change_offer(&net.partner.session, net.offer, OfferAction::Archive).await.unwrap();
        assert_eq!(recorded(&app, &format!("{base}&txn=archived")).await["duplicate"], false);
        app.assert_audit_is_clean().await;
    })
    .await;
}
