//! Tables of plain values, for files.

mod clicks;
mod conversions;
mod lists;

use domain::{AppError, Cursor, Place, Timestamp};
use futures::{stream, stream::BoxStream};
use jiff::tz::TimeZone;

use crate::reports::{ReportPermit, ReportPermits};

/// One value of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportCell {
    /// What people or shops wrote, or a word of ours.
    Text(String),
    /// A plain decimal.
    Number(String),
    /// Nothing to say.
    Empty,
}

/// A row, with a cell for every column.
pub type ExportRow = Vec<ExportCell>;

/// A table to be written to a file.
pub struct Export {
    /// What the file is called, without its ending.
    pub name: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows, some at a time: however many there are, few are in memory.
    pub rows: BoxStream<'static, Result<Vec<ExportRow>, AppError>>,
}

/// Rows that are read and written together.
pub(crate) const BATCH: usize = 2_000;
/// The same, as databases count.
const BATCH_ROWS: i64 = 2_000;

/// Batch after batch, each read from where the one before has ended; an empty one is the end.
fn batches<S, F>(
    first: S,
    next: impl FnMut(S) -> F + Send + 'static,
) -> BoxStream<'static, Result<Vec<ExportRow>, AppError>>
where
    S: Send + 'static,
    F: Future<Output = Result<Option<(Vec<ExportRow>, S)>, AppError>> + Send + 'static,
{
    Box::pin(stream::try_unfold(first, next))
}

/// A list that is read from place to place, each batch in its turn among those who read much.
fn placed<T, F>(
    permits: ReportPermits,
    permit: ReportPermit,
    read: impl Fn(Place) -> F + Send + 'static,
    place_of: impl Fn(&T) -> Cursor + Clone + Send + 'static,
    row: impl Fn(T) -> ExportRow + Clone + Send + 'static,
) -> BoxStream<'static, Result<Vec<ExportRow>, AppError>>
where
    T: Send + 'static,
    F: Future<Output = Result<Vec<T>, AppError>> + Send + 'static,
{
    batches(Some(Place::First), move |place: Option<Place>| {
        let _running = &permit;
        let (permits, reading, place_of, row) = (permits.clone(), place.map(&read), place_of.clone(), row.clone());
        async move {
            let Some(reading) = reading else { return Ok(None) };
            let _turn = permits.place().await?;
            let rows = reading.await?;
            let is_last = rows.len() < BATCH;
            let next = rows.last().filter(|_| !is_last).map(place_of);
            Ok(Some((rows.into_iter().map(row).collect(), next.map(Place::After))))
        }
    })
}

fn text(text: impl Into<String>) -> ExportCell {
    let text = text.into();
    if text.is_empty() { ExportCell::Empty } else { ExportCell::Text(text) }
}

fn optional(value: Option<impl ToString>) -> ExportCell {
    value.map_or(ExportCell::Empty, |value| ExportCell::Text(value.to_string()))
}

/// `2026-11-30T18:20:05.123+01:00`: a moment with the offset of a zone.
fn moment(at: Timestamp, zone: &TimeZone) -> ExportCell {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default().to_zoned_datetime(zone.clone());
    ExportCell::Text(at.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string())
}

fn columns(names: &str) -> Vec<String> {
    names.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_the_offset_of_its_zone() {
        let at = Timestamp::from_millis(1_764_523_205_023);
        let of = |zone: &str| moment(at, &TimeZone::get(zone).unwrap());
        let wanted = |text: &str| ExportCell::Text(text.to_owned());
        assert_eq!(of("UTC"), wanted("2025-11-30T17:20:05.023+00:00"));
        assert_eq!(of("Asia/Kathmandu"), wanted("2025-11-30T23:05:05.023+05:45"));
    }
}
