//! Tables as CSV (RFC 4180).

use std::error::Error;

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse as _, Response},
};
use domain::AppError;
use futures::{StreamExt as _, stream};
use service::{Export, ExportCell, ExportRow};

use super::{Format, head_of};

/// What programs of Microsoft's need to see that a file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Written as it is read. Where a row can't be read or written the connection ends in the middle of a chunk, and no half file
/// passes for a whole one.
pub(super) fn response(export: Export, has_mark: bool) -> Response {
    let Export { name, columns, rows } = export;
    let head = vec![columns.into_iter().map(ExportCell::Text).collect::<Vec<_>>()];
    let mark = stream::iter(has_mark.then(|| Ok(Bytes::from_static(BYTE_ORDER_MARK))));
    let rows = stream::once(async { Ok::<_, AppError>(head) }).chain(rows).map(|batch| written(&batch?));
    let body = mark.chain(rows);
    (head_of(&name, Format::Csv), Body::from_stream(body)).into_response()
}

/// Rows as bytes.
fn written(rows: &[ExportRow]) -> Result<Bytes, Box<dyn Error + Send + Sync>> {
    let mut bytes = Vec::new();
    rows.iter().try_for_each(|row| write_row(&mut bytes, row))?;
    Ok(Bytes::from(bytes))
}

fn write_row(bytes: &mut Vec<u8>, row: &[ExportCell]) -> Result<(), ::csv::Error> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(bytes);
    writer.write_record(row.iter().map(field))?;
    Ok(writer.flush()?)
}

/// A text that a spreadsheet would take for a formula is guarded by a quotation mark.
fn field(cell: &ExportCell) -> String {
    match cell {
        ExportCell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        ExportCell::Text(text) | ExportCell::Number(text) => text.clone(),
        ExportCell::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(row: &[ExportCell]) -> String {
        String::from_utf8(written(&[row.to_vec()]).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn rows_are_those_of_rfc_4180_and_no_text_is_a_formula() {
        let text = |text: &str| ExportCell::Text(text.to_owned());
        assert_eq!(line(&[text("a"), text("b,c"), text("d\"e"), text("f\ng")]), "a,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n");
        assert_eq!(line(&[text("=1+1"), text("-x"), text("@a"), text("\tb")]), "'=1+1,'-x,'@a,'\tb\r\n");
        assert_eq!(line(&[ExportCell::Number("-1.50".to_owned()), ExportCell::Empty]), "-1.50,\r\n");
    }
}
