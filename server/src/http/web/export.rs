//! Files to take along.

use app::api::context::Caller;
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use domain::{AppError, Role, report::ReportQuery};
use futures::stream;
use service::{Export, ExportCell, Session};

use super::pages::sign_in_first;
use crate::state::AppState;

/// How many bytes are written at a time.
const CHUNK: usize = 64 * 1024;

/// What programs of Microsoft's need to see that a file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A report as CSV: what the page of the same address shows, all of its rows.
pub(crate) async fn report(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(role): Path<String>,
    uri: Uri,
) -> Response {
    let address = uri.query().unwrap_or_default();
    match export(&state, &caller, &role, address).await {
        Ok(export) => csv(export, wants_mark(address)),
        Err(AppError::SignedOut) => sign_in_first(&uri),
        Err(refusal) => refused(&refusal),
    }
}

async fn export(state: &AppState, caller: &Caller, role: &str, address: &str) -> Result<Export, AppError> {
    let (session, account) = caller.signed_in.as_ref().ok_or(AppError::SignedOut)?;
    // To others this role's pages don't exist.
    if Role::parse(role) != Some(account.role) {
        return Err(AppError::NotFound);
    }
    let session: &Session = session;
    state.service.export_report(session, &ReportQuery::from_address(address), &caller.zone).await
}

fn wants_mark(address: &str) -> bool {
    form_urlencoded::parse(address.as_bytes()).any(|(name, word)| name == "bom" && word == "1")
}

/// A refusal in a sentence: whoever loads a file reads it there.
fn refused(refusal: &AppError) -> Response {
    let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let mut text = format!("{refusal}\n");
    if let AppError::Invalid { fields } = refusal {
        text.extend(fields.iter().map(|field| format!("{}: {}\n", field.field, field.message)));
    }
    let mut response = (status, [(header::CACHE_CONTROL, "no-store")], text).into_response();
    if let Some(seconds) = refusal.retry_after_seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Written as it is read. Where a row can't be written the connection ends in the middle of a chunk, and no half file passes
/// for a whole one.
fn csv(export: Export, has_mark: bool) -> Response {
    let Export { name, columns, rows } = export;
    let mut first = if has_mark { BYTE_ORDER_MARK.to_vec() } else { Vec::new() };
    let mut head = Some(columns.into_iter().map(ExportCell::Text).collect::<Vec<_>>());
    let mut rows = rows;
    let body = stream::iter(std::iter::from_fn(move || {
        let mut chunk = std::mem::take(&mut first);
        while chunk.len() < CHUNK {
            let Some(row) = head.take().or_else(|| rows.next()) else { break };
            if let Err(error) = write_row(&mut chunk, &row) {
                return Some(Err(error));
            }
        }
        (!chunk.is_empty()).then(|| Ok(Bytes::from(chunk)))
    }));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Body::from_stream(body)).into_response()
}

fn write_row(bytes: &mut Vec<u8>, row: &[ExportCell]) -> Result<(), csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(bytes);
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

    fn written(row: &[ExportCell]) -> String {
        let mut bytes = Vec::new();
        write_row(&mut bytes, row).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn rows_are_those_of_rfc_4180_and_no_text_is_a_formula() {
        let text = |text: &str| ExportCell::Text(text.to_owned());
        assert_eq!(written(&[text("a"), text("b,c"), text("d\"e"), text("f\ng")]), "a,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n");
        assert_eq!(written(&[text("=1+1"), text("-x"), text("@a"), text("\tb")]), "'=1+1,'-x,'@a,'\tb\r\n");
        assert_eq!(written(&[ExportCell::Number("-1.50".to_owned()), ExportCell::Empty]), "-1.50,\r\n");
    }
}
