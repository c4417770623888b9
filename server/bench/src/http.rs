//! One request on a connection of its own: for pages and forms, whose cost is far above a connection's.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{Failure, network::Person};

/// How long an answer may take; a report over millions of rows may be slow and is still an answer.
const TIMEOUT: Duration = Duration::from_secs(90);

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: u16,
    /// Status line and headers.
    pub(crate) head: String,
    /// The rest, as it came.
    pub(crate) body: String,
}

/// Sends a request and reads to the end. `head` is everything above the blank line but Host, Connection and
/// Content-Length.
pub(crate) async fn ask(address: &str, head: &str, body: &str) -> Result<Answer, Failure> {
    let length = body.len();
    let request = format!("{head}\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    let bytes = timeout(TIMEOUT, exchange(address, request.as_bytes())).await??;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").ok_or("an answer broke off")?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("an answer had no status")?;
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

async fn exchange(address: &str, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    stream.write_all(request).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// The complete page of somebody who is signed in.
pub(crate) async fn page(address: &str, path: &str, session: &str) -> Result<String, Failure> {
    let answer = ask(address, &format!("GET {path} HTTP/1.1\r\nCookie: session={session}"), "").await?;
    if answer.status == 200 && answer.body.contains("</html>") {
        Ok(answer.body)
    } else {
        Err(format!("{path} answered {} without a complete page", answer.status).into())
    }
}

/// Signs in by the form and returns what the cookie holds.
pub(crate) async fn sign_in(address: &str, person: &Person) -> Result<String, Failure> {
    const HEAD: &str = "POST /signin HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
    let form = format!("__action=sign_in&__key=&next=&email={}&password={}", person.email, person.password);
    let answer = ask(address, HEAD, &form).await?;
    let session = answer.head.split("session=").nth(1).and_then(|rest| rest.split([';', '\r']).next());
    match session {
        Some(session) if !session.is_empty() => Ok(session.to_owned()),
        _ => Err(format!("{} could not sign in: {}", person.email, answer.status).into()),
    }
}
