//! What the numbers in facts stand for.

use std::collections::HashMap;

use domain::{
    AffiliateId, AgentClass, ClickKind, ConversionStatus, Country, Currency, Device, LinkId, OfferId, PartnerId,
    report::Dimension,
};
use uuid::Uuid;

use super::{
    codes::Codes,
    facts::{ClickFact, ConversionFact},
};
use crate::rollups::LinkIds;

/// Everything that facts of one report name by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Lexicon {
    links: Codes<LinkIds>,
    link_codes: Vec<LinkCodes>,
    owners: Codes<Uuid>,
    /// In which currencies each offer ever had a conversion.
    paid_in: HashMap<Uuid, Vec<Currency>>,
    currency_sets: Codes<Vec<Currency>>,
    agents: Codes<AgentClass>,
    agent_codes: Vec<AgentCodes>,
    families: Codes<String>,
    sites: Codes<String>,
    statuses: Codes<ConversionStatus>,
    currencies: Codes<Currency>,
}

#[derive(Debug, Clone, Copy)]
struct LinkCodes {
    partner: u32,
    affiliate: u32,
    offer: u32,
    currencies: u32,
}

#[derive(Debug, Clone, Copy)]
struct AgentCodes {
    device: u32,
    os: u32,
    browser: u32,
}

impl Lexicon {
    /// Knowing in which currencies each offer ever had a conversion.
    pub(super) fn new(paid_in: HashMap<Uuid, Vec<Currency>>) -> Self {
        Self { paid_in, ..Self::default() }
    }

    pub(super) fn link(&mut self, ids: LinkIds) -> u32 {
        let code = self.links.code(&ids);
        if self.link_codes.len() <= code as usize {
            let currencies = self.paid_in.get(&ids.offer).cloned().unwrap_or_default();
            let [partner, affiliate, offer] = [ids.partner, ids.affiliate, ids.offer].map(|id| self.owners.code(&id));
            let currencies = self.currency_sets.code(&currencies);
            self.link_codes.push(LinkCodes { partner, affiliate, offer, currencies });
        }
        code
    }

    pub(super) fn agent(&mut self, class: &AgentClass) -> u32 {
        let code = self.agents.code(class);
        if self.agent_codes.len() <= code as usize {
            let [os, browser] = [&class.os, &class.browser].map(|family| self.families.code(family));
            self.agent_codes.push(AgentCodes { device: class.device as u32, os, browser });
        }
        code
    }

    pub(super) fn site(&mut self, site: &str) -> u32 {
        self.sites.code(&site.to_owned())
    }

    pub(super) fn status(&mut self, status: &ConversionStatus) -> u32 {
        self.statuses.code(status)
    }

    pub(super) fn currency(&mut self, currency: &Currency) -> u32 {
        self.currencies.code(currency)
    }

    /// The status that a number stands for.
    pub(super) fn status_of(&self, code: u32) -> Option<&ConversionStatus> {
        self.statuses.get(code)
    }

    /// The currency that a number stands for.
    pub(super) fn currency_of(&self, code: u32) -> Option<&Currency> {
        self.currencies.get(code)
    }

    /// The number of the set of currencies in which a link's offer ever had a conversion.
    pub(super) fn currencies_of_link(&self, link: u32) -> u32 {
        self.of_link(link, |codes| codes.currencies).unwrap_or_default()
    }

    /// That set.
    pub(super) fn currency_set(&self, code: u32) -> &[Currency] {
        self.currency_sets.get(code).map_or(&[], Vec::as_slice)
    }

    fn of_link(&self, link: u32, of: fn(&LinkCodes) -> u32) -> Option<u32> {
        self.link_codes.get(link as usize).map(of)
    }

    fn of_agent(&self, agent: u32, of: fn(&AgentCodes) -> u32) -> Option<u32> {
        self.agent_codes.get(agent as usize).map(of)
    }

    /// What a click, or a conversion with its click, is in a dimension that isn't one of time; nothing where it is nothing,
    /// as a click has no currency.
    pub(super) fn code(
        &self,
        dimension: Dimension,
        click: &ClickFact,
        conversion: Option<&ConversionFact>,
    ) -> Option<u32> {
        match dimension {
            Dimension::Offer => self.of_link(click.link, |codes| codes.offer),
            Dimension::Partner => self.of_link(click.link, |codes| codes.partner),
            Dimension::Affiliate => self.of_link(click.link, |codes| codes.affiliate),
            Dimension::Link => Some(click.link),
            Dimension::Device => self.of_agent(click.agent, |codes| codes.device),
            Dimension::OperatingSystem => self.of_agent(click.agent, |codes| codes.os),
            Dimension::Browser => self.of_agent(click.agent, |codes| codes.browser),
            Dimension::ReferringSite => Some(click.site),
            Dimension::ClickKind => Some(click.kind.click_kind() as u32),
            Dimension::Country => Some(click.country),
            Dimension::Status => conversion.map(|conversion| conversion.status),
            Dimension::Currency => conversion.map(|conversion| conversion.currency),
            Dimension::Hour
            | Dimension::Day
            | Dimension::Week
            | Dimension::Month
            | Dimension::HourOfDay
            | Dimension::Weekday => None,
        }
    }

    /// What such a number is called in addresses and exports: an id, a word, or nothing for what isn't known.
    pub(super) fn key(&self, dimension: Dimension, code: u32) -> String {
        let owner = || self.owners.get(code).copied().unwrap_or_default();
        let family = || self.families.get(code).cloned().unwrap_or_default();
        match dimension {
            Dimension::Offer => OfferId::from_uuid(owner()).to_string(),
            Dimension::Partner => PartnerId::from_uuid(owner()).to_string(),
            Dimension::Affiliate => AffiliateId::from_uuid(owner()).to_string(),
            Dimension::Link => {
                self.links.get(code).map_or_else(String::new, |ids| LinkId::from_uuid(ids.link).to_string())
            }
            Dimension::Device => Device::ALL.get(code as usize).map_or_else(String::new, ToString::to_string),
            Dimension::OperatingSystem | Dimension::Browser => family(),
            Dimension::ReferringSite => self.sites.get(code).cloned().unwrap_or_default(),
            Dimension::ClickKind => {
                ClickKind::ALL.get(code as usize).map_or_else(String::new, |kind| kind.as_str().to_owned())
            }
            Dimension::Country => {
                let country = i16::try_from(code).ok().and_then(Country::from_code);
                country.map_or_else(String::new, |country| country.to_string())
            }
            Dimension::Status => self.status_of(code).map_or_else(String::new, ToString::to_string),
            Dimension::Currency => self.currency_of(code).map_or_else(String::new, ToString::to_string),
            Dimension::Hour
            | Dimension::Day
            | Dimension::Week
            | Dimension::Month
            | Dimension::HourOfDay
            | Dimension::Weekday => String::new(),
        }
    }
}
