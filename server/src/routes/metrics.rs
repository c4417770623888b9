//! What monitoring asks, on an address of its own: it is nobody else's business.

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use service::Service;

/// The only route of that address.
pub(crate) fn metrics(service: Service) -> Router {
    Router::new().route("/metrics", get(write)).with_state(service)
}

async fn write(State(service): State<Service>) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    (kind, service.write_metrics().await).into_response()
}
