//! Whether the program runs, and whether it can do its work.

use crate::state::AppState;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// 200 while the process runs.
pub(crate) async fn healthz() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// 200 while the database can be written, else 503; also when the program is about to stop, so that load
/// balancers send no more requests.
pub(crate) async fn readyz(State(state): State<AppState>) -> Response {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    if state.stopping.is_unready() {
        return (StatusCode::SERVICE_UNAVAILABLE, no_store, "stopping\n").into_response();
    }
    match state.service.check_ready().await {
        Ok(()) => (no_store, "ready\n").into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, no_store, "the database can't be written\n").into_response()
        }
    }
}
