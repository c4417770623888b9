//! What reports know of a click and of a conversion, as numbers.

use domain::AgentClass;

use crate::rollups::FactKind;

/// Tells what texts of headers are.
pub trait HeaderClasses: Sync {
    /// The class of a user agent.
    fn agent(&self, user_agent: &str) -> AgentClass;
}

/// A click. What isn't a number of its own is one of the [`Lexicon`](super::lexicon::Lexicon)'s.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClickFact {
    pub(super) link: u32,
    /// The quarter of an hour in which it counts, counted from 1970 UTC.
    pub(super) quarter: i64,
    pub(super) kind: FactKind,
    /// As [`domain::Country::code`] writes it; 0 where it isn't known.
    pub(super) country: u32,
    pub(super) agent: u32,
    pub(super) site: u32,
}

/// A conversion.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConversionFact {
    /// Its click, with the quarter in which the conversion counts.
    pub(super) click: ClickFact,
    pub(super) status: u32,
    pub(super) currency: u32,
    /// In 10⁻⁶ units.
    pub(super) amount: i64,
    /// In 10⁻⁶ units.
    pub(super) commission: i64,
    /// Milliseconds since its click; below zero where a clock was put back between them.
    pub(super) delay: i64,
}
