//! Reports: what is counted, by what it is told apart, and what can be asked.

mod address;
mod buckets;
mod dimension;
mod metric;
mod numbers;
mod overview;
mod period;
mod query;
mod selection;
mod table;

pub use self::{
    buckets::{Buckets, QUARTER_MILLIS, quarters},
    dimension::Dimension,
    metric::{Metric, Value},
    numbers::{Money, Numbers, per_mille},
    overview::{BestAffiliate, DayPoint, Earnings, Overview},
    period::{CivilDay, InvalidDay, InvalidZoneName, Period, ZoneName},
    query::{Basis, Comparison, Condition, ReportQuery, Sort, SortKey},
    selection::Selection,
    table::{ROWS_OF_A_REPORT, Report, ReportRow, Series, SeriesLine, arrange},
};
