//! From which origin a request was sent, and at which address a browser has opened the site.

use std::{num::NonZeroU32, sync::LazyLock};

use app::api::context::cookie_name;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::AppError;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::{
    identity::session_token,
    scripts::{is_from_script, refused_in_json},
};
use crate::state::AppState;

/// Browsers send it to https and to their own machine, and to nobody else.
const SEC_FETCH_SITE: &str = "sec-fetch-site";
const LONGEST_ORIGIN: usize = 200;

/// What the layer below answers; [`check_origin`] knows the request and puts it into words.
#[derive(Debug, Clone, Copy)]
struct SentFromElsewhere;

/// What another site's page makes a browser send is refused. Behind a proxy that changes the host, the site's public
/// origin is what browsers name.
pub(crate) fn same_origin(public_url: &str) -> CsrfLayer<fn(ProtectionError) -> Response> {
    let layer = CsrfLayer::new();
    let trusting = layer.clone().add_trusted_origin(origin_of(public_url));
    trusting.unwrap_or(layer).with_rejection_response(sent_from_elsewhere)
}

fn sent_from_elsewhere(_: ProtectionError) -> Response {
    let mut response = StatusCode::FORBIDDEN.into_response();
    response.extensions_mut().insert(SentFromElsewhere);
    response
}

/// Says of which origin a refused request is. One that bears a session and doesn't say at all where it comes from,
/// which [`same_origin`] lets pass, is refused as well: every browser that sends the cookie says it.
pub(crate) async fn check_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let headers = request.headers();
    let is_from_script = is_from_script(headers) || request.uri().path().starts_with("/rpc/");
    let sent = headers.get(header::ORIGIN).and_then(readable_origin);
    let is_said = [header::ORIGIN.as_str(), SEC_FETCH_SITE]
        .into_iter()
        .any(|name| headers.get(name).is_some_and(|value| !value.is_empty()));
    if !is_said && session_token(headers, cookie_name(state.is_secure())).is_some() {
        return refuse(&state, sent, is_from_script);
    }
    let response = next.run(request).await;
    if response.extensions().get::<SentFromElsewhere>().is_some() {
        return refuse(&state, sent, is_from_script);
    }
    response
}

/// A script is told in JSON, the sender of a form in words.
fn refuse(state: &AppState, sent: Option<String>, is_from_script: bool) -> Response {
    let sent = sent.unwrap_or_else(|| "an unknown address".to_owned());
    let site = state.site.public_url.clone();
    if once_a_minute() {
        tracing::warn!(sent, public_url = site, "a form was refused: it was sent from another origin than PUBLIC_URL");
    }
    let refusal = AppError::CrossSite { sent, site };
    if is_from_script {
        return refused_in_json(refusal);
    }
    (StatusCode::FORBIDDEN, [(header::CACHE_CONTROL, "no-store")], format!("{refusal}\n")).into_response()
}

/// The address at which a browser has opened a site of https, if it can't keep the session's cookie there: by plain
/// http, which an `Origin` says, or the want of what browsers tell only to https together with another host.
pub(crate) fn opened_elsewhere(public_url: &str, headers: &HeaderMap) -> Option<String> {
    let site = origin_of(public_url);
    let own = site.strip_prefix("https://")?;
    if let Some(origin) = headers.get(header::ORIGIN).and_then(readable_origin) {
        let is_plain = origin.strip_prefix("http://").is_some_and(|host| !is_own_machine(name_of(host)));
        return is_plain.then_some(origin);
    }
    if headers.contains_key(SEC_FETCH_SITE) {
        return None;
    }
    let host = headers.get("x-forwarded-host").or_else(|| headers.get(header::HOST))?.to_str().ok()?;
    let opened = HeaderValue::from_str(&format!("http://{}", host.to_ascii_lowercase())).ok()?;
    let opened = readable_origin(&opened)?;
    let is_own = opened.strip_prefix("http://").is_some_and(|host| name_of(host) == name_of(own));
    (!is_own).then_some(opened)
}

/// Writes down, now and then, that somebody can't sign in where they have opened the site.
pub(crate) fn warn_of_wrong_address(opened: &str, public_url: &str) {
    if once_a_minute() {
        tracing::warn!(opened, public_url, "nobody can sign in at this address: PUBLIC_URL is another one, of https");
    }
}

fn once_a_minute() -> bool {
    static LINES: LazyLock<DefaultDirectRateLimiter> =
        LazyLock::new(|| RateLimiter::direct(Quota::per_minute(NonZeroU32::MIN)));
    LINES.check().is_ok()
}

/// An origin that looks like one. Anything else may be a secret that somebody has glued to it, and isn't repeated.
fn readable_origin(value: &HeaderValue) -> Option<String> {
    let origin = value.to_str().ok().filter(|text| text.len() <= LONGEST_ORIGIN)?;
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (!host.is_empty() && host.bytes().all(fits)).then(|| origin.to_owned())
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    port.map_or(host, |(name, _)| name)
}

/// Browsers keep cookies of https for their own machine by plain http, too.
fn is_own_machine(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost") || name.starts_with("127.") || name == "[::1]"
}

/// As a browser writes it: scheme and host in lower case, a port only where it isn't the scheme's own.
fn origin_of(url: &str) -> String {
    let end = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
    let origin = url[..end].to_ascii_lowercase();
    let own_port = if origin.starts_with("https:") { ":443" } else { ":80" };
    origin.strip_suffix(own_port).unwrap_or(&origin).to_owned()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::{opened_elsewhere, origin_of};

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        assert_eq!(origin_of("https://Network.example"), "https://network.example");
        assert_eq!(origin_of("https://network.example:443/base"), "https://network.example");
        assert_eq!(origin_of("http://127.0.0.1:3000"), "http://127.0.0.1:3000");
    }

    fn opened(public_url: &str, headers: &[(&'static str, &'static str)]) -> Option<String> {
        let headers =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        opened_elsewhere(public_url, &headers.collect::<HeaderMap>())
    }

    #[test]
    fn a_site_of_https_that_was_opened_by_its_number_is_noticed() {
        const SITE: &str = "https://network.example";
        let by_number = Some("http://192.0.2.7:3000".to_owned());
        assert_eq!(opened(SITE, &[("host", "192.0.2.7:3000")]), by_number);
        assert_eq!(opened(SITE, &[("host", "x"), ("origin", "http://192.0.2.7:3000")]), by_number);
        let by_name = Some("http://network.example".to_owned());
        assert_eq!(opened(SITE, &[("host", "network.example"), ("origin", "http://network.example")]), by_name);
    }

    #[test]
    fn where_a_session_can_be_kept_nothing_is_said() {
        const SITE: &str = "https://network.example";
        assert_eq!(opened(SITE, &[("host", "Network.example")]), None);
        assert_eq!(opened(SITE, &[("host", "network.example:8443")]), None);
        assert_eq!(opened(SITE, &[("host", "inside:3000"), ("sec-fetch-site", "none")]), None, "a proxy's own name");
        assert_eq!(opened(SITE, &[("host", "inside:3000"), ("x-forwarded-host", "network.example")]), None);
        assert_eq!(opened(SITE, &[("host", "localhost:3000"), ("origin", "http://localhost:3000")]), None);
        assert_eq!(opened(SITE, &[("host", "inside"), ("origin", "https://network.example")]), None);
        assert_eq!(opened("http://192.0.2.7:3000", &[("host", "network.example")]), None, "any address keeps it");
        assert_eq!(opened(SITE, &[("host", "sp_live_key"), ("origin", "null")]), None, "no host at all");
    }
}
