//! The partner machine's door: `GET` and `POST /api/postback`.

mod answer;
mod body;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Method, Request, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use domain::postback::{Parameters, Postback};

pub(crate) use self::body::form_pairs;
use self::{
    answer::{Error, answer},
    body::read_body,
};
use crate::{middleware::exceeded_limit, router::AppState};

/// Whether a request is a postback within every limit: then it needs no route to be found.
pub(crate) fn is_plain(request: &Request<Body>) -> bool {
    let records = request.method() == Method::GET || request.method() == Method::POST;
    records && request.uri().path() == "/api/postback" && exceeded_limit(request).is_none()
}

/// [`receive`], by its route.
pub(crate) async fn by_route(State(state): State<AppState>, request: Request<Body>) -> Response {
    receive(&state, request).await
}

/// Reads a postback and records it.
pub(crate) async fn receive(state: &AppState, request: Request<Body>) -> Response {
    let (code, response) = match read(request).await {
        Ok(postback) => {
            let key = postback.api_key.clone();
            let outcome = state.service.receive_postback(postback).await;
            (outcome.code(), answer(outcome, key.as_ref()))
        }
        Err(error) => (error.code(), error.into_response()),
    };
    state.service.metrics().count_postback(code);
    tracing::debug!(outcome = code, "postback");
    response
}

async fn read(request: Request<Body>) -> Result<Postback, Error> {
    let method = request.method().clone();
    if method != Method::GET && method != Method::POST {
        return Err(Error::MethodNotAllowed);
    }
    let (parts, body) = request.into_parts();
    // "The body of a GET is not read."
    let body = if method == Method::POST { Box::pin(read_body(&parts.headers, body)).await? } else { Vec::new() };
    Ok(Postback::read(header_key(&parts.headers), Parameters { query: query_pairs(&parts.uri), body }))
}

/// The seed's common mistake: answered 200, and nothing recorded.
pub(crate) async fn wrong_path(State(state): State<AppState>) -> Response {
    let text = format!(
        "This path records nothing. The postback is at {}/api/postback (mind the /api/).\n",
        state.site.public_url
    );
    (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

fn query_pairs(uri: &Uri) -> Vec<(String, String)> {
    form_pairs(uri.query().unwrap_or_default().as_bytes())
}

/// "A header key that isn't UTF-8 is a wrong key", so it is read all the same. The first that isn't empty counts.
fn header_key(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all("x-api-key").iter();
    let mut keys = values.map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned());
    keys.find(|key| !key.is_empty())
}
