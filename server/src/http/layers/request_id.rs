//! The id of a request: every line that is logged on its way bears it, and its answer if something went wrong here, so
//! that the one can be found by the other.

use std::{net::IpAddr, sync::OnceLock};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use service::Clock;
use tracing::Span;
use uuid::Uuid;

use crate::config::TrustedProxies;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// An id, made when it is first asked for: most postbacks are answered without a word in the log.
#[derive(Debug)]
pub(crate) struct RequestId(OnceLock<Uuid>);

impl RequestId {
    /// The one that a trusted proxy has given (a UUID, or 32 hexadecimal digits as nginx's `$request_id`), else a new
    /// one. Nothing else is taken: a text of the client's own could be a secret.
    pub(crate) fn of(proxies: &TrustedProxies, peer: IpAddr, headers: &HeaderMap) -> Self {
        let given = headers.get(HEADER).filter(|_| proxies.trusts(peer.to_canonical()));
        let given = given.and_then(|text| Uuid::try_parse_ascii(text.as_bytes()).ok());
        Self(given.map_or_else(OnceLock::new, OnceLock::from))
    }

    fn uuid(&self) -> &Uuid {
        self.0.get_or_init(|| Clock::default().new_uuid())
    }

    /// What is logged in it names the request, at whatever level.
    pub(crate) fn span(&self, method: &Method, path: &str) -> Span {
        tracing::error_span!("request", id = %self.uuid(), method = shown(method), path)
    }

    /// Puts it into the answer.
    pub(crate) fn mark(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.uuid().to_string()) {
            headers.insert(HEADER, value);
        }
    }
}

/// A method for the log, if it is one of HTTP's own: any other word is the client's, and may be a key that slipped there.
fn shown(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::CONNECT => "CONNECT",
        Method::TRACE => "TRACE",
        _ => "(another)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_methods_of_http_are_shown() {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"] {
            assert_eq!(shown(&Method::from_bytes(method.as_bytes()).unwrap()), method);
        }
        for method in ["sp_live_0123456789", "PROPFIND", "get"] {
            assert_eq!(shown(&Method::from_bytes(method.as_bytes()).unwrap()), "(another)");
        }
    }
}
