//! How large a request may be, and how long it may take to arrive.

use std::time::Duration;

use axum::{
    Json,
    body::{Body, HttpBody as _},
    extract::Request,
    http::{HeaderName, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::AnswerCode;
use http_body_util::{BodyExt, Limited};
use serde::Serialize;

/// "Headers 32 KiB".
const HEAD_BYTES: usize = 32 * 1024;
/// "Request path and query 8 KiB (414)".
const TARGET_BYTES: usize = 8 * 1024;
const TARGET_TOO_LONG: &str = "The address is longer than 8 KiB; send the values in a body.";
const HEAD_TOO_LARGE: &str = "The headers are longer than 32 KiB; send fewer cookies.";
/// "256 KiB elsewhere, in 10 s".
const BODY_BYTES: usize = 256 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Refuses an address or headers that are too long before anything looks at them.
pub(crate) async fn limit_head(request: Request, next: Next) -> Response {
    match exceeded_limit(&request) {
        Some(code) => refuse_head(code, false),
        None => next.run(request).await,
    }
}

/// Why a request whose address or headers are too long is refused.
pub(crate) fn exceeded_limit(request: &Request) -> Option<AnswerCode> {
    // What hyper is told is only the size of a buffer; a head can be somewhat longer.
    let head: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if head > HEAD_BYTES {
        return Some(AnswerCode::HeadersTooLarge);
    }
    let length = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    (length > TARGET_BYTES).then_some(AnswerCode::UriTooLong)
}

/// An address or headers that are too long, in the form of their route.
pub(crate) fn refuse_head(code: AnswerCode, is_api: bool) -> Response {
    let is_target = code == AnswerCode::UriTooLong;
    refusal(is_api, code, if is_target { TARGET_TOO_LONG } else { HEAD_TOO_LARGE })
}

/// In the order of every other answer.
#[derive(Serialize)]
struct RefusalBody<'a> {
    ok: bool,
    error: &'a str,
    message: &'a str,
}

/// An answer to a request that reaches no route: machines read JSON.
pub(crate) fn refusal(is_api: bool, code: AnswerCode, message: &str) -> Response {
    let status = status_of(code);
    let marks = [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-robots-tag"), "noindex")];
    if is_api {
        return (status, marks, Json(RefusalBody { ok: false, error: code.as_str(), message })).into_response();
    }
    (status, marks, format!("{message}\n")).into_response()
}

/// The HTTP status of an answer to a machine.
pub(crate) fn status_of(code: AnswerCode) -> StatusCode {
    StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Waits for the whole body, so that nothing behind it can be kept waiting or flooded.
pub(crate) async fn buffer_body(request: Request, next: Next) -> Response {
    let too_large = || (StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 256 KiB.\n").into_response();
    // A client that asks before sending (`Expect: 100-continue`) is told at once.
    if request.body().size_hint().lower() > BODY_BYTES as u64 {
        return too_large();
    }
    let (parts, body) = request.into_parts();
    let collected = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, BODY_BYTES).collect()).await;
    match collected {
        Ok(Ok(body)) => next.run(Request::from_parts(parts, Body::from(body.to_bytes()))).await,
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => too_large(),
        Ok(Err(_)) => (StatusCode::BAD_REQUEST, "The body broke off.\n").into_response(),
        Err(_) => (StatusCode::REQUEST_TIMEOUT, "The body did not arrive within 10 seconds.\n").into_response(),
    }
}
