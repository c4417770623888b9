//! What reports count, packed: see `migrations/sqlite/0014_report_segments.sql`.
//!
//! A worker packs what is a few seconds old into segments of everybody's clicks, one for each step, later those of an hour
//! into one, and those of a day into one for each partner. Until when everything is packed is moved in the transaction that
//! packs, so that each click is in one segment or behind that moment, whoever dies when.

mod check;
mod column;
mod compaction;
mod conversion_segment;
mod conversions;
mod known;
mod packing;
mod raw_clicks;
mod segment;
mod visitors;
mod words;

pub(crate) use self::{
    check::{PackedDays, check_days, count_wrong_click_segments, count_wrong_conversion_segments},
    column::{Column, unpack},
    compaction::damaged,
    conversion_segment::{ConversionFacts, unpack_conversions},
    conversions::{CONVERSION_SEGMENT_COLUMNS, ConversionSegmentRow},
    segment::{FactKind, LinkIds, unpack_runs},
};
pub use self::{
    check::{WrongDays, find_wrong_days, packed_days, repack_clicks},
    compaction::compact_segments,
    conversions::{pack_next_conversions, repack_conversions},
    packing::{PackerMemory, Stretch, next_stretch, pack_clicks_of},
    visitors::{VisitorKeys, forget_visitor_keys, forget_visitors, insert_visitor_key, read_visitor_keys},
};
