//! Answers to a page's own script, which shows what became of what it sent.

use app::api::ApiError;
use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::AppError;

/// Whether a form was sent by its page's script and not by the browser itself.
pub(crate) fn is_from_script(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json")
}

/// As a server function refuses.
pub(crate) fn refused_in_json(refusal: AppError) -> Response {
    let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    (status, [(header::CACHE_CONTROL, "no-store")], Json(ApiError(refusal))).into_response()
}
