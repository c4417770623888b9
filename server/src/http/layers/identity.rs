//! Who is calling: the client's address and the session cookie, looked up once per request.

use std::net::SocketAddr;

use app::{
    HiddenColumns,
    api::context::{Caller, cookie_name},
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{AppError, report::ZoneName};
use service::SessionToken;

use crate::state::AppState;

/// Puts a [`Caller`] into the request.
pub(crate) async fn identify(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_secure = state.is_secure();
    let token = session_token(request.headers(), cookie_name(is_secure));
    let address = state.trusted_proxies.client_address(peer.ip(), request.headers());
    let signed_in = match &token {
        None => None,
        Some(token) => match state.service.authenticate(token, address).await {
            Ok(signed_in) => Some(signed_in),
            Err(AppError::SignedOut) => None,
            Err(refusal) => return unavailable(&refusal),
        },
    };
    // What somebody has chosen, else what their browser says.
    let chosen = signed_in.as_ref().and_then(|(_, account)| account.time_zone.clone());
    let told = || cookie(request.headers(), "tz").and_then(|name| ZoneName::parse(&name).ok());
    let zone = chosen.or_else(told).unwrap_or_default();
    let hidden = cookie(request.headers(), HiddenColumns::COOKIE).unwrap_or_default();
    let hidden_columns = HiddenColumns::from_cookie(&hidden);
    request.extensions_mut().insert(Caller { address, token, signed_in, is_secure, zone, hidden_columns });
    next.run(request).await
}

/// The session that a request's cookie names, whether or not there is such a one.
pub(super) fn session_token(headers: &HeaderMap, name: &str) -> Option<SessionToken> {
    cookie(headers, name).map(SessionToken::new)
}

/// The first cookie of a name that isn't empty.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let cookies: Vec<_> = cookies.collect();
    let mut pairs = cookies.iter().flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(n, value)| *n == name && !value.is_empty()).map(|(_, value)| value.to_owned())
}

fn unavailable(refusal: &AppError) -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::RETRY_AFTER, "5"), (header::CACHE_CONTROL, "no-store")],
        refusal.to_string(),
    )
        .into_response()
}
