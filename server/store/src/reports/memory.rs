//! What was counted of days that are over: kept, so that whoever asks the same again waits only for what is new.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use domain::{Currency, Day};
use uuid::Uuid;

use super::{axis::ReportPlan, groups::Groups, lexicon::Lexicon, numbered::Numbered};
use crate::rollups::PackedDays;

/// How many rows are kept of all plans together: some 30 MB.
const MOST: usize = 100_000;

/// Of one plan.
const MOST_OF_ONE: usize = 20_000;

/// Counts of days that are over, by the plans that they were made for.
#[derive(Debug, Clone, Default)]
pub struct CountMemory {
    /// The one that was used last is the last.
    kept: Arc<Mutex<VecDeque<Kept>>>,
}

#[derive(Debug)]
struct Kept {
    plan: ReportPlan,
    grounds: Grounds,
    begun: Arc<Begun>,
}

/// What a count of days that are over follows from, besides its plan: where all of this is the same, so is the count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grounds {
    /// Until when days are over, and all of them packed as they are.
    pub(super) until: Day,
    /// How many clicks and conversions each of these days has. None ever goes away, and none changes.
    clicks: BTreeMap<i64, i64>,
    conversions: BTreeMap<i64, i64>,
    /// In which currencies each offer ever had a conversion: by them clicks are divided.
    paid_in: HashMap<Uuid, Vec<Currency>>,
}

/// A count that can be gone on with.
#[derive(Debug, Clone)]
pub(super) struct Begun {
    pub(super) lexicon: Lexicon,
    pub(super) numbered: Numbered,
    /// Of each of the plan's tables.
    pub(super) groups: Vec<Groups>,
}

impl Grounds {
    /// Where everything is packed until a day, and what is known of days is this.
    pub(super) fn new(packed_until: Day, days: &PackedDays, paid_in: HashMap<Uuid, Vec<Currency>>) -> Self {
        let wrong = days.wrong.clicks.iter().chain(&days.wrong.conversions).min();
        let until = wrong.map_or(packed_until, |wrong| packed_until.min(*wrong));
        let over = |of: &BTreeMap<i64, i64>| of.range(..until.number()).map(|(day, count)| (*day, *count)).collect();
        Self { until, clicks: over(&days.clicks), conversions: over(&days.conversions), paid_in }
    }

    /// A count that nothing was counted for yet.
    pub(super) fn begin(&self, plan: &ReportPlan) -> Begun {
        Begun {
            lexicon: Lexicon::new(self.paid_in.clone()),
            numbered: Numbered::default(),
            groups: plan.tables.iter().map(|_| Groups::new(plan.tells_times)).collect(),
        }
    }
}

impl CountMemory {
    /// What was counted for a plan, if it would be counted the same now.
    pub(super) fn find(&self, plan: &ReportPlan, grounds: &Grounds) -> Option<Begun> {
        let begun = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let place = kept.iter().position(|one| one.plan == *plan)?;
            let found = kept.remove(place).filter(|one| one.grounds == *grounds)?;
            let begun = Arc::clone(&found.begun);
            kept.push_back(found);
            begun
        };
        Some(Begun::clone(&begun))
    }

    /// Keeps what was counted, instead of what wasn't used for longest.
    pub(super) fn keep(&self, plan: &ReportPlan, grounds: Grounds, begun: &Begun) {
        if begun.size() > MOST_OF_ONE {
            return;
        }
        let one = Kept { plan: plan.clone(), grounds, begun: Arc::new(begun.clone()) };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|known| known.plan != one.plan);
        kept.push_back(one);
        let mut size: usize = kept.iter().map(|one| one.begun.size()).sum();
        while size > MOST {
            size -= kept.pop_front().map_or(size, |one| one.begun.size());
        }
    }
}

impl Begun {
    /// In rows. The smallest takes as much as some, for its plan and its links.
    fn size(&self) -> usize {
        100 + self.groups.iter().map(Groups::size).sum::<usize>()
    }
}
