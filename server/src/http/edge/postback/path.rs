//! The spellings of the postback's path, and what is answered at others below `/api`.

use axum::{body::Body, http::Request, response::Response};
use tracing::Span;

use super::{answer::not_found, receive};
use crate::{
    http::layers::{exceeded_limit, refuse_head},
    state::AppState,
};

/// Whether a path is the postback's: a slash at the end, or twice, is a mistake that costs nobody a sale.
pub(super) fn is_postback(path: &str) -> bool {
    path == "/api/postback" || path.split('/').filter(|segment| !segment.is_empty()).eq(["api", "postback"])
}

/// Whether a path is for machines: `/api` and all below it, in any case.
pub(crate) fn is_under_api(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    first.eq_ignore_ascii_case("api")
}

/// Whether a path is the seed's common mistake, in any spelling: `/postback` without `/api`.
pub(crate) fn is_wrong_path(path: &str) -> bool {
    path.trim_matches('/').eq_ignore_ascii_case("postback")
}

/// Answers a request below `/api`, within the limits that others have by a layer.
pub(crate) async fn answer_under_api(state: &AppState, request: Request<Body>) -> Response {
    if let Some(code) = exceeded_limit(&request) {
        state.service.metrics().count_postback(code.as_str());
        return refuse_head(code, true);
    }
    if is_postback(request.uri().path()) {
        return receive(state, request, &Span::current).await;
    }
    not_found(request.uri().path(), &state.site.public_url).into_response(&state.api_headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_too_many_are_forgiven_and_nothing_else_is() {
        for path in ["/api/postback", "/api/postback/", "//api/postback", "/api//postback//"] {
            assert!(is_postback(path) && is_under_api(path), "{path}");
        }
        for path in ["/API/postback", "/api/Postback", "/api/postbacks", "/api", "/api/", "//api", "/api/postback/x"] {
            assert!(!is_postback(path) && is_under_api(path), "{path}");
        }
        for path in ["/postback", "/postback/", "//postback", "/Postback"] {
            assert!(is_wrong_path(path) && !is_postback(path), "{path}");
        }
        assert!(!is_wrong_path("/api/postback") && !is_wrong_path("/postbacks") && !is_wrong_path("/"));
        for path in ["/", "/postback", "/apis/postback", "/x/api/postback", "/t/api"] {
            assert!(!is_postback(path) && !is_under_api(path), "{path}");
        }
    }
}
