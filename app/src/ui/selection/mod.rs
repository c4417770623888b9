//! Which clicks and conversions are meant: the range, and conditions as chips. The same for reports and lists.

mod chips;
mod period_fields;
mod words;

pub(crate) use self::{
    chips::{Chip, Chips, condition_text},
    period_fields::PeriodFields,
    words::{capitalised, day_name, dimension_name, key_name, period_name},
};
