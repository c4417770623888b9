//! What the numbers in segments stand for, as far as a report is about it.

use std::collections::{BTreeSet, HashMap};

use domain::{AgentClass, ConversionStatus, Currency, Device, report::Dimension};
use sqlx::{AssertSqlSafe, query_as};

use super::{axis::ReportPlan, lexicon::Lexicon};
use crate::{Conn, StoreError};

/// Which columns of segments a report reads.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Needs {
    pub(super) countries: bool,
    pub(super) agents: bool,
    pub(super) sites: bool,
}

impl Needs {
    pub(super) fn of(plan: &ReportPlan) -> Self {
        let axes = plan.tables.iter().flatten().chain(plan.conditions.iter().map(|wanted| &wanted.axis));
        axes.fold(Self::default(), |mut needs, axis| {
            match axis.dimension() {
                Dimension::Country => needs.countries = true,
                Dimension::Device | Dimension::OperatingSystem | Dimension::Browser => needs.agents = true,
                Dimension::ReferringSite => needs.sites = true,
                _ => {}
            }
            needs
        })
    }
}

/// The lexicon's codes, by the numbers that segments name them by.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbered {
    agents: HashMap<u32, u32>,
    sites: HashMap<u32, u32>,
    statuses: HashMap<u32, u32>,
    currencies: HashMap<u32, u32>,
}

impl Numbered {
    /// Reads what there is few of. Sites are what visitors send, without end: see [`Numbered::learn_sites`].
    pub(super) async fn read(
        &mut self,
        conn: &mut Conn,
        needs: Needs,
        lexicon: &mut Lexicon,
    ) -> Result<(), StoreError> {
        const AGENTS: &str = "select cast(number as bigint), device, os, browser from agents";
        const WORDS: &str = "select cast(number as bigint), kind, word from report_words
            where kind = 'status' or kind = 'currency'";
        // Of number 0 nothing is known.
        let nothing = AgentClass { device: Device::Other, os: String::new(), browser: String::new() };
        self.agents.insert(0, lexicon.agent(&nothing));
        self.sites.insert(0, lexicon.site(""));
        if needs.agents {
            let rows: Vec<(i64, String, String, String)> = run!(conn, |c| query_as(AGENTS).fetch_all(c).await)?;
            for (number, device, os, browser) in rows {
                let device = Device::parse(&device).ok_or(StoreError::bad_row("agents", "device"))?;
                self.agents.insert(small(number)?, lexicon.agent(&AgentClass { device, os, browser }));
            }
        }
        let words: Vec<(i64, String, String)> = run!(conn, |c| query_as(WORDS).fetch_all(c).await)?;
        for (number, kind, word) in words {
            let (number, bad) = (small(number)?, || StoreError::bad_row("report_words", "word"));
            if kind == "status" {
                let status = ConversionStatus::parse(&word).map_err(|_| bad())?;
                self.statuses.insert(number, lexicon.status(&status));
            } else {
                let currency = Currency::parse(&word).map_err(|_| bad())?;
                self.currencies.insert(number, lexicon.currency(&currency));
            }
        }
        Ok(())
    }

    /// Reads what those of some sites stand for that weren't met before.
    pub(super) async fn learn_sites(
        &mut self,
        conn: &mut Conn,
        lexicon: &mut Lexicon,
        numbers: impl Iterator<Item = u32>,
    ) -> Result<(), StoreError> {
        let unknown: BTreeSet<_> = numbers.filter(|number| !self.sites.contains_key(number)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let list = conn.numbers_of("$1");
        let sql = format!("select cast(number as bigint), word from report_words where number in {list}");
        let numbers = serde_json::to_string(&unknown).unwrap_or_default();
        let rows: Vec<(i64, String)> = run!(conn, |c| query_as(AssertSqlSafe(sql)).bind(numbers).fetch_all(c).await)?;
        for (number, word) in rows {
            self.sites.insert(small(number)?, lexicon.site(&word));
        }
        Ok(())
    }

    pub(super) fn agent(&self, number: u32) -> u32 {
        self.agents.get(&number).copied().unwrap_or_default()
    }

    pub(super) fn site(&self, number: u32) -> u32 {
        self.sites.get(&number).copied().unwrap_or_default()
    }

    pub(super) fn status(&self, number: u32) -> Result<u32, StoreError> {
        self.statuses.get(&number).copied().ok_or(StoreError::bad_row("conversion_segments", "statuses"))
    }

    pub(super) fn currency(&self, number: u32) -> Result<u32, StoreError> {
        self.currencies.get(&number).copied().ok_or(StoreError::bad_row("conversion_segments", "currencies"))
    }
}

fn small(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::bad_row("report_words", "number"))
}
