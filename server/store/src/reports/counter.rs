//! One pass over facts: which of them count, and into which rows.

use domain::{ConversionState, ConversionStatus};
use rustc_hash::FxHashMap;

use super::{
    axis::{Axis, ReportPlan, Wanted},
    facts::{ClickFact, ConversionFact},
    groups::{Counted, GroupKey, Groups},
    lexicon::Lexicon,
    segment_counter::{LocalTable, SegmentFacts, Source, rows_of},
};
use crate::rollups::FactKind;

/// The tables of a report while they are counted.
pub(super) struct Counter<'p> {
    conditions: Vec<Condition<'p>>,
    tables: Vec<(&'p [Axis], Groups)>,
}

/// A condition that remembers what it said.
struct Condition<'p> {
    wanted: &'p Wanted,
    known: FxHashMap<u32, bool>,
}

impl Condition<'_> {
    fn admits(&mut self, lexicon: &Lexicon, click: &ClickFact, conversion: Option<&ConversionFact>) -> bool {
        let Self { wanted, known } = self;
        let Some(code) = wanted.axis.code(lexicon, click, conversion) else { return false };
        let decide = || wanted.keys.contains(&wanted.axis.key(lexicon, code)) != wanted.is_excluded;
        *known.entry(code).or_insert_with(decide)
    }
}

/// What a condition says of each run, or of each distinct value of a column.
struct Test<'s> {
    of_each: Vec<bool>,
    places: Option<&'s [u16]>,
}

impl Test<'_> {
    fn admits(&self, row: usize) -> bool {
        let place = self.places.and_then(|places| places.get(row));
        place.is_some_and(|place| self.of_each[usize::from(*place)])
    }
}

impl Condition<'_> {
    fn test<'s>(&mut self, lexicon: &Lexicon, segment: &'s SegmentFacts) -> Test<'s> {
        let source = Source::of(self.wanted.axis.dimension());
        let of_each = segment.each(source).iter().map(|fact| self.admits(lexicon, fact, None)).collect();
        Test { of_each, places: segment.places(source) }
    }
}

impl<'p> Counter<'p> {
    /// Goes on from what was counted of each table.
    pub(super) fn new(plan: &'p ReportPlan, groups: Vec<Groups>) -> Self {
        let conditions = plan.conditions.iter().map(|wanted| Condition { wanted, known: FxHashMap::default() });
        let tables = plan.tables.iter().map(Vec::as_slice).zip(groups);
        Self { conditions: conditions.collect(), tables: tables.collect() }
    }

    pub(super) fn count_click(&mut self, lexicon: &Lexicon, click: &ClickFact) {
        if !self.admits(lexicon, click, None) {
            return;
        }
        let currencies = lexicon.currencies_of_link(click.link);
        for (axes, groups) in &mut self.tables {
            if let Some(key) = key(axes, lexicon, click, None) {
                let place = groups.place(key);
                groups.count_clicks(place, click.kind, currencies, 1);
            }
        }
    }

    /// Counts all clicks of a segment.
    pub(super) fn count_segment(&mut self, lexicon: &Lexicon, segment: &SegmentFacts) {
        let Self { conditions, tables } = self;
        let tests: Vec<_> = conditions.iter_mut().map(|condition| condition.test(lexicon, segment)).collect();
        let (run_tests, row_tests): (Vec<_>, Vec<_>) = tests.into_iter().partition(|test| test.places.is_none());
        // Sets of currencies, each once, and for each run the place of its own.
        let (mut sets, mut set_of) = (Vec::new(), Vec::with_capacity(segment.runs.len()));
        for run in &segment.runs {
            let set = lexicon.currencies_of_link(run.link);
            let place = sets.iter().position(|known| *known == set).unwrap_or_else(|| {
                sets.push(set);
                sets.len() - 1
            });
            set_of.push(place);
        }
        let mut locals: Vec<_> =
            tables.iter().map(|(axes, _)| LocalTable::new(axes, lexicon, segment, sets.len())).collect();
        let is_by_runs = row_tests.is_empty() && locals.iter().all(LocalTable::is_by_runs);
        let kind_of = |row: usize| segment.kinds[usize::from(segment.kind_places[row])];
        for (number, run, rows) in rows_of(&segment.runs) {
            if !run.is_ours || !run_tests.iter().all(|test| test.of_each[number]) {
                continue;
            }
            let set = set_of[number];
            if is_by_runs {
                let mut kinds = [0_u32; FactKind::ALL.len()];
                rows.clone().for_each(|row| kinds[kind_of(row) as usize] += 1);
                for table in &mut locals {
                    table.count_run(number, rows.start, set, kinds);
                }
                continue;
            }
            for row in rows {
                if row_tests.iter().all(|test| test.admits(row)) {
                    for table in &mut locals {
                        table.count(number, row, set, kind_of(row));
                    }
                }
            }
        }
        for (local, (_, groups)) in locals.into_iter().zip(tables) {
            local.flush(&sets, groups);
        }
    }

    pub(super) fn count_conversion(&mut self, lexicon: &Lexicon, conversion: &ConversionFact) {
        if !self.admits(lexicon, &conversion.click, Some(conversion)) {
            return;
        }
        let ConversionFact { currency, amount, commission, delay, .. } = *conversion;
        // What can't be told is no sale.
        let standing = lexicon.status_of(conversion.status).map_or(ConversionState::Rejected, ConversionStatus::state);
        let counted = Counted { standing, currency, amount, commission, delay };
        for (axes, groups) in &mut self.tables {
            if let Some(key) = key(axes, lexicon, &conversion.click, Some(conversion)) {
                let place = groups.place(key);
                groups.count_conversion(place, counted);
            }
        }
    }

    fn admits(&mut self, lexicon: &Lexicon, click: &ClickFact, conversion: Option<&ConversionFact>) -> bool {
        self.conditions.iter_mut().all(|condition| condition.admits(lexicon, click, conversion))
    }

    /// What was counted, table by table.
    pub(super) fn into_groups(self) -> Vec<Groups> {
        self.tables.into_iter().map(|(_, groups)| groups).collect()
    }
}

fn key(axes: &[Axis], lexicon: &Lexicon, click: &ClickFact, conversion: Option<&ConversionFact>) -> Option<GroupKey> {
    let mut codes = [0; 2];
    for (place, axis) in codes.iter_mut().zip(axes) {
        *place = axis.code(lexicon, click, conversion)?;
    }
    Some(GroupKey(codes[0], codes[1]))
}
