//! Reports: what is counted, by what it is told apart, and what can be asked.

mod address;
mod buckets;
mod dimension;
mod earnings;
mod metric;
mod numbers;
mod overview;
mod period;
mod query;
mod saved;
mod selection;
mod table;

pub use self::{
    buckets::{Buckets, QUARTER_MILLIS, quarters},
    dimension::Dimension,
    earnings::Earnings,
    metric::{Metric, Value},
    numbers::{Money, Numbers, per_mille},
    overview::{BEST_ROWS, Best, Overview},
    period::{CivilDay, InvalidDay, InvalidZoneName, Period, ZoneName},
    query::{Basis, Comparison, Condition, ReportQuery, Sort, SortKey},
    saved::{ReportName, ReportPlace, SavedReport},
    selection::Selection,
    table::{ROWS_OF_A_REPORT, Report, ReportRow, Series, SeriesLine, arrange},
};
