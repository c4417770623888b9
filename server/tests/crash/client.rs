//! A client that keeps its connection.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

/// An answer that was received to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: Vec<String>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.iter().filter_map(|line| line.split_once(':'));
        pairs.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// The click of a redirect.
    pub fn click_id(&self) -> Option<&str> {
        self.header("location")?.split("click_id=").nth(1)?.split('&').next()
    }
}

/// One request after the other on a connection that is opened when there is none.
pub struct Client {
    /// Where the next connection goes.
    choose: Box<dyn Fn() -> String + Send>,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub fn new(address: &str) -> Self {
        let address = address.to_owned();
        Self::choosing(move || address.clone())
    }

    /// Asks for an address whenever it needs a connection.
    pub fn choosing(choose: impl Fn() -> String + Send + 'static) -> Self {
        Self { choose: Box::new(choose), stream: None }
    }

    /// Sends a GET and waits for its answer; nothing where the connection broke.
    pub fn get(&mut self, target: &str, headers: &str) -> Option<Answer> {
        let answer = self.try_get(target, headers);
        let is_last = |answer: &Answer| answer.header("connection").is_some_and(|value| value == "close");
        if answer.as_ref().is_none_or(is_last) {
            self.stream = None;
        }
        answer
    }

    fn try_get(&mut self, target: &str, headers: &str) -> Option<Answer> {
        if self.stream.is_none() {
            let stream = TcpStream::connect((self.choose)()).ok()?;
            stream.set_nodelay(true).ok()?;
            stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
            self.stream = Some(BufReader::new(stream));
        }
        let stream = self.stream.as_mut()?;
        stream.get_mut().write_all(request(target, headers).as_bytes()).ok()?;
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            // A line without its end is the last of a connection that broke.
            stream.read_line(&mut line).ok()?;
            let line = line.strip_suffix("\r\n")?;
            if line.is_empty() {
                break;
            }
            head.push(line.to_owned());
        }
        let status = head.first()?.split(' ').nth(1)?.parse().ok()?;
        let mut answer = Answer { status, head, body: String::new() };
        let length: u64 = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = Vec::new();
        stream.take(length).read_to_end(&mut body).ok()?;
        answer.body = String::from_utf8(body).ok()?;
        (answer.body.len() as u64 == length).then_some(answer)
    }
}

/// A request as it goes over the wire.
pub fn request(target: &str, headers: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n")
}
