//! Reports: who may ask for what, and what is counted for it.

use domain::{
    AppError, Day,
    report::{Metric, Report, ReportQuery, ZoneName},
};
use store::{
    Conn, Scope,
    reports::{Axis, CountMemory, CountedTable, ReportPlan, count, first_day},
};

use super::{
    assembly::assemble,
    header_classes::BuiltIn,
    selection::{check_conditions, check_dimension, wanted, zone_of},
    time::ReportTime,
};
use crate::{Service, Session};

/// What was counted for a report.
pub(super) struct Tables {
    pub(super) rows: CountedTable,
    pub(super) chart: CountedTable,
    /// The rows within rows.
    pub(super) within: Option<CountedTable>,
    /// The chart of each row.
    pub(super) lines: Option<CountedTable>,
}

/// What a report shows beside its rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// A page with its chart, where some rows are open.
    Page,
    /// All rows, each open.
    Whole,
}

impl Service {
    /// A page of a report: exact in the time zone that it asks for, or else in the reader's own. At most two are counted
    /// for one person at a time; dropping the future ends it.
    pub async fn report(&self, session: &Session, query: &ReportQuery, own: &ZoneName) -> Result<Report, AppError> {
        let _permit = self.report_permits.take(session.user_id()).await?;
        Ok(self.whole_report(session, query, own, Extent::Page).await?.into_page(query.page))
    }

    /// All of its rows, for whoever has a permit.
    pub(super) async fn whole_report(
        &self,
        session: &Session,
        query: &ReportQuery,
        own: &ZoneName,
        extent: Extent,
    ) -> Result<Report, AppError> {
        std::iter::once(query.by).chain(query.within).try_for_each(|by| check_dimension(session, "by", by))?;
        check_conditions(session, &query.selection)?;
        let (zone, found) = zone_of(&query.selection, own)?;
        let mut conn = self.db.snapshot().await?;
        let first = first_day(&mut conn, session.scope()).await?.map(Day::start);
        let time = ReportTime::of(query.period(), found, self.clock.now(), first)?;
        let conditions = query.selection.conditions.iter().map(|condition| condition.dimension);
        for dimension in std::iter::once(query.by).chain(query.within).chain(conditions) {
            time.check(dimension)?;
        }
        let scope = session.scope();
        let how = (extent, &self.counted);
        let tables = count_report(&mut conn, scope, query, &time, how).await?;
        let before = match query.comparison.map(|comparison| time.before(comparison)) {
            Some(time) => {
                let query = ReportQuery { within: None, lines: Vec::new(), ..query.clone() };
                let tables = count_report(&mut conn, scope, &query, &time, how).await?;
                Some((time, tables))
            }
            None => None,
        };
        assemble(&mut conn, scope, query, zone, (time, tables), before).await
    }
}

const TOO_MANY: &str = "tells too many rows apart; a shorter time or a filter makes them fewer";

async fn count_report(
    conn: &mut Conn,
    scope: Scope,
    query: &ReportQuery,
    time: &ReportTime,
    (extent, memory): (Extent, &CountMemory),
) -> Result<Tables, AppError> {
    let (by, chart) = (time.axis(query.by), time.chart_axis());
    let mut tables = vec![vec![by.clone()], vec![chart.clone()]];
    let within = query.within.filter(|_| extent == Extent::Whole || !query.open.is_empty());
    // What isn't shown isn't counted.
    let opened = if extent == Extent::Whole { by.clone() } else { by.only(&query.open) };
    tables.extend(within.map(|within| vec![opened, time.axis(within)]));
    // A part of the period is a point of each line and has none of its own.
    let has_lines = !query.lines.is_empty() && !query.by.is_time();
    tables.extend(has_lines.then(|| vec![by.only(&query.lines), chart]));
    let mut counted = count_tables(conn, scope, query, time, tables, memory).await?.into_iter();
    let mut next = || counted.next().unwrap_or_else(CountedTable::empty);
    let (rows, chart) = (next(), next());
    let within = within.map(|_| next());
    let lines = has_lines.then(next);
    Ok(Tables { rows, chart, within, lines })
}

/// Counts tables, each by at most two axes, of what a query is about in some days.
pub(super) async fn count_tables(
    conn: &mut Conn,
    scope: Scope,
    query: &ReportQuery,
    time: &ReportTime,
    tables: Vec<Vec<Axis>>,
    memory: &CountMemory,
) -> Result<Vec<CountedTable>, AppError> {
    let conditions = query.selection.conditions.iter().map(|condition| wanted(time, condition)).collect();
    let plan = ReportPlan {
        scope,
        quarters: time.quarters(),
        basis: query.selection.basis,
        conditions,
        tables,
        tells_times: query.asks_for(Metric::TimeToConvert),
    };
    count(conn, &plan, &BuiltIn, memory).await?.ok_or_else(|| AppError::field("by", TOO_MANY))
}
