//! What a report counts, made ready for the store.

use std::{
    collections::HashSet,
    ops::{Range, RangeInclusive},
    sync::Arc,
};

use domain::{
    Timestamp,
    report::{Basis, Buckets, Dimension, QUARTER_MILLIS},
};

use super::{
    facts::{ClickFact, ConversionFact},
    lexicon::Lexicon,
};
use crate::Scope;

/// What is counted, and by what its rows are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPlan {
    /// Whose clicks and conversions.
    pub scope: Scope,
    /// The quarters of an hour that it is about, counted from 1970 UTC.
    pub quarters: Range<i64>,
    /// At which time conversions count.
    pub basis: Basis,
    /// What clicks and conversions must be to be counted: all of these.
    pub conditions: Vec<Wanted>,
    /// The tables that are counted in one go, each by at most two axes.
    pub tables: Vec<Vec<Axis>>,
    /// Whether the medians of times to conversion are told: they need every single one.
    pub tells_times: bool,
}

/// What rows are told apart by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    dimension: Dimension,
    /// Where it is time, the parts of the period.
    buckets: Option<Arc<Buckets>>,
    /// The rows that are counted, if not all.
    only: Option<Arc<HashSet<String>>>,
}

/// What something must be, or must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// In what.
    pub axis: Axis,
    /// One of these.
    pub keys: HashSet<String>,
    /// Or none of them.
    pub is_excluded: bool,
}

impl ReportPlan {
    /// The UTC days that its clicks and conversions may be packed in, by the moments of their ids.
    pub(super) fn utc_days(&self) -> RangeInclusive<i64> {
        let day = |quarter: i64| Timestamp::from_millis(quarter.saturating_mul(QUARTER_MILLIS)).day().number();
        let last = match self.basis {
            Basis::Conversion => day(self.quarters.end).saturating_add(1),
            // Of clicks of this time there may be conversions until now.
            Basis::Click => i64::MAX,
        };
        day(self.quarters.start).saturating_sub(1)..=last
    }

    /// Whether clicks are counted at all: of their status or their currency there is nothing to say.
    pub fn counts_clicks(&self) -> bool {
        let axes = self.tables.iter().flatten().chain(self.conditions.iter().map(|wanted| &wanted.axis));
        !axes.into_iter().any(|axis| axis.dimension.is_of_conversions())
    }
}

impl Axis {
    /// Of a dimension; of one of time with its parts.
    pub fn new(dimension: Dimension, buckets: Option<Buckets>) -> Self {
        Self { dimension, buckets: buckets.map(Arc::new), only: None }
    }

    /// The same, of these rows alone.
    #[must_use]
    pub fn only(&self, keys: &[String]) -> Self {
        Self { only: Some(Arc::new(keys.iter().cloned().collect())), ..self.clone() }
    }

    /// Of which dimension.
    pub const fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// The parts of the period, where it is one of time.
    pub fn buckets(&self) -> Option<&Buckets> {
        self.buckets.as_deref()
    }

    /// Where something is counted; nothing where it is in none of the rows.
    pub(super) fn code(
        &self,
        lexicon: &Lexicon,
        click: &ClickFact,
        conversion: Option<&ConversionFact>,
    ) -> Option<u32> {
        let code = match &self.buckets {
            Some(buckets) => buckets.place(click.quarter),
            None => lexicon.code(self.dimension, click, conversion),
        };
        code.filter(|code| self.only.as_ref().is_none_or(|only| only.contains(&self.key(lexicon, *code))))
    }

    /// What addresses and exports call that row.
    pub(super) fn key(&self, lexicon: &Lexicon, code: u32) -> String {
        match &self.buckets {
            Some(buckets) => buckets.keys().get(code as usize).cloned().unwrap_or_default(),
            None => lexicon.key(self.dimension, code),
        }
    }
}
