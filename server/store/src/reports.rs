//! Numbers: those of the first screens, read from counters, and those of reports: counted from the segments of what is
//! packed, and the rows behind.

mod axis;
mod codes;
mod count;
mod counter;
mod facts;
mod groups;
mod lexicon;
mod names;
mod numbered;
mod overview;
mod rows;
mod segment_counter;
mod segments;

pub(crate) use self::rows::MARGIN_MILLIS;
pub use self::{
    axis::{Axis, ReportPlan, Wanted},
    count::{CountedRow, CountedTable, count},
    facts::HeaderClasses,
    names::{first_day, names_of},
    overview::{conversions_of_link, read_overview},
};
