//! Browsers and operating systems, told by user agents.

use std::sync::LazyLock;

use domain::{AgentClass, Device};
use serde::Deserialize;
use store::reports::HeaderClasses;
use ua_parser::{os, user_agent};

/// See `data/README.md`.
const KNOWN: &str = include_str!("../../data/user_agents.json");

#[derive(Deserialize)]
struct Known {
    browsers: Vec<(String, Option<String>)>,
    systems: Vec<(String, Option<String>)>,
}

/// What is known of user agents; made when the first one is asked about, since that takes a moment.
pub(crate) struct UserAgents {
    browsers: user_agent::Extractor<'static>,
    systems: os::Extractor<'static>,
}

static USER_AGENTS: LazyLock<Option<UserAgents>> = LazyLock::new(|| match UserAgents::read(KNOWN) {
    Ok(agents) => Some(agents),
    Err(error) => {
        tracing::error!(error, "user agents can't be told apart");
        None
    }
});

impl UserAgents {
    fn read(known: &str) -> Result<Self, String> {
        let known: Known = serde_json::from_str(known).map_err(|error| error.to_string())?;
        let browsers = known.browsers.into_iter().map(|(regex, family)| user_agent::Parser {
            regex: regex.into(),
            family_replacement: family.map(Into::into),
            ..user_agent::Parser::default()
        });
        let systems = known.systems.into_iter().map(|(regex, family)| os::Parser {
            regex: regex.into(),
            os_replacement: family.map(Into::into),
            ..os::Parser::default()
        });
        let browsers = user_agent::Builder::new().push_all(browsers).map_err(|error| error.to_string())?;
        let systems = os::Builder::new().push_all(systems).map_err(|error| error.to_string())?;
        Ok(Self {
            browsers: browsers.build().map_err(|error| error.to_string())?,
            systems: systems.build().map_err(|error| error.to_string())?,
        })
    }
}

/// By the list that is built in.
pub(crate) struct BuiltIn;

impl HeaderClasses for BuiltIn {
    fn agent(&self, user_agent: &str) -> AgentClass {
        let known = USER_AGENTS.as_ref();
        let browser = known.and_then(|known| known.browsers.extract(user_agent)).map(|found| found.family.into_owned());
        let os = known.and_then(|known| known.systems.extract(user_agent)).map(|found| found.os.into_owned());
        AgentClass { device: Device::of(user_agent), os: os.unwrap_or_default(), browser: browser.unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_and_systems_are_told_apart() {
        for (agent, os, browser) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 \
                 Safari/537.36 Edg/130.0.0.0",
                "Windows",
                "Edge",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Linux", "Firefox"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Mobile/22B83 Instagram 356.0.0.41.101 (iPhone15,2; iOS 18_1; en_US)",
                "iOS",
                "Instagram",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 \
                 Chrome/122.0.0.0 Mobile Safari/537.36",
                "Android",
                "Samsung Internet",
            ),
            ("", "", ""),
        ] {
            let class = BuiltIn.agent(agent);
            assert_eq!((class.os.as_str(), class.browser.as_str()), (os, browser), "{agent}");
        }
    }
}
