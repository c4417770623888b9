//! What partners and affiliates say of themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{BoundedText, Country, Destination, FieldError, InvalidDestination, trim_unseen};

/// How an affiliate reaches people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Articles, reviews, blogs.
    Content,
    /// Found by search engines.
    Seo,
    /// Newsletters and mailings.
    Email,
    /// Posts in social networks.
    Social,
    /// Films and streams.
    Video,
    /// Ads beside search results.
    PaidSearch,
    /// Ads in social networks.
    PaidSocial,
    /// Banners, native and push.
    Display,
    /// Coupons, cashback, loyalty.
    Coupon,
    /// Comparisons of prices and products.
    Comparison,
    /// Within apps.
    App,
    /// Anything else.
    Other,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Content,
        Self::Seo,
        Self::Email,
        Self::Social,
        Self::Video,
        Self::PaidSearch,
        Self::PaidSocial,
        Self::Display,
        Self::Coupon,
        Self::Comparison,
        Self::App,
        Self::Other,
    ];

    /// As forms and databases write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Seo => "seo",
            Self::Email => "email",
            Self::Social => "social",
            Self::Video => "video",
            Self::PaidSearch => "paid_search",
            Self::PaidSocial => "paid_social",
            Self::Display => "display",
            Self::Coupon => "coupon",
            Self::Comparison => "comparison",
            Self::App => "app",
            Self::Other => "other",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Content => "Content and reviews",
            Self::Seo => "SEO",
            Self::Email => "Email",
            Self::Social => "Social media",
            Self::Video => "Video and streaming",
            Self::PaidSearch => "Paid search",
            Self::PaidSocial => "Paid social",
            Self::Display => "Display, native and push",
            Self::Coupon => "Coupons and cashback",
            Self::Comparison => "Comparison",
            Self::App => "Mobile apps",
            Self::Other => "Other",
        }
    }

    /// Reads what [`Channel::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }
}

/// What somebody fills in about their organisation, unchecked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileInput {
    /// The site; `https://` may be left out.
    pub website: String,
    /// The words of the chosen [`Channel`]s, as checkboxes send them.
    pub channels: BTreeMap<String, String>,
    /// Letters of countries, with commas or blanks between.
    pub countries: String,
    /// What there is to say, at most 1,000 characters.
    pub about: String,
}

/// What a partner or an affiliate says of itself. Everything may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The site's address, `http` or `https`.
    pub website: String,
    /// How an affiliate reaches people, in the order of [`Channel::ALL`].
    pub channels: Vec<Channel>,
    /// Where the people are whom an affiliate reaches.
    pub countries: Vec<Country>,
    /// How an affiliate promotes; what a partner sells.
    pub about: String,
}

impl Profile {
    /// The longest address of a site, in characters.
    pub const LONGEST_WEBSITE: usize = 300;

    /// Checks every field, and names every one that is wrong.
    pub fn parse(input: &ProfileInput) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let website = FieldError::collect(&mut errors, "website", read_website(&input.website));
        let channels = FieldError::collect(&mut errors, "channels", read_channels(&input.channels));
        let countries = FieldError::collect(&mut errors, "countries", read_countries(&input.countries));
        let about = FieldError::collect(&mut errors, "about", BoundedText::<0, 1000>::parse(&input.about));
        match (website, channels, countries, about) {
            (Some(website), Some(channels), Some(countries), Some(about)) => {
                Ok(Self { website, channels, countries, about: about.as_str().to_owned() })
            }
            _ => Err(errors),
        }
    }

    /// Whether nothing is said.
    pub const fn is_empty(&self) -> bool {
        self.website.is_empty() && self.channels.is_empty() && self.countries.is_empty() && self.about.is_empty()
    }

    /// The channels as the databases write them: their words with blanks between.
    pub fn channel_words(&self) -> String {
        self.channels.iter().map(|channel| channel.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The channels as people read them.
    pub fn channel_labels(&self) -> String {
        self.channels.iter().map(|channel| channel.label()).collect::<Vec<_>>().join(", ")
    }

    /// The countries as forms and the databases write them: `DE, FR`.
    pub fn country_letters(&self) -> String {
        self.countries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    /// The countries as people read them.
    pub fn country_names(&self) -> String {
        let name = |country: &Country| country.name().map_or_else(|| country.to_string(), str::to_owned);
        self.countries.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// What the databases have kept. What this version doesn't know, a newer one has written.
    pub fn kept(website: String, channels: &str, countries: &str, about: String) -> Self {
        let channels = channels.split(' ').filter_map(Channel::parse).collect();
        Self { website, channels, countries: read_countries(countries).unwrap_or_default(), about }
    }
}

fn read_website(text: &str) -> Result<String, String> {
    const EXAMPLE: &str = "must be the address of a site, for example https://blog.example";
    let text = trim_unseen(text);
    if text.is_empty() {
        return Ok(String::new());
    }
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let site = Destination::parse(&whole).map_err(|error| match error {
        InvalidDestination::UserInfo => error.to_string(),
        _ => EXAMPLE.to_owned(),
    })?;
    if site.as_str().chars().count() > Profile::LONGEST_WEBSITE {
        return Err(format!("is longer than {} characters", Profile::LONGEST_WEBSITE));
    }
    // A word or an email address is no site.
    if site.host().contains('.') { Ok(site.as_str().to_owned()) } else { Err(EXAMPLE.to_owned()) }
}

fn read_channels(chosen: &BTreeMap<String, String>) -> Result<Vec<Channel>, String> {
    if let Some(unknown) = chosen.keys().find(|word| Channel::parse(word).is_none()) {
        return Err(format!("has no {unknown}; choose from the list, for example {}", Channel::Content.as_str()));
    }
    Ok(Channel::ALL.into_iter().filter(|channel| chosen.contains_key(channel.as_str())).collect())
}

fn read_countries(text: &str) -> Result<Vec<Country>, String> {
    let words = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|word| !word.is_empty());
    let mut countries = Vec::new();
    for word in words {
        let country = Country::parse(word).ok().filter(|country| country.name().is_some());
        let Some(country) = country else {
            return Err("must be the two letters of each country with commas between, for example DE, FR".to_owned());
        };
        if !countries.contains(&country) {
            countries.push(country);
        }
    }
    Ok(countries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(website: &str, countries: &str) -> ProfileInput {
        ProfileInput { website: website.into(), countries: countries.into(), ..ProfileInput::default() }
    }

    #[test]
    fn a_site_may_be_written_as_people_say_it() {
        for (written, kept) in [
            ("", ""),
            ("  blog.example ", "https://blog.example"),
            ("http://blog.example/a?b=c", "http://blog.example/a?b=c"),
            ("https://BÜCHER.example", "https://xn--bcher-kva.example/"),
        ] {
            assert_eq!(Profile::parse(&input(written, "")).unwrap().website, kept, "{written}");
        }
        let long = format!("https://blog.example/{}", "a".repeat(300));
        for wrong in ["blog", "javascript:alert(1)", "ftp://blog.example", "me@blog.example", "a b", long.as_str()] {
            let errors = Profile::parse(&input(wrong, "")).unwrap_err();
            assert_eq!((errors.len(), errors[0].field.as_str()), (1, "website"), "{wrong}");
        }
    }

    #[test]
    fn countries_are_their_letters_each_once() {
        let profile = Profile::parse(&input("", "de, FR;de\tat")).unwrap();
        assert_eq!(profile.country_letters(), "DE, FR, AT");
        assert_eq!(profile.country_names(), "Germany, France, Austria");
        for wrong in ["Germany", "XX", "DE FRA"] {
            let errors = Profile::parse(&input("", wrong)).unwrap_err();
            assert_eq!((errors.len(), errors[0].field.as_str()), (1, "countries"), "{wrong}");
        }
    }

    #[test]
    fn every_channel_has_a_word_of_its_own_that_is_read_back() {
        let chosen = Channel::ALL.iter().map(|channel| (channel.as_str().to_owned(), "on".to_owned())).collect();
        let profile = Profile::parse(&ProfileInput { channels: chosen, ..ProfileInput::default() }).unwrap();
        assert_eq!(profile.channels, Channel::ALL);
        let kept = Profile::kept(String::new(), &format!("{} later", profile.channel_words()), "", String::new());
        assert_eq!(kept, profile, "what a newer version has written is left out");
        let unknown = BTreeMap::from([("fax".to_owned(), "on".to_owned())]);
        let errors = Profile::parse(&ProfileInput { channels: unknown, ..ProfileInput::default() }).unwrap_err();
        assert_eq!(errors[0].field, "channels");
    }

    #[test]
    fn a_profile_is_empty_while_nothing_is_said() {
        assert!(Profile::default().is_empty());
        assert!(!Profile { about: "x".into(), ..Profile::default() }.is_empty());
    }
}
