//! What the edge does before any route is found: connections, first lines, heads.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{answer, encoded};
use crate::support::{App, Engine, Response, on_both};

/// One request, written byte by byte as it is.
async fn raw(app: &App, target: &[u8]) -> Response {
    raw_method(app, b"GET", target).await
}

async fn raw_method(app: &App, method: &[u8], target: &[u8]) -> Response {
    let head = [method, b" ", target, b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"].concat();
    app.send(head).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_behind_a_slug_and_cannot_belong_to_it_loses_no_visitor() {
    on_both(|app| async move {
        let net = app.network().await;
        let behind = [
            ".",
            ",",
            ")",
            "!",
            "/",
            " ",
            "\"",
            "'",
            "]",
            ">",
            ";",
            ":",
            "…",
            "\u{200b}",
            "\u{feff}",
            "`",
            "&fbclid=1",
            "?fbclid=1",
            "/&x",
            "%",
            "é",
        ];
        let (mut wanted, _) = app.counts().await;
        for text in behind {
            for path in [format!("/t/{}{text}", net.slug), format!("/t/{}{}", net.slug, encoded(text))] {
                let head = raw_method(&app, b"HEAD", path.as_bytes()).await;
                assert_eq!(head.status, 302, "HEAD of {path}");
                assert!(head.header("location").unwrap().starts_with("https://shop.example/"), "{path}");
                let response = raw(&app, path.as_bytes()).await;
                assert_eq!(response.status, 302, "{path}: {}", response.text());
                assert!(response.header("location").unwrap().contains("click_id=clk_"), "{path}");
                wanted += 1;
            }
        }
        assert_eq!(app.counts().await.0, wanted, "each is a click");
        for text in ["a", "A", "0", "00.", "%41"] {
            let response = raw(&app, format!("/t/{}{text}", net.slug).as_bytes()).await;
            assert_eq!(response.status, 404, "{text}");
        }
        assert_eq!(app.counts().await.0, wanted);
        app.assert_audit_is_clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_with_bytes_in_its_query_that_should_be_encoded_is_a_visit() {
    let app = App::spawn(Engine::Sqlite).await;
    let net = app.network().await;
    for query in [&b"x=\""[..], b"x=<a>", b"q=two words", b"q=\xe4", "q=ä".as_bytes(), b"a=\tb"] {
        let response = raw(&app, &[b"/t/", net.slug.as_bytes(), b"?", query].concat()).await;
        assert_eq!(response.status, 302, "{}", String::from_utf8_lossy(query));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postback_whose_address_cannot_be_told_from_the_rest_is_400_as_json_and_counted() {
    let app = App::spawn(Engine::Sqlite).await;
    let net = app.network().await;
    let click = app.click(&net.slug).await;
    let query = |text: &str| format!("/api/postback?api_key={}&click_id={click}&txn={text}", net.partner.key);
    for text in ["two words", "a\tb", "\"quoted\""] {
        let (status, json) = answer(&raw(&app, query(text).as_bytes()).await);
        assert_eq!((status, json["error"].as_str()), (400, Some("malformed_request")), "{text}: {json}");
        assert!(json["message"].as_str().unwrap().contains("%20"), "{json}");
    }
    assert_eq!(app.counts().await.1, 0);
    let metrics = app.service.write_metrics().await;
    assert!(metrics.contains("something_postbacks_total{outcome=\"malformed_request\"} 3"), "{metrics}");
    // What the parser alone can't take is answered as well, and in JSON.
    let broken = app.send(b"GET /api/postback HTTP/1.1\r\nHo st: x\r\n\r\n".to_vec()).await;
    let (status, json) = answer(&broken);
    assert_eq!((status, json["error"].as_str()), (400, Some("malformed_request")), "{json}");
    // An order's own sign is no end of the address.
    let (status, json) = answer(&raw(&app, query("#1001").as_bytes()).await);
    assert_eq!((status, json["transaction_id"].as_str()), (200, Some("#1001")), "{json}");
    // Bytes that can only be part of the address are read as if they were encoded.
    let (status, json) = answer(&raw(&app, query("<txn>").as_bytes()).await);
    assert_eq!(status, 200, "{json}");
    assert_eq!(json["transaction_id"], "<txn>");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_without_a_path_is_400_and_no_panic() {
    let app = App::spawn(Engine::Sqlite).await;
    for target in ["evil:443", "a", "x@y", ":80", "http:", "*", "?x=1", "", "//", "http://"] {
        for method in ["GET", "HEAD", "POST", "OPTIONS", "CONNECT"] {
            let response = raw_method(&app, method.as_bytes(), target.as_bytes()).await;
            assert!(
                (400..500).contains(&response.status),
                "{method} {target}: {} {}",
                response.status,
                response.text()
            );
        }
    }
    let no_host = app.send(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_vec()).await;
    assert!(no_host.status == 400 && no_host.text().contains("one host"), "{}", no_host.text());
    let two_hosts = b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n";
    assert_eq!(app.send(two_hosts.to_vec()).await.status, 400);
    let tls = app.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()).await;
    assert!(tls.status == 400 && !tls.text().is_empty(), "{}", tls.status);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_of_any_length_over_8_kib_is_414_in_the_form_of_its_route() {
    let app = App::spawn(Engine::Sqlite).await;
    for length in [9_000, 60_000, 100_000] {
        let long = "a".repeat(length);
        let response = raw(&app, format!("/t/x?{long}").as_bytes()).await;
        assert_eq!(response.status, 414, "{length}");
        let (status, json) = answer(&raw(&app, format!("/api/postback?{long}").as_bytes()).await);
        assert_eq!((status, json["error"].as_str()), (414, Some("uri_too_long")), "{length}");
    }
    let endless = "POST /api/postback HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\n";
    let (status, json) = answer(&app.send(endless.into()).await);
    assert_eq!((status, json["error"].as_str()), (413, Some("body_too_large")));
    let headers = format!("GET /api/postback HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "a".repeat(60_000));
    let (status, json) = answer(&app.send(headers.into_bytes()).await);
    assert_eq!((status, json["error"].as_str()), (431, Some("headers_too_large")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_line_may_arrive_in_pieces_and_another_may_follow_on_the_connection() {
    let app = App::spawn(Engine::Sqlite).await;
    let net = app.network().await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    for round in 0..3 {
        let request = format!("GET /t/{}?q=a b{round} HTTP/1.1\r\nHost: x\r\n\r\n", net.slug);
        for piece in request.as_bytes().chunks(7) {
            stream.write_all(piece).await.unwrap();
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let mut bytes = vec![0; 4096];
        let read = stream.read(&mut bytes).await.unwrap();
        let response = Response::parse(&bytes[..read]);
        assert_eq!(response.status, 302, "{round}");
    }
    // A body that looks like anything is nobody's first line.
    let body = "GET /t/a b HTTP/1.1\r\n";
    let post =
        format!("POST /postback HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n", body.len());
    stream.write_all(post.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut bytes = vec![0; 4096];
    let read = stream.read(&mut bytes).await.unwrap();
    assert!(read > 0);
    assert_eq!(app.counts().await.0, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_never_taken_for_the_beginning_of_a_request() {
    let app = App::spawn(Engine::Sqlite).await;
    let net = app.network().await;
    // Mended as a first line, the body would be eight bytes longer than its length says, and its end another request.
    let body = format!("A \"\"\"\" HTTP/1.1\nGET /t/{}?x HTTP/1.1\r\nX: ", net.slug);
    for (method, path) in [("GET", format!("/t/{}", net.slug)), ("POST", "/healthz".to_owned())] {
        let before = app.counts().await.0;
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut bytes = vec![0; 4096];
        let read = stream.read(&mut bytes).await.unwrap();
        let first = Response::parse(&bytes[..read]);
        assert!(first.status == 302 || first.status == 405, "{}", first.status);
        stream.write_all(body.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        // What follows is read as itself, or not at all.
        if stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.is_ok() {
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            let rest = String::from_utf8_lossy(&rest).into_owned();
            assert!(rest.is_empty() || (rest.starts_with("HTTP/1.1 200") && rest.ends_with("ready\n")), "{rest}");
        }
        assert_eq!(app.counts().await.0, before + i64::from(first.status == 302), "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_to_machines_and_visitors_forbid_what_browsers_could_be_made_to_do_with_them() {
    let app =
        App::spawn_with(Engine::Sqlite, |settings| settings.public_url = Some("https://n.example".to_owned())).await;
    let net = app.network().await;
    for path in
        [format!("/t/{}", net.slug), "/t/zzzzzzzzzz".to_owned(), "/api/postback".to_owned(), "/postback".to_owned()]
    {
        let response = app.get(&path).await;
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(response.header("x-frame-options"), Some("DENY"), "{path}");
        let policy = response.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(response.header("strict-transport-security").is_some(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_without_end_take_room_from_whoever_opens_them() {
    let app = App::spawn(Engine::Sqlite).await;
    let net = app.network().await;
    let mut idle = Vec::new();
    for _ in 0..1_030 {
        idle.push(TcpStream::connect(app.address).await.unwrap());
    }
    assert_eq!(app.get(&format!("/t/{}", net.slug)).await.status, 302, "there is room for those who ask");
    let mut closed = 0;
    for stream in &mut idle {
        let ended = tokio::time::timeout(Duration::from_millis(5), stream.read(&mut [0])).await;
        closed += usize::from(ended.is_ok());
    }
    assert!((6..100).contains(&closed), "{closed} connections were closed");
}
