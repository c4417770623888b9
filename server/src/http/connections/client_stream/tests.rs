//! Clients that read slowly or not at all, and lines in pieces.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::{super::registry::Registry, *};

/// The server's end with a time-out, and the client's.
async fn pair(write_timeout: Duration) -> (ClientStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, peer) = listener.accept().await.unwrap();
    let connection = Registry::with_limits(1, 1).add(peer.ip(), false);
    (ClientStream::new(stream, connection, write_timeout, Box::new(|_, _| ())), client)
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_let_go_and_a_slow_one_is_not() {
    let (mut stream, _client) = pair(Duration::from_millis(100)).await;
    let never = stream.write_all(&vec![0; 64 << 20]).await.unwrap_err();
    assert_eq!(never.kind(), io::ErrorKind::TimedOut);

    let (mut stream, mut client) = pair(Duration::from_secs(2)).await;
    let slow = tokio::spawn(async move {
        let mut bytes = vec![0; 1 << 20];
        let mut all = 0;
        while all < 16 << 20 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            all += client.read(&mut bytes).await.unwrap();
        }
    });
    stream.write_all(&vec![0; 16 << 20]).await.unwrap();
    slow.await.unwrap();
}

#[tokio::test]
async fn an_incomplete_first_line_is_held_and_nothing_of_it_is_lost() {
    let (mut stream, mut client) = pair(WRITE_TIMEOUT).await;
    for piece in ["GET /t/a", " b HTTP", "/1.1\r\nA: \"\r\n\r\n"] {
        client.write_all(piece.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    client.shutdown().await.unwrap();
    let mut seen = String::new();
    stream.read_to_string(&mut seen).await.unwrap();
    assert_eq!(seen, "GET /t/a%20b HTTP/1.1\r\nA: \"\r\n\r\n");

    let (mut stream, mut client) = pair(WRITE_TIMEOUT).await;
    client.write_all(b"GET /t/a").await.unwrap();
    client.shutdown().await.unwrap();
    let mut seen = Vec::new();
    stream.read_to_end(&mut seen).await.unwrap();
    assert_eq!(seen, b"GET /t/a");
}

#[tokio::test]
async fn what_follows_an_answer_is_only_mended_where_its_request_had_no_body() {
    const LINE: &[u8] = b"A \"\" HTTP/1.1\r\n";
    for (has_body, wanted) in [(false, &b"A %22%22 HTTP/1.1\r\n"[..]), (true, LINE)] {
        let (mut stream, mut client) = pair(WRITE_TIMEOUT).await;
        let mut bytes = vec![0; 4096];
        client.write_all(b"GET /t/a HTTP/1.1\r\n\r\n").await.unwrap();
        let read = stream.read(&mut bytes).await.unwrap();
        assert!(bytes[..read].ends_with(b"\r\n\r\n"));
        if has_body {
            stream.connection.set_has_body();
        }
        stream.write_all(b"HTTP/1.1 302 Found\r\n\r\n").await.unwrap();
        client.write_all(LINE).await.unwrap();
        client.shutdown().await.unwrap();
        let mut seen = Vec::new();
        stream.read_to_end(&mut seen).await.unwrap();
        assert_eq!(seen, wanted, "has_body: {has_body}");
    }
}
