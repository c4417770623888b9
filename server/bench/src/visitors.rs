//! Who visits: about as many user agents, referers and addresses as a network sees, the same in every run.

use std::{
    fmt::Write as _,
    net::Ipv4Addr,
    path::{Path, PathBuf},
};

use domain::ClickId;

use crate::Failure;

/// How many user agents there are.
pub(crate) const AGENTS: u64 = 2_000;
/// How many referers there are, beside none.
pub(crate) const REFERERS: u64 = 500;
/// So many different requests are sent at least, however few links there are.
const REQUESTS: usize = 16_384;

/// A number that looks drawn by lot and is the same every time (the last step of `SplitMix64`).
pub(crate) const fn scatter(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// A user agent of 100 to 150 bytes; another for each number below [`AGENTS`].
pub(crate) fn agent(n: u64) -> String {
    const KIT: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";
    let (chance, build) = (scatter(n), 1_000 + n);
    let (major, patch, minor) = (110 + chance % 35, chance / 64 % 200, chance / 4_096 % 7);
    let chrome = format!("{major}.0.{build}.{patch}");
    match n % 5 {
        0 => format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/{chrome} Safari/537.36"),
        1 => format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/{chrome} Safari/537.36 Edg/{chrome}"),
        2 => format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {KIT} Chrome/{chrome} Safari/537.36"),
        3 => {
            let device = format!("Linux; Android {}; SM-A{build}", 10 + minor);
            format!("Mozilla/5.0 ({device}) {KIT} Chrome/{chrome} Mobile Safari/537.36")
        }
        _ => {
            let device = format!("iPhone; CPU iPhone OS 18_{minor} like Mac OS X");
            let kit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
            format!("Mozilla/5.0 ({device}) {kit} Version/18.{minor} Mobile/15E{build} Safari/604.1")
        }
    }
}

/// A referer; another for each number below [`REFERERS`].
pub(crate) fn referer(n: u64) -> String {
    match n % 3 {
        0 => format!("https://www.blog-{n}.example/"),
        1 => format!("https://reviews-{n}.example/kitchen/espresso-machines-compared"),
        _ => format!("https://letters.example/issue/{n}?utm_source=newsletter&utm_medium=email"),
    }
}

/// Somebody's address.
pub(crate) fn address(n: u64) -> Ipv4Addr {
    let bytes = scatter(n ^ 0xadd).to_be_bytes();
    // Neither private nor the loopback, which would be believed to be a proxy.
    Ipv4Addr::new(11 + bytes[0] % 100, bytes[1], bytes[2], bytes[3])
}

/// Visits of these links, in turn, each by somebody else.
pub(crate) fn visits(slugs: &[String]) -> Vec<String> {
    let places = 0..slugs.len().max(REQUESTS);
    places
        .map(|place| {
            let n = place as u64;
            let mut text = format!("GET /t/{} HTTP/1.1\r\nHost: 127.0.0.1\r\n", slugs[place % slugs.len()]);
            let _ = write!(text, "X-Forwarded-For: {}\r\nUser-Agent: {}\r\n", address(n), agent(scatter(n) % AGENTS));
            if !n.is_multiple_of(4) {
                let _ = write!(text, "Referer: {}\r\n", referer(scatter(n) % REFERERS));
            }
            text + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9\r\n\r\n"
        })
        .collect()
}

/// Postbacks for these clicks, each of a new conversion: wrk puts its own mark where `{n}` stands.
pub(crate) fn postbacks(api_key: &str, clicks: &[ClickId]) -> Vec<String> {
    let tail = "status=confirmed&amount=49.90&commission=5.00&currency=USD&transaction_id=order-{n}";
    let request = |click: &ClickId| {
        format!("GET /api/postback?api_key={api_key}&click_id={click}&{tail} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    };
    clicks.iter().map(request).collect()
}

/// Writes requests to a file, as wrk's script reads them.
pub(crate) fn write_requests(folder: &Path, name: &str, requests: &[String]) -> Result<PathBuf, Failure> {
    let file = folder.join(format!("{name}.requests"));
    std::fs::write(&file, requests.concat())?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::ClickKind;

    use super::*;

    #[test]
    fn agents_are_as_long_as_real_ones_all_different_and_people_s() {
        let agents: BTreeSet<String> = (0..AGENTS).map(agent).collect();
        assert_eq!(agents.len() as u64, AGENTS);
        for agent in agents {
            assert!((100..=150).contains(&agent.len()), "{agent}");
            assert_eq!(ClickKind::of(&agent, false), ClickKind::Human, "{agent}");
        }
        let referers: BTreeSet<String> = (0..REFERERS).map(referer).collect();
        assert_eq!(referers.len() as u64, REFERERS);
    }

    #[test]
    fn each_link_is_visited_in_turn() {
        let visits = visits(&["aaaaaaaaaa".to_owned(), "bbbbbbbbbb".to_owned()]);
        assert_eq!(visits.len(), REQUESTS);
        assert!(visits[0].starts_with("GET /t/aaaaaaaaaa HTTP/1.1\r\n") && visits[0].ends_with("\r\n\r\n"));
        assert!(visits[1].starts_with("GET /t/bbbbbbbbbb ") && visits[1].contains("\r\nReferer: https://"));
    }
}
