//! Sections 3.5 and 8: the spellings of the postback's path.

use serde_json::json;

use super::answer;
use crate::support::on_all;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slashes_too_many_lead_to_the_postback() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let query = format!("api_key={}&click_id={click}", net.partner.key);
        for (n, path) in ["/api/postback/", "//api/postback", "/api//postback"].into_iter().enumerate() {
            for method in ["GET", "POST"] {
                let path = format!("{path}?{query}&txn={n}{method}");
                let (status, json) = answer(&app.request(method, &path, &[], b"").await);
                assert_eq!((status, &json["duplicate"]), (200, &json!(false)), "{path}");
            }
            let response = app.request("PUT", path, &[], b"").await;
            assert_eq!((response.status, response.header("allow")), (405, Some("GET, POST")), "{path}");
            let long = format!("{path}?pad={}", "x".repeat(9_000));
            assert_eq!(answer(&app.get(&long).await).1["error"], "uri_too_long", "{path}");
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_paths_under_api_are_a_json_404_that_names_them() {
    on_all(|app| async move {
        let net = app.network().await;
        let click = app.click(&net.slug).await;
        let before = app.counts().await;
        let query = format!("api_key={}&click_id={click}", net.partner.key);
        for path in [
            "/api/Postback",
            "/API/postback",
            "/api/postbacks",
            "/api/nope",
            "/api",
            "/api/",
            "/Api",
            "/api/postback/x",
        ] {
            for method in ["GET", "POST", "PUT", "OPTIONS", "DELETE"] {
                // As a browser on another site would send it.
                let headers = [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")];
                let (status, json) = answer(&app.request(method, &format!("{path}?{query}"), &headers, b"").await);
                assert_eq!((status, &json["error"]), (404, &json!("not_found")), "{method} {path}");
                let message = json["message"].as_str().unwrap();
                assert!(message.contains(path) && message.contains("/api/postback."), "{message}");
            }
            assert_eq!(app.request("HEAD", path, &[], b"").await.status, 404, "{path}");
        }
        let key = &net.partner.key;
        for path in [
            format!("/api/postback&{query}"),
            format!("/api/{key}"),
            format!("/api/{}", &key[8..]),
            format!("/api/postback%3F{}", query.replace('_', "%5F")),
            format!("/api/{}", "long/".repeat(500)),
        ] {
            let response = app.get(&path).await;
            let (status, json) = answer(&response);
            assert_eq!((status, &json["error"]), (404, &json!("not_found")), "{path}");
            assert!(!response.text().contains(&key[8..]) && response.body.len() < 600, "{json}");
        }
        let (_, json) = answer(&app.get(&format!("/api/postback&{query}")).await);
        assert!(json["hint"].as_str().unwrap().contains("question mark"), "{json}");
        let page = app.get("/apis").await;
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "a page's address is no machine's");
        assert_eq!(app.counts().await, before);
    })
    .await;
}
