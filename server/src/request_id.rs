//! The id of a request: every line that is logged on its way bears it, and its answer if something went wrong here, so
//! that the one can be found by the other.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use service::Clock;
use tracing::Span;
use uuid::Uuid;

use crate::config::TrustedProxies;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// An id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(Uuid);

impl RequestId {
    /// The one that a trusted proxy has given (a UUID, or 32 hexadecimal digits as nginx's `$request_id`), else a new
    /// one. Nothing else is taken: a text of the client's own could be a secret.
    pub(crate) fn of(proxies: &TrustedProxies, peer: IpAddr, headers: &HeaderMap) -> Self {
        let given = headers.get(HEADER).filter(|_| proxies.trusts(peer.to_canonical()));
        let given = given.and_then(|text| Uuid::try_parse_ascii(text.as_bytes()).ok());
        Self(given.unwrap_or_else(|| Clock::default().new_uuid()))
    }

    /// What is logged in it names the request, at whatever level.
    pub(crate) fn span(self, method: &Method, path: &str) -> Span {
        tracing::error_span!("request", id = %self, %method, path)
    }

    /// Puts it into the answer.
    pub(crate) fn mark(self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.to_string()) {
            headers.insert(HEADER, value);
        }
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
