//! Whether the program runs, and whether it can do its work.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use service::Service;

/// 200 while the process runs.
pub(crate) async fn healthz() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// 200 while the database can be written, else 503.
pub(crate) async fn readyz(State(service): State<Service>) -> Response {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match service.check_ready().await {
        Ok(()) => (no_store, "ready\n").into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, no_store, "the database can't be written\n").into_response()
        }
    }
}
