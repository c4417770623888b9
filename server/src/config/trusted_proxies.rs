//! Which proxies are believed when they say who a client is.

use std::{
    net::IpAddr,
    str::FromStr,
    sync::atomic::{AtomicBool, Ordering},
};

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

// Names and not texts, which would be parsed again for each request.
static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

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

    /// The client's address: from the connection, and from the right of `X-Forwarded-For` as long as the
    /// proxy that wrote an entry is trusted.
    pub fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            warn_once_of_a_proxy(client, headers);
            return client;
        }
        // Lossy: a foreign byte that a client wrote must not hide what a proxy wrote behind it.
        let lines = headers.get_all(&FORWARDED_FOR).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
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

/// Says once that somebody seems to be a proxy and isn't trusted: then all visitors share its address and its limits, which
/// nobody sees until there are many of them.
fn warn_once_of_a_proxy(peer: IpAddr, headers: &HeaderMap) {
    static HAS_WARNED: AtomicBool = AtomicBool::new(false);
    if !HAS_WARNED.load(Ordering::Relaxed) && seems_a_proxy(peer, headers) && !HAS_WARNED.swap(true, Ordering::Relaxed)
    {
        tracing::warn!(
            %peer,
            "a proxy says who its client is, and is not believed: every visitor counts as {peer}. If it is yours, set \
             TRUSTED_PROXIES={peer}"
        );
    }
}

/// Whether a peer is near and speaks for somebody else. From afar anybody can send such headers.
fn seems_a_proxy(peer: IpAddr, headers: &HeaderMap) -> bool {
    let is_near = match peer {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            // The last are those of carriers, which clouds and overlay networks use.
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || (first == 100 && second >> 6 == 1)
        }
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    };
    is_near && [&FORWARDED_FOR, &header::FORWARDED, &REAL_IP].into_iter().any(|name| headers.contains_key(name))
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
    fn whoever_is_near_and_names_a_client_seems_a_proxy() {
        let seems = |peer: &str, name: &'static str| {
            let headers =
                HeaderMap::from_iter([(axum::http::HeaderName::from_static(name), "192.0.2.1".parse().unwrap())]);
            seems_a_proxy(peer.parse().unwrap(), &headers)
        };
        for near in
            ["127.0.0.1", "10.1.2.3", "172.17.0.1", "192.168.0.9", "169.254.1.1", "100.64.0.1", "::1", "fd00::1"]
        {
            for name in ["x-forwarded-for", "forwarded", "x-real-ip"] {
                assert!(seems(near, name), "{near} {name}");
            }
            assert!(!seems(near, "user-agent"), "{near}");
        }
        for far in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:db8::1"] {
            assert!(!seems(far, "x-forwarded-for"), "{far}");
        }
    }

    #[test]
    fn a_bad_network_is_named() {
        assert!("10.0.0.0/8, x".parse::<TrustedProxies>().unwrap_err().contains("x is not a network"));
    }
}
