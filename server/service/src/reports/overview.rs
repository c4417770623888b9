//! First screens: the numbers of a period, of what somebody may see, and who brought the most.

use domain::{
    AppError, Day,
    report::{Best, Dimension, Overview, ReportQuery, ZoneName},
};
use store::reports::{CountedTable, first_day};

use super::{
    assembly::{best_rows, chart_report},
    report::count_tables,
    selection::zone_of,
    time::ReportTime,
};
use crate::{Service, Session};

impl Service {
    /// The numbers of the period that is asked for, held against those of another; see [`ReportQuery::of_overview`].
    pub async fn overview(&self, session: &Session, query: &ReportQuery, own: &ZoneName) -> Result<Overview, AppError> {
        let query = query.clone().of_overview();
        let _turn = self.report_permits.turn().await?;
        let (zone, clock) = zone_of(&query.selection, own)?;
        let (scope, mut conn) = (session.scope(), self.db.snapshot().await?);
        let first = first_day(&mut conn, scope).await?;
        let time = ReportTime::of(query.period(), clock, self.clock.now(), first.map(Day::start))?;
        let axes: Vec<_> = best_of(session).iter().map(|dimension| time.axis(*dimension)).collect();
        let mut tables = vec![vec![time.chart_axis()]];
        tables.extend(axes.iter().map(|axis| vec![axis.clone()]));
        let mut counted = count_tables(&mut conn, scope, &query, &time, tables, &self.counted).await?.into_iter();
        let chart = counted.next().unwrap_or_else(CountedTable::empty);
        let before = match query.comparison.map(|comparison| time.before(comparison)) {
            Some(time) => {
                let tables = vec![vec![time.chart_axis()]];
                let counted = count_tables(&mut conn, scope, &query, &time, tables, &self.counted).await?;
                Some((time, counted.into_iter().next().unwrap_or_else(CountedTable::empty)))
            }
            None => None,
        };
        let report = chart_report(zone, (&time, &chart), before.as_ref());
        let (metric, currency) = (query.chart.ranking(), report.currencies.first());
        let mut best = Vec::new();
        for (axis, table) in axes.iter().zip(counted) {
            let rows = best_rows(&mut conn, scope, axis, &table, (metric, currency)).await?;
            best.push(Best { dimension: axis.dimension(), rows });
        }
        Ok(Overview { report, best, has_history: first.is_some() })
    }
}

/// What a reader wants to know first about where clicks and sales come from.
const fn best_of(session: &Session) -> &'static [Dimension] {
    match session {
        Session::Affiliate(_) => &[Dimension::Offer, Dimension::Country, Dimension::ReferringSite],
        Session::Partner(_) | Session::Admin(_) => {
            &[Dimension::Affiliate, Dimension::Offer, Dimension::Country, Dimension::ReferringSite]
        }
    }
}
