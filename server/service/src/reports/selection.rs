//! Which clicks and conversions somebody means: those that reports count, and lists show.

use std::ops::Range;

use domain::{
    AppError, Day, Page, Role, Timestamp,
    report::{Condition, Dimension, Period, Selection, ZoneName},
};
use jiff::tz::TimeZone;
use store::{
    Conn, Picked,
    reports::{Wanted, first_day},
};

use tokio::sync::OwnedSemaphorePermit;

use super::{
    assembly::names_of_conditions,
    time::{ReportTime, find_zone},
};
use crate::{Service, Session};

/// A page of clicks or conversions, and what was asked of it in words.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// The page.
    pub page: Page<T>,
    /// What the keys of conditions are called, where they are called something.
    pub condition_names: Vec<(String, String)>,
    /// In which zone its days are.
    pub zone: ZoneName,
}

/// A selection, made ready for the store.
pub(crate) struct Selected {
    pub(crate) picked: Picked,
    pub(crate) zone: ZoneName,
    pub(crate) clock: TimeZone,
    pub(crate) condition_names: Vec<(String, String)>,
}

impl Selected {
    /// With a page of it.
    pub(crate) fn with<T>(self, page: Page<T>) -> Listed<T> {
        Listed { page, condition_names: self.condition_names, zone: self.zone }
    }
}

impl Service {
    /// A turn among those who read much, if rows have to be looked for: that may take long, and others want to read, too.
    pub(crate) async fn turn_for(&self, selection: &Selection) -> Result<Option<OwnedSemaphorePermit>, AppError> {
        if selection.conditions.is_empty() { Ok(None) } else { self.report_permits.place().await.map(Some) }
    }

    /// What a list is asked for. Without a period it is about all time.
    pub(crate) async fn select(
        &self,
        conn: &mut Conn,
        session: &Session,
        selection: &Selection,
        own: &ZoneName,
    ) -> Result<Selected, AppError> {
        check_conditions(session, selection)?;
        let (zone, clock) = zone_of(selection, own)?;
        let asks_for_times = selection.conditions.iter().any(|condition| condition.dimension.is_time());
        let period = selection.period.or(asks_for_times.then_some(Period::All));
        let time = match period {
            None => None,
            Some(period) => {
                let first = first_day(conn, session.scope()).await?.map(Day::start);
                let time = ReportTime::of(period, clock.clone(), self.clock.now(), first)?;
                selection.conditions.iter().try_for_each(|condition| time.check(condition.dimension))?;
                Some(time)
            }
        };
        // Of no dimension of time, any day does.
        let days = match &time {
            Some(time) => time.clone(),
            None => ReportTime::of(Period::Today, clock.clone(), Timestamp::from_millis(0), None)?,
        };
        let conditions = selection.conditions.iter().map(|condition| wanted(&days, condition)).collect();
        let quarters = time.map(|time| narrowed(&time, selection));
        let picked = Picked { quarters, basis: selection.basis, conditions };
        let condition_names = names_of_conditions(conn, session.scope(), selection).await?;
        Ok(Selected { picked, zone, clock, condition_names })
    }
}

/// The quarters of a period that can be meant at all: days, weeks, months and hours that are wanted are few of many.
fn narrowed(time: &ReportTime, selection: &Selection) -> Range<i64> {
    let mut quarters = time.quarters();
    for condition in selection.conditions.iter().filter(|condition| !condition.is_excluded) {
        if !matches!(condition.dimension, Dimension::Hour | Dimension::Day | Dimension::Week | Dimension::Month) {
            continue;
        }
        let axis = time.axis(condition.dimension);
        let Some(buckets) = axis.buckets() else { continue };
        let is_wanted = |quarter: &i64| {
            let key = buckets.place(*quarter).and_then(|place| buckets.keys().get(place as usize));
            key.is_some_and(|key| condition.keys.contains(key))
        };
        let first = quarters.clone().find(is_wanted);
        let last = quarters.clone().rev().find(is_wanted);
        quarters = first.zip(last).map_or(quarters.start..quarters.start, |(first, last)| first..last + 1);
    }
    quarters
}

/// The zone that is asked for, or else the reader's own.
pub(crate) fn zone_of(selection: &Selection, own: &ZoneName) -> Result<(ZoneName, TimeZone), AppError> {
    let zone = selection.zone.as_ref().unwrap_or(own).clone();
    match find_zone(&zone) {
        Ok(found) => Ok((zone, found)),
        // Only a zone that was asked for is refused: of a browser's own nobody would know how to get rid.
        Err(_) if selection.zone.is_none() => Ok((ZoneName::default(), TimeZone::UTC)),
        Err(refusal) => Err(refusal),
    }
}

pub(super) fn wanted(time: &ReportTime, condition: &Condition) -> Wanted {
    let Condition { dimension, keys, is_excluded } = condition;
    Wanted { axis: time.axis(*dimension), keys: keys.iter().cloned().collect(), is_excluded: *is_excluded }
}

/// What others are called is not everybody's to see.
pub(super) fn check_conditions(session: &Session, selection: &Selection) -> Result<(), AppError> {
    selection.conditions.iter().try_for_each(|condition| {
        let how = if condition.is_excluded { "x" } else { "f" };
        check_dimension(session, &format!("{how}.{}", condition.dimension.as_str()), condition.dimension)
    })
}

/// The same of one dimension, in a field of the address.
pub(super) fn check_dimension(session: &Session, field: &str, dimension: Dimension) -> Result<(), AppError> {
    let role = match session {
        Session::Partner(_) => Role::Partner,
        Session::Affiliate(_) => Role::Affiliate,
        Session::Admin(_) => Role::Admin,
    };
    if dimension.is_for(role) {
        return Ok(());
    }
    let allowed: Vec<_> = Dimension::ALL.into_iter().filter(|one| one.is_for(role)).map(Dimension::as_str).collect();
    let message = format!("can't be “{}” here; what there is: {}", dimension.as_str(), allowed.join(", "));
    Err(AppError::field(field, message))
}
