//! `healthcheck`: whether a server is ready, for containers that have no program to ask with.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _},
    process::ExitCode,
    time::{Duration, Instant},
};

use super::print;
use crate::config::Settings;

/// For everything together.
const TIMEOUT: Duration = Duration::from_secs(5);
/// As much of an answer as is read: what `/readyz` says is a line.
const ANSWER_BYTES: u64 = 4096;

pub(super) async fn healthcheck(settings: &Settings, url: Option<String>) -> Result<ExitCode, String> {
    let target = url.map_or_else(|| Ok(Target::of_listener(settings.listen_addr)), |url| Target::parse(&url))?;
    let asked = tokio::task::spawn_blocking(move || target.ask());
    let answer = asked.await.map_err(|error| error.to_string())??;
    print(&answer);
    Ok(ExitCode::SUCCESS)
}

/// What is asked.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    /// `host:port`, each tried until one accepts.
    hosts: Vec<String>,
    path: String,
}

impl Target {
    fn of_listener(address: SocketAddr) -> Self {
        let port = address.port();
        let hosts = match address {
            SocketAddr::V4(address) if address.ip().is_unspecified() => vec![format!("{}:{port}", Ipv4Addr::LOCALHOST)],
            // Mostly IPv4 comes in there, too; and in a container there may be nothing else.
            SocketAddr::V6(address) if address.ip().is_unspecified() => {
                vec![format!("[{}]:{port}", Ipv6Addr::LOCALHOST), format!("{}:{port}", Ipv4Addr::LOCALHOST)]
            }
            address => vec![address.to_string()],
        };
        Self { hosts, path: "/readyz".to_owned() }
    }

    fn parse(url: &str) -> Result<Self, String> {
        let wrong = || "--url: wanted an address such as http://127.0.0.1:3000/readyz".to_owned();
        let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if host.is_empty() || host.contains('@') || !is_plain(rest) {
            return Err(wrong());
        }
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let host = if has_port { host.to_owned() } else { format!("{host}:80") };
        let path = if path.is_empty() { "/readyz" } else { path };
        Ok(Self { hosts: vec![host], path: path.to_owned() })
    }

    /// What a server that is ready says; an error is a sentence about one that isn't, or isn't there.
    fn ask(&self) -> Result<String, String> {
        let until = Instant::now() + TIMEOUT;
        let mut reasons = Vec::new();
        for host in &self.hosts {
            match connect(host, until) {
                Ok(stream) => return self.ask_on(&stream, host, until),
                Err(error) => reasons.push(format!("http://{host}{} can't be reached: {error}", self.path)),
            }
        }
        Err(reasons.join("; "))
    }

    fn ask_on(&self, mut stream: &TcpStream, host: &str, until: Instant) -> Result<String, String> {
        let failed = |error: std::io::Error| match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                format!("http://{host}{} does not answer within {} seconds", self.path, TIMEOUT.as_secs())
            }
            _ => format!("http://{host}{} does not answer: {error}", self.path),
        };
        let request = format!("GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", self.path);
        stream.set_write_timeout(Some(left(until))).map_err(failed)?;
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let answer = read_answer(stream, until).map_err(failed)?;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.trim()).unwrap_or_default();
        if status == "200" { Ok(body.to_owned()) } else { Err(format!("http://{host}{}: {status} {body}", self.path)) }
    }
}

fn connect(host: &str, until: Instant) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::other("the name has no address");
    for address in host.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, left(until)) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Reads until the server closes. A server that sends a byte now and then does not keep it from ending.
fn read_answer(stream: &TcpStream, until: Instant) -> std::io::Result<String> {
    let mut answer = Vec::new();
    let mut bytes = [0; 1024];
    let mut limited = stream.take(ANSWER_BYTES);
    loop {
        stream.set_read_timeout(Some(left(until)))?;
        match limited.read(&mut bytes)? {
            0 => return Ok(String::from_utf8_lossy(&answer).into_owned()),
            read => answer.extend_from_slice(bytes.get(..read).unwrap_or_default()),
        }
    }
}

/// The time that is left; never nothing, which would mean "for ever".
fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_here() {
        for (listening, asked) in [
            ("127.0.0.1:3000", vec!["127.0.0.1:3000"]),
            ("0.0.0.0:3000", vec!["127.0.0.1:3000"]),
            ("[::]:80", vec!["[::1]:80", "127.0.0.1:80"]),
            ("192.0.2.7:3000", vec!["192.0.2.7:3000"]),
        ] {
            let target = Target::of_listener(listening.parse().unwrap());
            assert_eq!(
                (target.hosts, target.path.as_str()),
                (asked.into_iter().map(str::to_owned).collect(), "/readyz")
            );
        }
    }

    #[test]
    fn an_address_is_read() {
        for (url, host, path) in [
            ("http://app:3000/readyz", "app:3000", "/readyz"),
            ("http://127.0.0.1/healthz", "127.0.0.1:80", "/healthz"),
            ("http://[::1]:3000", "[::1]:3000", "/readyz"),
        ] {
            assert_eq!(Target::parse(url), Ok(Target { hosts: vec![host.to_owned()], path: path.to_owned() }));
        }
        for url in ["https://network.example/readyz", "127.0.0.1:3000", "http://", "http:///readyz", "http://a/b c"] {
            assert!(Target::parse(url).is_err(), "{url}");
        }
    }
}
