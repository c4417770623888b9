//! Segments: clicks of a stretch of time as columns. A report reads the columns that it is about, and of ten million
//! clicks that is some 30 MB.

use domain::ClickKind;
use uuid::Uuid;

use super::column::{Column, Damaged, MOST_ROWS, pack, read_number, unpack, write_number};

/// A link, and all that it belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LinkIds {
    pub(crate) partner: Uuid,
    pub(crate) affiliate: Uuid,
    pub(crate) offer: Uuid,
    pub(crate) link: Uuid,
}

/// What reports know of a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClickFacts {
    /// The place of its link in a list of links, which are in order.
    pub(crate) link: u32,
    /// The quarter of an hour in which it was made, counted from 1970 UTC.
    pub(crate) quarter: i64,
    /// What made it.
    pub(crate) kind: FactKind,
    /// The visitor's country, as `clicks` has it; 0 where it isn't known.
    pub(crate) country: u32,
    /// The number of its agent's class.
    pub(crate) agent: u32,
    /// The number of the site that it came from.
    pub(crate) site: u32,
}

/// What made a click, and whether somebody new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FactKind {
    /// A person who had not been on this link for 24 hours.
    Unique,
    /// A person who had, or of whom that isn't known yet.
    Again,
    /// A program.
    Bot,
    /// A browser, ahead of a visit.
    Prefetch,
}

impl FactKind {
    /// All, by their codes.
    pub(crate) const ALL: [Self; 4] = [Self::Unique, Self::Again, Self::Bot, Self::Prefetch];

    /// Reads a stored code.
    pub(crate) fn from_code(code: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(code).ok()?).copied()
    }

    /// What made it.
    pub(crate) const fn click_kind(self) -> ClickKind {
        match self {
            Self::Unique | Self::Again => ClickKind::Human,
            Self::Bot => ClickKind::Bot,
            Self::Prefetch => ClickKind::Prefetch,
        }
    }

    /// Of a click of which nobody has told yet whether its visitor was new.
    pub(crate) const fn of(kind: ClickKind) -> Self {
        match kind {
            ClickKind::Human => Self::Again,
            ClickKind::Bot => Self::Bot,
            ClickKind::Prefetch => Self::Prefetch,
        }
    }
}

/// The columns, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClickColumns {
    pub(crate) clicks: usize,
    /// Links and times.
    pub(crate) runs: Vec<u8>,
    pub(crate) kinds: Vec<u8>,
    pub(crate) countries: Vec<u8>,
    pub(crate) agents: Vec<u8>,
    pub(crate) sites: Vec<u8>,
}

/// Rows that follow each other and have the same link and the same quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) ids: LinkIds,
    pub(crate) quarter: i64,
    pub(crate) rows: usize,
}

/// Links in their order, each once: facts name them by their places.
#[derive(Debug, Default)]
pub(crate) struct LinkList(Vec<LinkIds>);

impl LinkList {
    pub(crate) fn new(mut links: Vec<LinkIds>) -> Self {
        links.sort_unstable();
        links.dedup();
        Self(links)
    }

    /// The place of a link that is in the list.
    pub(crate) fn place(&self, link: &LinkIds) -> u32 {
        u32::try_from(self.0.binary_search(link).unwrap_or_default()).unwrap_or(u32::MAX)
    }

    /// The link at a place.
    pub(crate) fn get(&self, place: u32) -> LinkIds {
        self.0.get(place as usize).copied().unwrap_or_default()
    }
}

/// Writes some clicks, in the order in which they take least room. As many segments as it takes.
pub(crate) fn pack_clicks(links: &LinkList, clicks: &mut [ClickFacts]) -> Vec<ClickColumns> {
    clicks.sort_unstable();
    let column = |part: &[ClickFacts], of: fn(&ClickFacts) -> u32| pack(&part.iter().map(of).collect::<Vec<_>>());
    let parts = clicks.chunks(MOST_ROWS).map(|part| ClickColumns {
        clicks: part.len(),
        runs: pack_runs(part.iter().map(|click| (links.get(click.link), click.quarter))),
        kinds: column(part, |click| click.kind as u32),
        countries: column(part, |click| click.country),
        agents: column(part, |click| click.agent),
        sites: column(part, |click| click.site),
    });
    parts.collect()
}

/// Reads them again; all of their links are in the list.
pub(crate) fn unpack_clicks(links: &LinkList, columns: &ClickColumns) -> Result<Vec<ClickFacts>, Damaged> {
    let runs = unpack_runs(&columns.runs, columns.clicks)?;
    let column = |bytes: &[u8]| unpack(bytes, columns.clicks);
    let (kinds, countries) = (column(&columns.kinds)?, column(&columns.countries)?);
    let (agents, sites) = (column(&columns.agents)?, column(&columns.sites)?);
    let at = |column: &Column, row: usize| column.distinct[usize::from(column.places[row])];
    let mut clicks = Vec::with_capacity(columns.clicks);
    for Run { ids, quarter, rows } in runs {
        let link = links.place(&ids);
        for row in clicks.len()..clicks.len() + rows {
            let kind = FactKind::from_code(at(&kinds, row)).ok_or(Damaged)?;
            let (country, agent, site) = (at(&countries, row), at(&agents, row), at(&sites, row));
            clicks.push(ClickFacts { link, quarter, kind, country, agent, site });
        }
    }
    Ok(clicks)
}

/// For each link the ids, and how many runs it has; for each run the quarters since the one before, and how many rows.
pub(super) fn pack_runs(rows: impl Iterator<Item = (LinkIds, i64)>) -> Vec<u8> {
    let rows: Vec<_> = rows.collect();
    let mut bytes = Vec::new();
    for of_link in rows.chunk_by(|one, next| one.0 == next.0) {
        let LinkIds { partner, affiliate, offer, link } = of_link[0].0;
        for id in [partner, affiliate, offer, link] {
            bytes.extend_from_slice(id.as_bytes());
        }
        let runs: Vec<_> = of_link.chunk_by(|one, next| one.1 == next.1).collect();
        write_number(&mut bytes, runs.len() as u64);
        let mut last = 0;
        for run in runs {
            // They rise, and none is before 1970.
            write_number(&mut bytes, (run[0].1 - last).unsigned_abs());
            write_number(&mut bytes, run.len() as u64);
            last = run[0].1;
        }
    }
    bytes
}

/// Reads the runs of so many rows.
pub(crate) fn unpack_runs(bytes: &[u8], rows: usize) -> Result<Vec<Run>, Damaged> {
    let mut runs = Vec::new();
    let (mut rest, mut left) = (bytes, rows);
    while !rest.is_empty() {
        let mut id = || {
            let (id, behind) = rest.split_first_chunk().ok_or(Damaged)?;
            rest = behind;
            Ok(Uuid::from_bytes(*id))
        };
        let ids = LinkIds { partner: id()?, affiliate: id()?, offer: id()?, link: id()? };
        let mut quarter = 0_i64;
        for _ in 0..read_number(&mut rest)? {
            let step = i64::try_from(read_number(&mut rest)?).map_err(|_| Damaged)?;
            quarter = quarter.checked_add(step).ok_or(Damaged)?;
            let rows = usize::try_from(read_number(&mut rest)?).map_err(|_| Damaged)?;
            left = left.checked_sub(rows).filter(|_| rows > 0).ok_or(Damaged)?;
            runs.push(Run { ids, quarter, rows });
        }
    }
    if left > 0 { Err(Damaged) } else { Ok(runs) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Links in the order of their numbers.
    fn links() -> LinkList {
        let ids = |number: u128| {
            let [partner, affiliate, offer, link] = [number / 3, number / 2, number / 2, number].map(Uuid::from_u128);
            LinkIds { partner, affiliate, offer, link }
        };
        LinkList::new((0..6).map(ids).collect())
    }

    fn facts() -> impl Strategy<Value = ClickFacts> {
        let kinds = proptest::sample::select(FactKind::ALL.to_vec());
        (0_u32..6, 0_i64..96, kinds, 0_u32..300, 0_u32..40, 0_u32..100_000).prop_map(
            |(link, quarter, kind, country, agent, site)| ClickFacts {
                link,
                quarter: 2_000_000 + quarter,
                kind,
                country,
                agent,
                site,
            },
        )
    }

    proptest! {
        #[test]
        fn clicks_come_back_whatever_their_order_was(clicks in proptest::collection::vec(facts(), 1..400)) {
            let mut sorted = clicks;
            let packed = pack_clicks(&links(), &mut sorted);
            prop_assert_eq!(packed.len(), 1);
            prop_assert_eq!(unpack_clicks(&links(), &packed[0]).unwrap(), sorted);
        }

        #[test]
        fn damaged_runs_are_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..150), rows in 0_usize..9) {
            let _ = unpack_runs(&bytes, rows);
        }
    }

    #[test]
    fn a_click_takes_few_bytes() {
        // As a busy link's day: 20 countries, 30 agents, 50 sites, three or four clicks a quarter.
        let clicks = (0..333_u32).map(|number| ClickFacts {
            link: 3,
            quarter: 2_000_000 + i64::from(number % 96),
            kind: FactKind::ALL[(number % 4) as usize],
            country: 500 + number % 20,
            agent: number % 30,
            site: 7 * (number % 50),
        });
        let packed = pack_clicks(&links(), &mut clicks.collect::<Vec<_>>());
        let ClickColumns { runs, kinds, countries, agents, sites, .. } = &packed[0];
        let bytes: usize = [runs, kinds, countries, agents, sites].iter().map(|column| column.len()).sum();
        assert!(bytes < 4 * 333, "{bytes}");
    }

    #[test]
    fn more_clicks_than_a_segment_holds_are_several() {
        let click = ClickFacts { link: 1, quarter: 5, kind: FactKind::Bot, country: 0, agent: 0, site: 0 };
        let packed = pack_clicks(&links(), &mut vec![click; MOST_ROWS + 1]);
        assert_eq!(packed.iter().map(|columns| columns.clicks).collect::<Vec<_>>(), [MOST_ROWS, 1]);
    }
}
