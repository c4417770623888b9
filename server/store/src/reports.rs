//! Numbers: counted from the segments of what is packed, and the rows behind.

mod axis;
mod codes;
mod count;
mod counter;
mod facts;
mod groups;
mod lexicon;
mod link_totals;
mod memory;
mod names;
mod numbered;
mod rows;
mod saved;
mod segment_counter;
mod segments;

pub(crate) use self::rows::MARGIN_MILLIS;
pub use self::{
    axis::{Axis, ReportPlan, Wanted},
    count::{CountedRow, CountedTable, count},
    facts::HeaderClasses,
    link_totals::conversions_of_link,
    memory::CountMemory,
    names::{first_day, names_of},
    saved::{
        choose_saved_report, delete_saved_report, delete_saved_reports_of, find_saved_report, list_saved_reports,
        save_report,
    },
};
