//! What a user agent and a referer say, as reports tell clicks apart.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What somebody held in their hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// A computer with a keyboard.
    Desktop,
    /// A television, a console, a program, or nothing that says what it is.
    Other,
}

impl Device {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Phone, Self::Tablet, Self::Desktop, Self::Other];

    /// Judges by what a user agent says of what it runs on. An iPad that asks for desktop pages says that it is a Mac, and is
    /// taken for one.
    pub fn of(user_agent: &str) -> Self {
        const OTHER: [&str; 14] = [
            "bot",
            "spider",
            "crawl",
            "smart-tv",
            "smarttv",
            "googletv",
            "appletv",
            "apple tv",
            "web0s",
            "crkey",
            "roku",
            "playstation",
            "xbox",
            "nintendo",
        ];
        const TABLETS: [&str; 6] = ["ipad", "tablet", "kindle", "silk/", "playbook", "nexus 10"];
        const PHONES: [&str; 6] = ["iphone", "ipod", "mobi", "phone", "opera mini", "blackberry"];
        const DESKTOPS: [&str; 5] = ["windows nt", "macintosh", "x11;", "cros ", "linux x86_64"];
        let agent = user_agent.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| agent.contains(word));
        if says(&OTHER) {
            Self::Other
        } else if says(&TABLETS) || (agent.contains("android") && !agent.contains("mobi")) {
            Self::Tablet
        } else if says(&PHONES) {
            Self::Phone
        } else if says(&DESKTOPS) {
            Self::Desktop
        } else {
            Self::Other
        }
    }

    /// As the databases and addresses write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Desktop => "desktop",
            Self::Other => "other",
        }
    }

    /// Reads what [`Device::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|device| device.as_str() == text)
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What all user agents of one kind have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AgentClass {
    /// What it runs on.
    pub device: Device,
    /// The operating system's family, such as `Android`; empty where it isn't told.
    pub os: String,
    /// The browser's family, such as `Firefox`; empty where it isn't told.
    pub browser: String,
}

/// The host of the page that a visitor came from, in lower case and without `www.`; nothing where the referer is none.
pub fn referring_site(referer: &str) -> Option<String> {
    let url = url::Url::parse(referer.trim()).ok()?;
    // What Android's programs say of themselves: android-app://com.example.reader/
    let host = url.host_str()?.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty()).then(|| host.chars().take(253).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_by_what_the_agent_runs_on() {
        for (agent, device) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
                Device::Phone,
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
                Device::Phone,
            ),
            ("Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", Device::Tablet),
            ("Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", Device::Tablet),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", Device::Desktop),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36", Device::Desktop),
            ("Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 SamsungBrowser/4.0", Device::Other),
            (
                "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) Chrome/130 Mobile (compatible; Googlebot/2.1)",
                Device::Other,
            ),
            ("curl/8.5.0", Device::Other),
            ("", Device::Other),
        ] {
            assert_eq!(Device::of(agent), device, "{agent}");
        }
    }

    #[test]
    fn a_site_is_the_host_of_a_page() {
        let site = |referer: &str| referring_site(referer).unwrap_or_default();
        assert_eq!(site("https://WWW.Blog.example/a?b=c#d"), "blog.example");
        assert_eq!(site("https://user:secret@blog.example:8443/"), "blog.example");
        assert_eq!(site("https://bücher.example/"), "xn--bcher-kva.example");
        assert_eq!(site("android-app://com.example.reader/"), "com.example.reader");
        assert_eq!(site("https://[2001:db8::1]/"), "[2001:db8::1]");
        for nothing in ["", "blog.example", "about:blank", "https://", "data:text/html,x", "https:///x y"] {
            assert_eq!(site(nothing), "", "{nothing}");
        }
    }

    #[test]
    fn a_device_is_written_and_read_as_its_word() {
        for (device, word) in [
            (Device::Phone, "phone"),
            (Device::Tablet, "tablet"),
            (Device::Desktop, "desktop"),
            (Device::Other, "other"),
        ] {
            assert_eq!((device.as_str(), Device::parse(word)), (word, Some(device)));
            assert_eq!(device.to_string(), word);
        }
        for word in ["", "Phone", "television"] {
            assert_eq!(Device::parse(word), None, "{word}");
        }
    }
}
