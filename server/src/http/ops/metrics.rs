//! What monitoring asks, on an address of its own: it is nobody else's business.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::AnswerCode;
use service::Service;

use crate::http::connections::Answer;

/// The only one at that address.
#[derive(Debug)]
pub(crate) struct MetricsEndpoint(Service);

impl MetricsEndpoint {
    pub(crate) fn new(service: Service) -> Self {
        Self(service)
    }
}

impl Answer for MetricsEndpoint {
    async fn answer(self: Arc<Self>, _: SocketAddr, request: Request, _: bool) -> Response {
        if request.uri().path() != "/metrics" {
            return StatusCode::NOT_FOUND.into_response();
        }
        if request.method() != Method::GET && request.method() != Method::HEAD {
            let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
            return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
        }
        let kind = [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
        (kind, self.0.write_metrics().await).into_response()
    }

    fn is_proxy(&self, _: SocketAddr) -> bool {
        false
    }

    fn refused(&self, _: AnswerCode, _: bool) {}
}
