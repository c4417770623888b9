//! Counting a segment by its columns: what an axis says of each distinct value is found out once, and rows are counted into
//! a small array.

use std::ops::Range;

use domain::report::Dimension;
use rustc_hash::FxHashMap;

use super::{
    axis::Axis,
    facts::ClickFact,
    groups::{GroupKey, Groups},
    lexicon::Lexicon,
};
use crate::rollups::FactKind;

/// Clicks of a segment, in the lexicon's codes.
#[derive(Debug)]
pub(super) struct SegmentFacts {
    pub(super) runs: Vec<SegmentRun>,
    pub(super) kinds: Vec<FactKind>,
    /// For each click the place of its kind among them.
    pub(super) kind_places: Vec<u16>,
    /// These only where the report is about them.
    pub(super) countries: Option<Columned>,
    pub(super) agents: Option<Columned>,
    pub(super) sites: Option<Columned>,
}

/// Clicks that follow each other and have the same link and the same quarter of an hour.
#[derive(Debug, Clone, Copy)]
pub(super) struct SegmentRun {
    pub(super) link: u32,
    pub(super) quarter: i64,
    pub(super) rows: usize,
    /// Whether the report is about them.
    pub(super) is_ours: bool,
}

/// A column.
#[derive(Debug)]
pub(super) struct Columned {
    /// The code of each distinct value.
    pub(super) codes: Vec<u32>,
    /// For each click the place of its value among them.
    pub(super) places: Vec<u16>,
}

impl Columned {
    fn places(&self) -> &[u16] {
        &self.places
    }
}

/// Where a dimension's values come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Run,
    Kind,
    Country,
    Agent,
    Site,
}

impl Source {
    pub(super) const fn of(dimension: Dimension) -> Self {
        match dimension {
            Dimension::ClickKind => Self::Kind,
            Dimension::Country => Self::Country,
            Dimension::Device | Dimension::OperatingSystem | Dimension::Browser => Self::Agent,
            Dimension::ReferringSite => Self::Site,
            Dimension::Hour
            | Dimension::Day
            | Dimension::Week
            | Dimension::Month
            | Dimension::HourOfDay
            | Dimension::Weekday
            | Dimension::Offer
            | Dimension::Partner
            | Dimension::Affiliate
            | Dimension::Link
            | Dimension::Status
            | Dimension::Currency => Self::Run,
        }
    }
}

const NOTHING: ClickFact = ClickFact { link: 0, quarter: 0, kind: FactKind::Again, country: 0, agent: 0, site: 0 };

impl SegmentFacts {
    /// What is known of each run, or of each distinct value of a column.
    pub(super) fn each(&self, source: Source) -> Vec<ClickFact> {
        let column = |column: &Option<Columned>, of: fn(u32) -> ClickFact| {
            column.iter().flat_map(|column| column.codes.iter().map(|code| of(*code))).collect()
        };
        match source {
            Source::Run => {
                let of = |run: &SegmentRun| ClickFact { link: run.link, quarter: run.quarter, ..NOTHING };
                self.runs.iter().map(of).collect()
            }
            Source::Kind => self.kinds.iter().map(|kind| ClickFact { kind: *kind, ..NOTHING }).collect(),
            Source::Country => column(&self.countries, |country| ClickFact { country, ..NOTHING }),
            Source::Agent => column(&self.agents, |agent| ClickFact { agent, ..NOTHING }),
            Source::Site => column(&self.sites, |site| ClickFact { site, ..NOTHING }),
        }
    }

    /// For each click the place of its value in a column; nothing where all of a run share it.
    pub(super) fn places(&self, source: Source) -> Option<&[u16]> {
        let places = Columned::places;
        match source {
            Source::Run => None,
            Source::Kind => Some(&self.kind_places),
            Source::Country => self.countries.as_ref().map(places),
            Source::Agent => self.agents.as_ref().map(places),
            Source::Site => self.sites.as_ref().map(places),
        }
    }
}

/// An axis within a segment.
struct LocalAxis<'s> {
    /// The axis' codes that occur.
    codes: Vec<u32>,
    /// For each run or distinct value the place of its code; nothing where it is in no row of the table.
    of_each: Vec<Option<u32>>,
    places: Option<&'s [u16]>,
}

impl<'s> LocalAxis<'s> {
    fn new(axis: &Axis, lexicon: &Lexicon, segment: &'s SegmentFacts) -> Self {
        let source = Source::of(axis.dimension());
        let (mut codes, mut known) = (Vec::new(), FxHashMap::default());
        let mut last = None;
        let each = segment.each(source);
        let of_each = each.iter().map(|fact| {
            let code = axis.code(lexicon, fact, None)?;
            if let Some((_, place)) = last.filter(|(before, _)| *before == code) {
                return Some(place);
            }
            let place = *known.entry(code).or_insert_with(|| {
                codes.push(code);
                u32::try_from(codes.len() - 1).unwrap_or(u32::MAX)
            });
            last = Some((code, place));
            Some(place)
        });
        let of_each = of_each.collect();
        Self { codes, of_each, places: segment.places(source) }
    }

    fn place(&self, run: usize, row: usize) -> Option<u32> {
        match self.places {
            None => self.of_each.get(run).copied().flatten(),
            Some(places) => self.of_each.get(usize::from(*places.get(row)?)).copied().flatten(),
        }
    }
}

/// A table within a segment: for each combination of codes, of sets of currencies, and of kinds, how many clicks.
pub(super) struct LocalTable<'s> {
    axes: Vec<LocalAxis<'s>>,
    sets: usize,
    cells: Cells,
}

/// Combinations at which an array is too much for those that occur.
const MOST_CELLS: usize = 1 << 20;

enum Cells {
    Dense(Vec<u32>),
    Sparse(FxHashMap<usize, u32>),
}

impl Cells {
    fn add(&mut self, cell: usize, clicks: u32) {
        match self {
            Self::Dense(cells) => cells[cell] += clicks,
            Self::Sparse(cells) => *cells.entry(cell).or_default() += clicks,
        }
    }

    fn counted(self) -> Vec<(usize, u32)> {
        match self {
            Self::Dense(cells) => cells.into_iter().enumerate().filter(|(_, clicks)| *clicks > 0).collect(),
            Self::Sparse(cells) => cells.into_iter().collect(),
        }
    }
}

impl<'s> LocalTable<'s> {
    /// Of a table's axes, in a segment whose links have so many sets of currencies.
    pub(super) fn new(axes: &[Axis], lexicon: &Lexicon, segment: &'s SegmentFacts, sets: usize) -> Self {
        let axes: Vec<_> = axes.iter().map(|axis| LocalAxis::new(axis, lexicon, segment)).collect();
        let size = axes.iter().fold(sets * FactKind::ALL.len(), |size, axis| size.saturating_mul(axis.codes.len()));
        let cells = if size <= MOST_CELLS { Cells::Dense(vec![0; size]) } else { Cells::Sparse(FxHashMap::default()) };
        Self { axes, sets, cells }
    }

    /// Whether all clicks of a run are in one row of it.
    pub(super) fn is_by_runs(&self) -> bool {
        self.axes.iter().all(|axis| axis.places.is_none())
    }

    /// Where a click is counted, but for its kind.
    fn cell(&self, run: usize, row: usize, set: usize) -> Option<usize> {
        let mut cell = 0_usize;
        for axis in &self.axes {
            cell = cell.checked_mul(axis.codes.len())?.checked_add(axis.place(run, row)? as usize)?;
        }
        cell.checked_mul(self.sets)?.checked_add(set)?.checked_mul(FactKind::ALL.len())
    }

    pub(super) fn count(&mut self, run: usize, row: usize, set: usize, kind: FactKind) {
        if let Some(cell) = self.cell(run, row, set) {
            self.cells.add(cell + kind as usize, 1);
        }
    }

    /// Counts all clicks of a run, where they are in one row.
    pub(super) fn count_run(&mut self, run: usize, row: usize, set: usize, kinds: [u32; FactKind::ALL.len()]) {
        if let Some(cell) = self.cell(run, row, set) {
            for (kind, clicks) in kinds.into_iter().enumerate().filter(|(_, clicks)| *clicks > 0) {
                self.cells.add(cell + kind, clicks);
            }
        }
    }

    /// Adds what was counted to the rows of the whole table. `sets` are the sets of currencies by their places here.
    pub(super) fn flush(self, sets: &[u32], groups: &mut Groups) {
        let Self { axes, sets: count, cells } = self;
        for (cell, clicks) in cells.counted() {
            let (rest, kind) = (cell / FactKind::ALL.len(), cell % FactKind::ALL.len());
            let (mut rest, set) = (rest / count, rest % count);
            let mut codes = [0; 2];
            for (place, axis) in codes.iter_mut().zip(&axes).rev() {
                (*place, rest) = (axis.codes[rest % axis.codes.len()], rest / axis.codes.len());
            }
            let place = groups.place(GroupKey(codes[0], codes[1]));
            groups.count_clicks(place, FactKind::ALL[kind], sets[set], i64::from(clicks));
        }
    }
}

/// The clicks of each run.
pub(super) fn rows_of(runs: &[SegmentRun]) -> impl Iterator<Item = (usize, SegmentRun, Range<usize>)> + '_ {
    let mut next = 0;
    runs.iter().enumerate().map(move |(number, run)| {
        let rows = next..next + run.rows;
        next = rows.end;
        (number, *run, rows)
    })
}
