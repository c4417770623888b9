//! The tracking link: `GET /t/{slug}`.

use axum::{
    body::Body,
    extract::{ConnectInfo, Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::{Referer, Slug, UserAgent};
use percent_encoding::percent_decode_str;
use service::{ClickRequest, TrackOutcome};
use std::net::{IpAddr, SocketAddr};

use crate::{
    http::layers::{exceeded_limit, protect_machine_answer},
    state::AppState,
};

/// Seconds after which a visitor may try again when the database can't commit.
const RETRY_AFTER: &str = "5";

/// One GET is one click: committed before the redirect is sent. A HEAD looks without counting.
pub(crate) async fn track(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    slug: Result<Path<String>, axum::extract::rejection::PathRejection>,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return marked((StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response());
    }
    let slug = slug.ok().and_then(|Path(text)| Slug::leading(&text));
    let Some(slug) = slug else { return marked(unknown_link(&state)) };
    if method == Method::HEAD {
        return marked(peek(&state, &slug).await);
    }
    visit(&state, peer.ip(), slug, &headers).await
}

/// The slug of a request that is a visit and nothing else, within every limit: what needs no route to be found.
pub(crate) fn plain_visit(request: &Request<Body>) -> Option<Slug> {
    let rest = request.uri().path().strip_prefix("/t/").filter(|_| request.method() == Method::GET)?;
    (exceeded_limit(request).is_none()).then(|| {
        let decoded = || Slug::leading(&percent_decode_str(rest).decode_utf8_lossy());
        Slug::parse(rest).ok().or_else(decoded)
    })?
}

/// Records a click and redirects.
pub(crate) async fn visit(state: &AppState, peer: IpAddr, slug: Slug, headers: &HeaderMap) -> Response {
    let visit = ClickRequest {
        slug,
        ip: state.trusted_proxies.client_address(peer, headers).to_string(),
        user_agent: UserAgent::from_header(bytes_of(headers, &header::USER_AGENT)),
        referer: Referer::from_header(bytes_of(headers, &header::REFERER)),
        prefetch: is_prefetch(headers),
    };
    marked(match state.service.track(visit).await {
        TrackOutcome::Redirect(location) => return found(state, &location),
        TrackOutcome::NotLive => return found(state, &homepage(state)),
        TrackOutcome::Unknown => unknown_link(state),
        TrackOutcome::Unavailable => unavailable(),
    })
}

async fn peek(state: &AppState, slug: &Slug) -> Response {
    match state.service.peek(slug).await {
        Ok(Some(Some(destination))) => found(state, destination.as_str()),
        Ok(Some(None)) => found(state, &homepage(state)),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => unavailable(),
    }
}

fn homepage(state: &AppState) -> String {
    format!("{}/", state.site.public_url)
}

/// What every redirect has beside its address, made once: inserting each header costs a look-up of its name.
pub(crate) fn redirect_headers(is_secure: bool) -> HeaderMap {
    let mut response = marked(Response::new(Body::empty()));
    protect_machine_answer(is_secure, response.headers_mut());
    std::mem::take(response.headers_mut())
}

/// A 302: visitors come back with another click next time.
fn found(state: &AppState, location: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().clone_from(&state.redirect_headers);
    match HeaderValue::from_str(location) {
        Ok(location) => {
            response.headers_mut().insert(header::LOCATION, location);
            response
        }
        // Can't be: a destination is checked to fit a header before it is stored.
        Err(_) => marked(unavailable()),
    }
}

fn unavailable() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)], "Please try again in a few seconds.\n")
        .into_response()
}

fn unknown_link(state: &AppState) -> Response {
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Unknown link</title>\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head><body><main>\
        <h1>Link not found</h1><p>Copy the whole link again; it's case-sensitive.</p>\
        <p><a href=\"{}\">Go to the homepage</a></p></main></body></html>",
        homepage(state).replace('&', "&amp;").replace('"', "&quot;")
    );
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

/// "Always `Cache-Control: no-store` and `X-Robots-Tag: noindex`."
fn marked(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

fn bytes_of<'h>(headers: &'h HeaderMap, name: &HeaderName) -> &'h [u8] {
    headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default()
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    // As names and not as texts, which would be parsed again for each visit.
    static PURPOSES: [HeaderName; 4] = [
        HeaderName::from_static("sec-purpose"),
        HeaderName::from_static("purpose"),
        HeaderName::from_static("x-purpose"),
        HeaderName::from_static("x-moz"),
    ];
    PURPOSES.iter().filter_map(|name| headers.get(name)).any(|value| {
        let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        value.contains("prefetch") || value.contains("prerender") || value.contains("preview")
    })
}
