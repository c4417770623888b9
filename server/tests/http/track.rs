//! The tracking link.

use std::fmt::Write as _;

use domain::{ApplicationDecision, ClickKind, ListQuery, OfferAction, Role, report::ZoneName};
use service::Session;

use super::{DESTINATION, another_link, homepage, input, parameter};
use crate::support::{App, Network, Response, on_all};

/// What is true of every answer under `/t/`.
fn assert_marked(response: &Response) {
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(response.header("x-robots-tag"), Some("noindex"));
    assert_eq!(response.header("set-cookie"), None);
}

/// A GET that makes one click, and where it leads.
async fn visit(app: &App, path: &str) -> String {
    let (clicks, conversions) = app.counts().await;
    let response = app.get(path).await;
    assert_eq!(response.status, 302, "{path}");
    assert_marked(&response);
    assert_eq!(app.counts().await, (clicks + 1, conversions), "{path}");
    response.header("location").unwrap().to_owned()
}

/// A GET that makes no click and leads to the homepage; a HEAD says the same.
async fn assert_not_live(app: &App, slug: &str, why: &str) {
    let before = app.counts().await;
    for method in ["GET", "HEAD"] {
        let response = app.request(method, &format!("/t/{slug}"), &[], b"").await;
        assert_eq!(response.status, 302, "{method}: {why}");
        assert_eq!(response.header("location"), Some(homepage(app).as_str()), "{method}: {why}");
        assert_marked(&response);
    }
    assert_eq!(app.counts().await, before, "{why}");
}

fn location_of(destination: &str, net: &Network, offer: domain::OfferId, location: &str) -> String {
    let click = parameter(location, "click_id").unwrap();
    assert!(click.starts_with("clk_") && click.len() == 30, "{click}");
    let ours = format!("click_id={click}&offer_id={offer}&affiliate_id={}", net.affiliate.affiliate_id());
    destination.replace("OURS", &ours)
}

async fn newest_click(app: &App, net: &Network) -> domain::ClickRow {
    let session = Session::Partner(net.partner.session.clone());
    app.service.list_clicks(&session, &ListQuery::default(), &ZoneName::default()).await.unwrap().page.rows.remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_visitor_is_302_redirected_to_the_destination_with_our_parameters_appended() {
    on_all(|app| async move {
        let net = app.network().await;
        let location = visit(&app, &format!("/t/{}", net.slug)).await;
        let wanted = location_of("https://shop.example/p?a=1&b=%20x&OURS#top", &net, net.offer, &location);
        assert_eq!(location, wanted);
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_click_count_increases_by_one_visible_immediately_to_both() {
    on_all(|app| async move {
        let net = app.network().await;
        for wanted in 1..=3 {
            let location = visit(&app, &format!("/t/{}", net.slug)).await;
            assert_eq!(newest_click(&app, &net).await.id.to_string(), parameter(&location, "click_id").unwrap());
            let links = app.service.list_links(&net.affiliate, &ListQuery::default()).await.unwrap();
            let link = links.rows.iter().find(|link| link.slug.as_str() == net.slug).unwrap();
            assert_eq!(link.clicks, wanted);
            let seen = app.service.list_applications(&net.partner.session, &ListQuery::default()).await.unwrap();
            assert_eq!(seen.rows.iter().find(|row| row.id == net.application).unwrap().clicks, wanted);
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_destination_keeps_its_own_query_order_and_encoding_and_each_of_our_names_appears_once() {
    on_all(|app| async move {
        let net = app.network().await;
        for (destination, wanted) in [
            ("https://shop.example/p", "https://shop.example/p?OURS"),
            ("https://shop.example/p?", "https://shop.example/p?OURS"),
            ("https://shop.example/p?b=2&a=1", "https://shop.example/p?b=2&a=1&OURS"),
            ("https://shop.example/p?a=%2B+%26&b&a=%c3%a4", "https://shop.example/p?a=%2B+%26&b&a=%c3%a4&OURS"),
            ("http://shop.example:8080/p#a?b=1&c", "http://shop.example:8080/p?OURS#a?b=1&c"),
            (
                "https://shop.example/p?click_id=old&a=1&offer_id=&affiliate_id=x&click_id=z#f",
                "https://shop.example/p?a=1&OURS#f",
            ),
            ("https://shop.example/p?click%5Fid=x&CLICK_ID=y", "https://shop.example/p?CLICK_ID=y&OURS"),
            (
                "https://shop.example/p?my_click_id=1&u=https://x.example/",
                "https://shop.example/p?my_click_id=1&u=https://x.example/&OURS",
            ),
        ] {
            let (offer, application, slug) = another_link(&app, &net, destination).await;
            app.service
                .decide_application(&net.partner.session, application, ApplicationDecision::Approve, "")
                .await
                .unwrap();
            let location = visit(&app, &format!("/t/{slug}")).await;
            assert_eq!(location, location_of(wanted, &net, offer, &location), "{destination}");
            let head = app.request("HEAD", &format!("/t/{slug}"), &[], b"").await;
            assert_eq!(head.header("location"), Some(destination), "HEAD shows the destination as stored");
        }
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn query_parameters_of_the_request_are_not_passed_on() {
    on_all(|app| async move {
        let net = app.network().await;
        let query = "utm_source=x&click_id=evil&offer_id=evil&url=https://evil.example/&a=2";
        let location = visit(&app, &format!("/t/{}?{query}", net.slug)).await;
        assert_eq!(location, location_of("https://shop.example/p?a=1&b=%20x&OURS#top", &net, net.offer, &location));
        let location = visit(&app, &format!("/t/{}?", net.slug)).await;
        assert!(location.starts_with("https://shop.example/p?a=1&b=%20x&click_id=clk_"), "{location}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_the_visitors_request_decides_the_host_of_the_redirect() {
    on_all(|app| async move {
        let net = app.network().await;
        let slug = &net.slug;
        let raw = |target: String| {
            format!(
                "GET {target} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\
                 X-Forwarded-Proto: https\r\nForwarded: host=evil.example\r\nReferer: https://evil.example/\r\n\
                 Connection: close\r\n\r\n"
            )
            .into_bytes()
        };
        let response = app.send(raw(format!("/t/{slug}"))).await;
        assert!(response.header("location").unwrap().starts_with("https://shop.example/p?"));
        app.service.change_offer(&net.partner.session, net.offer, OfferAction::Pause).await.unwrap();
        for target in [format!("/t/{slug}"), format!("http://evil.example/t/{slug}")] {
            let response = app.send(raw(target)).await;
            assert_eq!(response.header("location"), Some(homepage(&app).as_str()));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_not_live_records_no_click_and_leads_to_the_homepage() {
    on_all(|app| async move {
        let net = app.network().await;
        let (service, partner) = (&app.service, &net.partner.session);
        let path = format!("/t/{}", net.slug);
        visit(&app, &path).await;

        service.change_offer(partner, net.offer, OfferAction::Pause).await.unwrap();
        assert_not_live(&app, &net.slug, "paused").await;
        service.change_offer(partner, net.offer, OfferAction::Resume).await.unwrap();
        visit(&app, &path).await;

        service.decide_application(partner, net.application, ApplicationDecision::Revoke, "").await.unwrap();
        assert_not_live(&app, &net.slug, "revoked").await;
        service.decide_application(partner, net.application, ApplicationDecision::Approve, "").await.unwrap();
        visit(&app, &path).await;

        let (_, application, slug) = another_link(&app, &net, DESTINATION).await;
        assert_not_live(&app, &slug, "pending application").await;
        service.decide_application(partner, application, ApplicationDecision::Reject, "").await.unwrap();
        assert_not_live(&app, &slug, "rejected application").await;
        service.decide_application(partner, application, ApplicationDecision::Approve, "").await.unwrap();
        visit(&app, &format!("/t/{slug}")).await;

        service.change_offer(partner, net.offer, OfferAction::Archive).await.unwrap();
        assert_not_live(&app, &net.slug, "archived").await;
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_of_a_suspended_partner_or_affiliate_is_not_live() {
    on_all(|app| async move {
        let net = app.network().await;
        let path = format!("/t/{}", net.slug);
        let users = app.service.list_users(&net.admin, &ListQuery::default()).await.unwrap().rows;
        let mut stopped = (0, 0);
        for user in users.iter().filter(|user| user.role != Role::Admin) {
            app.service.suspend_user(&net.admin, user.id).await.unwrap();
            let location = app.get(&path).await.header("location").unwrap().to_owned();
            if location == homepage(&app) {
                assert_not_live(&app, &net.slug, "suspended").await;
                match user.role {
                    Role::Partner => stopped.0 += 1,
                    Role::Affiliate => stopped.1 += 1,
                    Role::Admin => panic!("an admin's suspension stops no link"),
                }
            }
            app.service.restore_user(&net.admin, user.id).await.unwrap();
            visit(&app, &path).await;
        }
        assert_eq!(stopped, (1, 1), "one partner and one affiliate stand behind a link");
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_host_serves_only_after_an_admin_approved_it() {
    on_all(|app| async move {
        let net = app.network().await;
        let path = format!("/t/{}", net.slug);
        app.service.edit_offer(&net.partner.session, net.offer, &input("https://new.example/x")).await.unwrap();
        assert!(visit(&app, &path).await.starts_with("https://shop.example/p?a=1&b=%20x&click_id="));
        let unseen = app.service.approve_offer(&net.admin, net.offer, 1).await;
        assert!(unseen.is_err(), "what changed since the admin looked is not let out");
        app.service.approve_offer(&net.admin, net.offer, 2).await.unwrap();
        assert!(visit(&app, &path).await.starts_with("https://new.example/x?click_id="));
        app.service.edit_offer(&net.partner.session, net.offer, &input("https://new.example/y")).await.unwrap();
        assert!(visit(&app, &path).await.starts_with("https://new.example/y?click_id="));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_slug_is_a_404_page_with_a_way_to_the_homepage() {
    on_all(|app| async move {
        let net = app.network().await;
        let before = app.counts().await;
        let swapped: String = net
            .slug
            .chars()
            .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect();
        let shorter = &net.slug[..9];
        for slug in ["zzzzzzzzzz", "x", "%00", "%ff%fe", "..%2f..%2f", "%27%20or%201%3d1--", &swapped, shorter] {
            let response = app.get(&format!("/t/{slug}")).await;
            assert_eq!(response.status, 404, "{slug}");
            assert_marked(&response);
            assert!(response.text().contains(&format!("href=\"{}\"", homepage(&app))), "{slug}");
            assert!(response.header("content-type").unwrap().starts_with("text/html"), "{slug}");
            let head = app.request("HEAD", &format!("/t/{slug}"), &[], b"").await;
            assert_eq!(head.status, 404, "HEAD of {slug}");
        }
        for path in ["/t/", "/t"] {
            assert_eq!(app.get(path).await.status, 404, "{path}");
        }
        assert_eq!(app.get(&format!("/T/{}", net.slug)).await.status, 404);
        assert_eq!(app.counts().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_is_302_to_the_plain_destination_without_a_click() {
    on_all(|app| async move {
        let net = app.network().await;
        let before = app.counts().await;
        let response = app.request("HEAD", &format!("/t/{}?click_id=x", net.slug), &[], b"").await;
        assert_eq!(response.status, 302);
        assert_eq!(response.header("location"), Some(DESTINATION));
        assert_marked(&response);
        assert!(response.body.is_empty());
        assert_eq!(app.counts().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_methods_are_405_with_allow_and_record_no_click() {
    on_all(|app| async move {
        let net = app.network().await;
        let before = app.counts().await;
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"] {
            let response = app.request(method, &format!("/t/{}", net.slug), &[], b"").await;
            assert_eq!(response.status, 405, "{method}");
            assert_eq!(response.header("allow"), Some("GET, HEAD"), "{method}");
            assert_eq!(response.header("location"), None, "{method}");
            assert_marked(&response);
        }
        assert_eq!(app.counts().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_cookie_is_needed_or_set() {
    on_all(|app| async move {
        let net = app.network().await;
        for cookie in ["session=x", "__Host-session=x; ;;=", "\u{1f36a}"] {
            let response = app.request("GET", &format!("/t/{}", net.slug), &[("Cookie", cookie)], b"").await;
            assert_eq!(response.status, 302, "{cookie}");
            assert_marked(&response);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn user_agent_and_referer_are_shortened_and_mended_never_refused() {
    on_all(|app| async move {
        let net = app.network().await;
        let path = format!("/t/{}", net.slug);
        let (agent, referer) =
            (format!("Mozilla/5.0 {}", "a".repeat(5_000)), format!("https://r.example/{}", "b".repeat(8_000)));
        let response =
            app.request("GET", &path, &[("User-Agent", agent.as_str()), ("Referer", referer.as_str())], b"").await;
        assert_eq!(response.status, 302);
        let click = newest_click(&app, &net).await;
        assert_eq!(click.user_agent, agent[..512]);
        assert_eq!(click.referer, referer[..2_048]);

        let (agent, referer) = ("ä".repeat(300), "€".repeat(1_000));
        let response =
            app.request("GET", &path, &[("User-Agent", agent.as_str()), ("Referer", referer.as_str())], b"").await;
        assert_eq!(response.status, 302);
        let click = newest_click(&app, &net).await;
        assert_eq!(click.user_agent, "ä".repeat(256));
        assert_eq!(click.referer, "€".repeat(682));

        let mut raw =
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: Mozilla/5.0 ").into_bytes();
        raw.extend_from_slice(b"\xff\xfe\xc3\r\nReferer: https://r.example/\xe4\r\n\r\n");
        let response = app.send(raw).await;
        assert_eq!(response.status, 302);
        let click = newest_click(&app, &net).await;
        assert!(click.user_agent.starts_with("Mozilla/5.0 \u{fffd}"), "{}", click.user_agent);
        assert_eq!(click.referer, "https://r.example/\u{fffd}");

        let raw = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert_eq!(app.send(raw.into_bytes()).await.status, 302);
        let click = newest_click(&app, &net).await;
        assert_eq!((click.user_agent.as_str(), click.referer.as_str()), ("", ""));
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_get_is_one_click_also_from_a_bot_or_a_prefetch() {
    on_all(|app| async move {
        let net = app.network().await;
        let browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36";
        for (headers, kind) in [
            (vec![("User-Agent", browser)], ClickKind::Human),
            (vec![("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")], ClickKind::Bot),
            (vec![("User-Agent", browser), ("Sec-Purpose", "prefetch;prerender")], ClickKind::Prefetch),
        ] {
            let (clicks, conversions) = app.counts().await;
            let response = app.request("GET", &format!("/t/{}", net.slug), &headers, b"").await;
            assert_eq!(response.status, 302);
            assert_eq!(app.counts().await, (clicks + 1, conversions));
            assert_eq!(newest_click(&app, &net).await.kind, kind);
        }
        let links = app.service.list_links(&net.affiliate, &ListQuery::default()).await.unwrap();
        let link = links.rows.iter().find(|link| link.slug.as_str() == net.slug).unwrap();
        assert_eq!((link.clicks, link.visits), (3, 1));
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_address_is_the_peer_unless_a_proxy_is_trusted() {
    on_all(|app| async move {
        let net = app.network().await;
        let headers = [("X-Forwarded-For", "203.0.113.9"), ("X-Real-IP", "203.0.113.9")];
        assert_eq!(app.request("GET", &format!("/t/{}", net.slug), &headers, b"").await.status, 302);
        assert_eq!(newest_click(&app, &net).await.ip.as_deref(), Some("127.0.0.1"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_headers_are_no_reason_to_lose_a_click() {
    on_all(|app| async move {
        let net = app.network().await;
        let mut raw = format!("GET /t/{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", net.slug);
        for n in 0..60 {
            write!(raw, "X-Extra-{n}: {}\r\n", "v".repeat(200)).unwrap();
        }
        raw.push_str("\r\n");
        assert_eq!(app.send(raw.into_bytes()).await.status, 302);
    })
    .await;
}
