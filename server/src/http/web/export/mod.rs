//! Files to take along.

mod csv;
mod xlsx;

use app::api::context::Caller;
use axum::{
    Extension, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use domain::{AppError, ListQuery, Role, Words, report::ReportQuery};
use service::{Export, Session};

use super::pages::sign_in_first;
use crate::state::AppState;

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

/// What a file is written as.
#[derive(Debug, Clone, Copy)]
enum Format {
    Csv,
    Xlsx,
}

impl Format {
    const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// Files beside each page that has some.
pub(crate) fn routes() -> Router<AppState> {
    let files = TABLES.into_iter().flat_map(|(page, table)| Format::ALL.map(|format| (page, table, format)));
    files.fold(Router::new(), |router, (page, table, format)| {
        let answer = move |State(state): State<AppState>, Extension(caller), Path(role): Path<String>, uri: Uri| async move {
            file(table, format, &state, &caller, &role, &uri).await
        };
        router.route(&format!("/{{role}}/{page}.{}", format.ending()), get(answer))
    })
}

/// A report or a list as a file: what the page of the same address shows, all of its rows.
async fn file(table: Table, format: Format, state: &AppState, caller: &Caller, role: &str, uri: &Uri) -> Response {
    let address = uri.query().unwrap_or_default();
    let answer = match (export(state, caller, role, table, address).await, format) {
        (Ok(export), Format::Csv) => Ok(csv::response(export, wants_mark(address))),
        (Ok(export), Format::Xlsx) => xlsx::response(export).await,
        (Err(refusal), _) => Err(refusal),
    };
    match answer {
        Ok(file) => file,
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

/// What all files are sent with.
fn head_of(name: &str, format: Format) -> HeaderMap {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{}\"", format.ending()));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.content_type())),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    headers.into_iter().collect()
}
