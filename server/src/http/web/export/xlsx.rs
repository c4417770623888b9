//! Tables as workbooks, for those who want to go on in a spreadsheet.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use domain::AppError;
use futures::TryStreamExt as _;
use rust_xlsxwriter::{Format as CellFormat, Workbook, Worksheet, XlsxError};
use service::{Export, ExportCell, ExportRow};
use tokio::sync::mpsc;

use super::{Format, head_of};

/// Rows that a workbook holds at most: it is written as a whole before it is sent. CSV files have no such limit.
const MOST_ROWS: usize = 100_000;

/// Batches that wait to be written.
const WAITING: usize = 4;

/// Digits that a spreadsheet's numbers can hold.
const EXACT_DIGITS: usize = 15;

/// The whole file, written outside of the threads that answer. Rows go through a temporary file, so that few are in memory.
pub(super) async fn response(export: Export) -> Result<Response, AppError> {
    let Export { name, columns, mut rows } = export;
    let (sender, receiver) = mpsc::channel(WAITING);
    let writing = tokio::task::spawn_blocking(move || write(&columns, receiver));
    let mut count = 0;
    while let Some(batch) = rows.try_next().await? {
        count += batch.len();
        if count > MOST_ROWS {
            let message = format!("are more than {MOST_ROWS}; the CSV file has no limit, and filters make them fewer");
            return Err(AppError::field("rows", message));
        }
        // It has failed where nobody receives; what it says then is told below.
        if sender.send(batch).await.is_err() {
            break;
        }
    }
    drop(sender);
    let bytes = match writing.await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => {
            tracing::error!(%error, "a workbook could not be written");
            return Err(AppError::Unavailable);
        }
        Err(_) => return Err(AppError::Unavailable),
    };
    Ok((head_of(&name, Format::Xlsx), Body::from(bytes)).into_response())
}

fn write(columns: &[String], mut batches: mpsc::Receiver<Vec<ExportRow>>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    let heading = CellFormat::new().set_bold();
    sheet.set_freeze_panes(1, 0)?;
    for (column, name) in (0..).zip(columns) {
        // As wide as most of what stands there: ids and times are long, numbers are not.
        let width = if name.ends_with("_id") || name.ends_with("time") { 32 } else { 16 };
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, name, &heading)?;
    }
    let mut number = 0;
    while let Some(batch) = batches.blocking_recv() {
        for row in batch {
            number += 1;
            for (column, cell) in (0..).zip(&row) {
                write_cell(sheet, number, column, cell)?;
            }
        }
    }
    book.save_to_buffer()
}

/// A text stays one whatever it begins with: nothing in a workbook is a formula that isn't written as one.
fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &ExportCell) -> Result<(), XlsxError> {
    /// The most characters that a cell holds.
    const LONGEST: usize = 32_767;
    match cell {
        ExportCell::Empty => {}
        ExportCell::Text(text) => {
            let fitting: String = text.chars().take(LONGEST).collect();
            sheet.write_string(row, column, fitting)?;
        }
        ExportCell::Number(text) => {
            let is_exact = text.bytes().filter(u8::is_ascii_digit).count() <= EXACT_DIGITS;
            match text.parse::<f64>().ok().filter(|_| is_exact) {
                Some(number) => sheet.write_number(row, column, number)?,
                None => sheet.write_string(row, column, text)?,
            };
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use futures::{StreamExt as _, stream};

    use super::*;

    fn text(text: &str) -> ExportCell {
        ExportCell::Text(text.to_owned())
    }

    fn export(batches: usize, batch: &[ExportRow]) -> Export {
        let rows = stream::iter(vec![Ok(batch.to_vec()); batches]).boxed();
        Export { name: "report".to_owned(), columns: vec!["offer_id".to_owned(), "amount_USD".to_owned()], rows }
    }

    /// The sheet of a workbook, as XML.
    async fn sheet(file: Response) -> String {
        let bytes = axum::body::to_bytes(file.into_body(), usize::MAX).await.unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut xml).unwrap();
        xml
    }

    #[tokio::test]
    async fn a_workbook_holds_texts_as_texts_and_numbers_as_numbers() {
        let rows = vec![
            vec![text("=1+1"), ExportCell::Number("-12.50".to_owned())],
            vec![text("Ä<b>"), ExportCell::Number("12345678901234.567891".to_owned())],
            vec![ExportCell::Empty, ExportCell::Number("0".to_owned())],
        ];
        let xml = sheet(response(export(1, &rows)).await.unwrap()).await;
        for wanted in [
            "<t>offer_id</t>",
            "<t>=1+1</t>",
            "<v>-12.5</v>",
            "<t>Ä&lt;b&gt;</t>",
            "<t>12345678901234.567891</t>",
            "<v>0</v>",
        ] {
            assert!(xml.contains(wanted), "{wanted}: {xml}");
        }
        assert!(!xml.contains("<f>"), "no cell is a formula");
    }

    #[tokio::test]
    async fn a_workbook_has_an_end_and_says_what_has_none() {
        let batch = vec![vec![text("a"), text("b")]; 1_000];
        let whole = response(export(100, &batch)).await.unwrap();
        assert!(sheet(whole).await.contains("<row r=\"100001\""), "the head and all rows");
        let refused = response(export(101, &batch)).await.unwrap_err();
        assert_eq!(refused.http_status(), 422);
        assert!(matches!(refused, AppError::Invalid { fields } if fields[0].message.contains("CSV")));
    }
}
