//! Which destinations are addresses of the network itself.

use std::net::Ipv4Addr;

use url::{Host, Url};

use crate::{Destination, InvalidDestination};

impl Destination {
    /// Refuses an address of the network itself; `sites` are the base addresses of its pages and tracking links.
    ///
    /// A host is the network's whatever the scheme, port and path. Only on loopback, where a shop under development runs
    /// beside the network, does another port make another site; all names of loopback are one host there.
    pub fn refuse_own_site(&self, sites: &[&str]) -> Result<(), InvalidDestination> {
        let own = |site: &&str| {
            let (Ok(destination), Ok(site)) = (Url::parse(self.as_str()), Url::parse(site)) else { return false };
            match (is_loopback(&destination), is_loopback(&site)) {
                (true, true) => destination.port_or_known_default() == site.port_or_known_default(),
                (false, false) => same_host(&destination, &site),
                _ => false,
            }
        };
        if sites.iter().any(own) { Err(InvalidDestination::OwnSite) } else { Ok(()) }
    }
}

/// A dot at the end of a host changes nothing; [`Url`] has folded case and international names already.
fn same_host(one: &Url, other: &Url) -> bool {
    let name = |url: &Url| url.host_str().map(|host| host.trim_end_matches('.').to_owned());
    name(one) == name(other)
}

/// Whether a host is this machine. An unspecified address (`0.0.0.0`) leads there, too.
fn is_loopback(url: &Url) -> bool {
    let is_local = |ip: Ipv4Addr| ip.is_loopback() || ip.is_unspecified();
    match url.host() {
        Some(Host::Ipv4(ip)) => is_local(ip),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unspecified() || ip.to_ipv4_mapped().is_some_and(is_local),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_own(destination: &str, sites: &[&str]) -> bool {
        Destination::parse(destination).unwrap().refuse_own_site(sites) == Err(InvalidDestination::OwnSite)
    }

    #[test]
    fn an_address_of_this_very_site_is_refused_however_its_host_is_written() {
        let sites = ["https://network.example", "https://go.bücher.example:8443"];
        for text in [
            "https://network.example/",
            "https://network.example/t/abcdefghij",
            "http://NETWORK.example:8080/partner?a=1",
            "https://network.example./docs/tracking",
            "https://net%77ork.example/",
            "https://GO.xn--bcher-kva.example/t/abcdefghij",
            "https://go.b\u{fc}cher.example:443",
        ] {
            assert!(is_own(text, &sites), "{text}");
        }
        for text in [
            "https://shop.example/?next=https://network.example/",
            "https://shop.network.example/",
            "https://network.example.shop.example/",
            "https://bücher.example/",
            "http://127.0.0.1/",
        ] {
            assert!(!is_own(text, &sites), "{text}");
        }
        assert!(is_own("http://203.0.113.5:99/", &["http://203.0.113.5:3000"]));
    }

    #[test]
    fn on_loopback_another_port_is_another_site() {
        for site in ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"] {
            for host in [
                "127.0.0.1",
                "127.1.2.3",
                "LOCALHOST",
                "go.localhost.",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "0.0.0.0",
                "0x7f.1",
            ] {
                assert!(is_own(&format!("http://{host}:3000/t/abcdefghij"), &[site]), "{host} on {site}");
                assert!(!is_own(&format!("http://{host}:3001/"), &[site]), "{host} on {site}");
            }
        }
        assert!(is_own("http://localhost/", &["http://127.0.0.1"]));
    }
}
