//! Which proxies are believed when they say who a client is.

use std::{net::IpAddr, str::FromStr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// Networks of proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split([',', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| {
                part.parse::<IpNet>()
                    .or_else(|_| part.parse::<IpAddr>().map(IpNet::from))
                    .map_err(|_| format!("{part} is not a network; wanted for example 10.0.0.0/8,::1"))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl TrustedProxies {
    /// Whether this is one of them.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client's address: from the connection, and from the right of `X-Forwarded-For` as long as whoever
    /// wrote an entry is trusted.
    pub fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        // Lossy: a foreign byte that a client wrote must not hide what a proxy wrote behind it.
        let lines = headers.get_all("x-forwarded-for").iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let lines: Vec<_> = lines.collect();
        let written: Vec<&str> = lines.iter().flat_map(|line| line.split(',')).collect();
        for entry in written.into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = parse_entry(entry.trim()) else { break };
            client = address;
        }
        client
    }
}

/// An address, with or without a port: `192.0.2.1`, `192.0.2.1:1234`, `[2001:db8::1]:1234`.
fn parse_entry(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()));
    let address = address.or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok());
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &str, peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: TrustedProxies = trusted.parse().unwrap();
        trusted.client_address(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_header_is_walked_from_the_right_while_proxies_are_trusted() {
        for (trusted, peer, forwarded, wanted) in [
            ("", "10.0.0.1", vec!["1.2.3.4"], "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.1", vec!["1.2.3.4"], "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", vec!["9.9.9.9, 1.2.3.4"], "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", vec!["9.9.9.9, 1.2.3.4, 10.0.0.2"], "1.2.3.4"),
            ("10.0.0.0/8", "10.0.0.1", vec!["9.9.9.9", "1.2.3.4"], "1.2.3.4"),
            ("10.0.0.0/8", "8.8.8.8", vec!["1.2.3.4"], "8.8.8.8"),
            ("10.0.0.0/8", "10.0.0.1", vec!["nonsense"], "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.1", vec!["1.2.3.4, nonsense"], "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", "::ffff:10.0.0.1", vec!["[2001:db8::1]:99"], "2001:db8::1"),
        ] {
            assert_eq!(client(trusted, peer, &forwarded), wanted, "{trusted} {peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_bad_network_is_named() {
        assert!("10.0.0.0/8, x".parse::<TrustedProxies>().unwrap_err().contains("x is not a network"));
    }
}
