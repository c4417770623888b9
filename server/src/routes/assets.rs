//! How long browsers may keep the built files.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::router::AppState;

/// A file whose name carries its hash never changes; without hashes browsers have to ask.
pub(crate) async fn cache_forever(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        return unreadable();
    }
    let policy = if state.leptos.hash_files && response.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
    response
}

/// A file that is there and can't be opened: mostly all descriptors are in use, and soon some are not.
fn unreadable() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5"), (header::CACHE_CONTROL, "no-store")]).into_response()
}
