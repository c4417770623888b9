//! Files to take along.

use std::error::Error;

use app::api::context::Caller;
use axum::{
    Extension, Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use domain::{AppError, ListQuery, Role, Words, report::ReportQuery};
use futures::{StreamExt as _, stream};
use service::{Export, ExportCell, ExportRow, Session};

use super::pages::sign_in_first;
use crate::state::AppState;

/// What programs of Microsoft's need to see that a file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What there are files of.
#[derive(Debug, Clone, Copy)]
enum Table {
    Reports,
    Clicks,
    Conversions,
    Offers,
    Applications,
    Links,
    Users,
}

/// Each with the last part of its page's address.
const TABLES: [(&str, Table); 7] = [
    ("reports", Table::Reports),
    ("clicks", Table::Clicks),
    ("conversions", Table::Conversions),
    ("offers", Table::Offers),
    ("applications", Table::Applications),
    ("links", Table::Links),
    ("users", Table::Users),
];

/// A file beside each page that has one.
pub(crate) fn routes() -> Router<AppState> {
    TABLES.into_iter().fold(Router::new(), |router, (page, table)| {
        let answer = move |State(state): State<AppState>, Extension(caller), Path(role): Path<String>, uri: Uri| async move {
            file(table, &state, &caller, &role, &uri).await
        };
        router.route(&format!("/{{role}}/{page}.csv"), get(answer))
    })
}

/// A report or a list as CSV: what the page of the same address shows, all of its rows.
async fn file(table: Table, state: &AppState, caller: &Caller, role: &str, uri: &Uri) -> Response {
    let address = uri.query().unwrap_or_default();
    match export(state, caller, role, table, address).await {
        Ok(export) => csv(export, wants_mark(address)),
        Err(AppError::SignedOut) => sign_in_first(uri),
        Err(refusal) => refused(&refusal),
    }
}

async fn export(
    state: &AppState,
    caller: &Caller,
    role: &str,
    table: Table,
    address: &str,
) -> Result<Export, AppError> {
    let (session, account) = caller.signed_in.as_ref().ok_or(AppError::SignedOut)?;
    // To others this role's pages don't exist.
    if Role::parse(role) != Some(account.role) {
        return Err(AppError::NotFound);
    }
    let (session, zone): (&Session, _) = (session, &caller.zone);
    let (service, words) = (&state.service, Words::parse(address));
    match table {
        Table::Reports => service.export_report(session, &ReportQuery::from_address(address), zone).await,
        Table::Clicks => service.export_clicks(session, &ListQuery::from_words(&words), zone).await,
        Table::Offers => service.export_offers(session, &words, zone),
        Table::Applications => service.export_applications(session, &words, zone),
        Table::Links => service.export_links(session, &words, zone),
        Table::Users => service.export_users(session, &words, zone),
        Table::Conversions => service.export_conversions(session, &ListQuery::from_words(&words), zone).await,
    }
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

/// Written as it is read. Where a row can't be read or written the connection ends in the middle of a chunk, and no half file
/// passes for a whole one.
fn csv(export: Export, has_mark: bool) -> Response {
    let Export { name, columns, rows } = export;
    let head = vec![columns.into_iter().map(ExportCell::Text).collect::<Vec<_>>()];
    let mark = stream::iter(has_mark.then(|| Ok(Bytes::from_static(BYTE_ORDER_MARK))));
    let rows = stream::once(async { Ok::<_, AppError>(head) }).chain(rows).map(|batch| written(&batch?));
    let body = mark.chain(rows);
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Body::from_stream(body)).into_response()
}

/// Rows as bytes.
fn written(rows: &[ExportRow]) -> Result<Bytes, Box<dyn Error + Send + Sync>> {
    let mut bytes = Vec::new();
    rows.iter().try_for_each(|row| write_row(&mut bytes, row))?;
    Ok(Bytes::from(bytes))
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
